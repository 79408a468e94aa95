import Crypto
import HTTP
import Testing
import Time

@testable import Webhooks

/// Signature headers that are lists, as gateways on the way may have joined them again.
@Suite struct ListHeaderTests {
    private static let secret = SecretSpec("a-secret-of-the-sender")
    private static let body = Array(#"{"a":1}"#.utf8)

    private func verdict(
        _ scheme: Scheme, _ change: (String) -> String
    ) throws -> String {
        let now = try #require(Instant(seconds: 1_700_000_000))
        var fields = Fields()
        let made = try Signer(scheme, secrets: [Self.secret]).sign(
            id: "1", at: now, body: Self.body)
        for (name, value) in made { fields.append(name, change(value)) }
        let verifier = try Verifier(scheme, secrets: [Self.secret])
        switch try verifier.verify(fields: fields, body: Self.body, now: now) {
        case .valid: return "valid"
        case .refused(let refusal): return refusal.verdict
        }
    }

    @Test(arguments: [", ", " ,", " , ", ",\t", ",,", ", ,", "\t,\t"])
    func `white space and empty items between the members of a list are allowed`(
        _ separator: String
    ) throws {
        let stripe = try verdict(.stripe) { $0.replacing(",", with: separator) }
        #expect(stripe == "valid")
        let paddle = try verdict(.paddle) {
            $0.replacing(";", with: separator.replacing(",", with: ";"))
        }
        #expect(paddle == "valid")
    }

    @Test func `white space between several values behind a prefix is allowed`() throws {
        let scheme = try Scheme(
            named: "hmac", signature: ["header": "X-Signature", "prefix": "v0=", "separator": ","])
        let wrong = String(repeating: "0", count: 64)
        let answer = try verdict(scheme) {
            $0.replacing("v0=", with: "v0=\(wrong), ")
        }
        #expect(answer == "valid")
    }

    @Test(arguments: ["t= ", "t =", "\u{A0}t=", "t=\u{A0}"])
    func `white space inside an item is not`(_ text: String) throws {
        let answer = try verdict(.stripe) { $0.replacing("t=", with: text) }
        #expect(answer != "valid")
    }
}
