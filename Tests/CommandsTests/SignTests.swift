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

    @Test func `sendgrid is signed with a private key`() throws {
        let folder = try TestFolder()
        let body = try folder.write("[]", to: "body.json")
        let key =
            "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXXmDuIeT9JI2U6o9Y2lIl0"
            + "IHZG3LrI/b/aLOjs+zofWhRANCAAT5NSVivAKv5o9jEgi+3gRX1uxHy2FWTNRM5jQmwGfj"
            + "XpQqT9USOysNaopaf3S5kmkkUKA4notbBSZlb4xpzu14"
        let run = CommandRun(["sign", body, "--scheme", "sendgrid", "--secret", key])
        #expect(run.code == .ok, "\(run.errors)")
        #expect(run.output.contains("X-Twilio-Email-Event-Webhook-Signature: "))
        #expect(run.output.contains("X-Twilio-Email-Event-Webhook-Timestamp: "))
    }

    @Test func `url-token needs no secret and adds no header`() throws {
        let folder = try TestFolder()
        let body = try folder.write("{}", to: "body.json")
        let run = CommandRun(["sign", body, "--scheme", "url-token"])
        #expect(run.code == .ok, "\(run.errors)")
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("its URL is the secret"))
        let line = CommandRun([
            "sign", body, "--scheme", "url-token", "--curl", "http://127.0.0.1:8080/hooks/src_x",
        ])
        #expect(line.code == .ok, "\(line.errors)")
        #expect(line.output.contains("'http://127.0.0.1:8080/hooks/src_x'"))
    }

    @Test func `a scheme that needs a secret says so`() throws {
        let folder = try TestFolder()
        let body = try folder.write("{}", to: "body.json")
        let run = CommandRun(["sign", body, "--scheme", "stripe"])
        #expect(run.code == .usage)
        #expect(run.errors.contains("--secret: this scheme needs at least one secret"))
    }

    @Test(arguments: ["a.b", "a b", ""])
    func `an id that no verifier would take is reported with what is allowed`(_ id: String) throws {
        let run = try signed("standard-webhooks", "--id=\(id)")
        #expect(run.code == .usage)
        #expect(run.errors.contains("--id: "))
    }
}
