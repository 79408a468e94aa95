import HTTP
import TestSupport
import Testing
import Time

@testable import Webhooks

/// refgate accepts the signatures of the senders' own packages, and the packages accept those of
/// refgate.
@Suite(.enabled(if: ForeignPackages.areToBeAsked)) struct ForeignTests {
    typealias Ask = ForeignPackages.Ask

    private static let bodies = [
        "", "{}", #"{"test": 2432232314}"#, #"{"a":1,"a":2}"#, "{\"name\":\"Zoë ☃ 😀\"}",
        "line\r\nend\r\n", "\u{FEFF}{}", "tab\tand \u{0} zero", "1614265330.{}",
        String(repeating: "0123456789abcdef", count: 4096),
    ]
    private static let secret = [
        "standardwebhooks": Delivery.secret, "stripe": "whsec_test_secret_0123456789abcdef",
    ]
    private static let now: Int64 = 1_700_000_000

    private func scheme(_ package: String) -> Scheme {
        package == "stripe" ? .stripe : .standardWebhooks
    }

    private func asks(_ what: String, _ package: String) throws -> [Ask] {
        let secret = try #require(Self.secret[package])
        return Self.bodies.enumerated().map { number, body in
            Ask(
                do: what, package: package, secret: secret, id: "msg_\(number)",
                now: Self.now + Int64(number), body: body)
        }
    }

    @Test(arguments: ["standardwebhooks", "stripe"])
    func `what the package signs is valid, and nothing else is`(_ package: String) throws {
        let asks = try asks("sign", package)
        let answers = try ForeignPackages.converse(asks)
        for (ask, answer) in zip(asks, answers) {
            let headers = try #require(answer.headers)
            let right = try verdict(ask, headers, secret: ask.secret, body: ask.body)
            guard case .valid(let proof) = right else {
                Issue.record("\(ask.id): \(right)")
                continue
            }
            #expect(proof.timestamp == Instant(seconds: ask.now))
            let other = try verdict(
                ask, headers, secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", body: ask.body)
            #expect(other == .refused(.signatureMismatch))
            let changed = try verdict(ask, headers, secret: ask.secret, body: ask.body + " ")
            #expect(changed == .refused(.signatureMismatch))
        }
    }

    @Test(arguments: ["standardwebhooks", "stripe"])
    func `what we sign the package accepts, and nothing else`(_ package: String) throws {
        var asks: [Ask] = []
        var expected: [Bool] = []
        for plain in try self.asks("verify", package) {
            let signer = try Signer(scheme(package), secrets: [SecretSpec(plain.secret)])
            let made = try signer.sign(
                id: plain.id, at: #require(Instant(seconds: plain.now)),
                body: Array(plain.body.utf8))
            var ask = plain
            ask.headers = made.map { [$0.name, $0.value] }
            asks.append(ask)
            expected.append(true)
            ask.body += " "
            asks.append(ask)
            expected.append(false)
        }
        let answers = try ForeignPackages.converse(asks)
        #expect(answers.map(\.valid) == expected)
    }

    private func verdict(
        _ ask: Ask, _ headers: [[String]], secret: String, body: String
    ) throws -> Verification {
        var fields = Fields()
        for header in headers { fields.append(header[0], header[1]) }
        let verifier = try Verifier(scheme(ask.package), secrets: [SecretSpec(secret)])
        return try verifier.verify(
            fields: fields, body: Array(body.utf8), now: #require(Instant(seconds: ask.now)))
    }
}
