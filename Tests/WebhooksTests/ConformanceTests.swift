import Foundation
import HTTP
import Testing
import Time

@testable import Webhooks

/// The cases of Tests/Conformance/crypto. Where implementations differ (`either`), what refgate does
/// is written down here.
@Suite struct ConformanceTests {
    struct File: Decodable { var cases: [Case] }

    struct Case: Decodable, CustomTestStringConvertible {
        var id: String
        var scheme: String?
        var expect: String
        var secret: String
        var headers: [[String]]
        var body_base64: Data
        var now: Int64?
        var tolerance_seconds: Int?
        var testDescription: String { id }
    }

    static let all: [Case] = {
        do {
            return try ["standard-webhooks", "stripe-github"].flatMap { name in
                let url = packageRoot.appendingPathComponent(
                    "Tests/Conformance/crypto/\(name).json")
                return try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).cases
            }
        } catch {
            fatalError("Tests/Conformance/crypto: \(error)")
        }
    }()

    /// The choices, each the strict one unless a reason is given with it.
    static let choices = [
        "sig-noncanonical-base64": "invalid",
        "sig-prefix-spaces": "invalid",
        "id-with-dot": "invalid",
        // The id holds no full stop; what is signed is what was sent, and the body is not JSON.
        "id-dot-shift": "valid",
        // Only the parser of a body can decide if it is text.
        "body-not-utf8": "valid",
        // Reference libraries take secrets without padding, and people have made such.
        "secret-unpadded-1": "valid",
        "secret-unpadded-2": "valid",
        // Hex has two cases, and some senders write the other.
        "stripe-uppercase-hex": "valid",
        // Gateways rejoin the members of the list with a space after the comma.
        "stripe-spaces": "valid",
        // Both sides of the window are checked.
        "stripe-future-301": "invalid",
        "stripe-future-1-day": "invalid",
        "github-uppercase-hex": "valid",
        "github-uppercase-prefix": "invalid",
    ]

    @Test(arguments: all) func `each case gets its verdict`(_ one: Case) throws {
        let expected = one.expect == "either" ? try #require(Self.choices[one.id]) : one.expect
        #expect(try verdict(one) == expected)
    }

    @Test func `all cases are read, and every choice is asked for`() {
        #expect(Self.all.count == 89 + 42)
        let open = Self.all.filter { $0.expect == "either" }.map(\.id)
        #expect(Set(open) == Set(Self.choices.keys))
    }

    private func verdict(_ one: Case) throws -> String {
        var fields = Fields()
        for header in one.headers { fields.append(header[0], header[1]) }
        do {
            let verifier = try Verifier(
                Scheme(named: one.scheme ?? "standard-webhooks"),
                secrets: [SecretSpec(one.secret)],
                toleranceSeconds: one.tolerance_seconds ?? 300)
            let verdict = try verifier.verify(
                fields: fields, body: Array(one.body_base64),
                now: #require(Instant(seconds: one.now ?? 0)))
            if case .valid = verdict { return "valid" }
            return "invalid"
        } catch is ConfigurationError {
            return "config-error"
        }
    }
}
