import Foundation
import Invocation
import TestSupport
import Testing

@Suite struct SignTests {
    private static let secrets = [
        "standard-webhooks": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
        "svix": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
    ]

    private func signed(_ scheme: String, _ more: String...) throws -> CommandRun {
        let folder = try TestFolder()
        let body = try folder.write("{}", to: "body.json")
        let secret = Self.secrets[scheme] ?? "0123456789abcdef0123"
        return withExtendedLifetime(folder) {
            CommandRun(["sign", body, "--scheme", scheme, "--secret", secret] + more)
        }
    }

    @Test(arguments: [
        ("standard-webhooks", "webhook-id: "), ("svix", "svix-id: "),
        ("github", "X-Hub-Signature-256: "), ("shopify", "X-Shopify-Hmac-SHA256: "),
        ("hmac", "X-Webhook-Signature: sha256="), ("slack", "X-Slack-Signature: v0="),
    ])
    func `whoever names no id gets a new one each time`(_ scheme: String, _ header: String) throws {
        let runs = [try signed(scheme), try signed(scheme)]
        for run in runs {
            #expect(run.code == .ok, "\(run.errors)")
            #expect(("\n" + run.output).contains("\n" + header))
        }
        let ids = runs.map { run in
            run.output.split(separator: "\n").first { $0.contains("msg_") }.map(String.init)
        }
        if ids[0] != nil { #expect(ids[0] != ids[1]) }
        #expect((ids[0] != nil) == !["hmac", "slack"].contains(scheme))
    }

    @Test(arguments: ["a.b", "a b", ""])
    func `an id that no verifier would take is told with what is allowed`(_ id: String) throws {
        let run = try signed("standard-webhooks", "--id=\(id)")
        #expect(run.code == .usage)
        #expect(run.errors.contains("--id: "))
    }
}
