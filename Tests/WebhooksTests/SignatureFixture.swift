import Crypto
import Foundation
import HTTP
import Testing
import Time

@testable import Webhooks

/// A file of `fixtures/signatures`; `standard-webhooks.json` describes its members.
struct SignatureFixture: Decodable {
    var scheme: String
    var signature: [String: String]?
    var cases: [Case]

    struct Case: Decodable {
        var name: String
        var signs: Bool?
        var signature: [String: String]?
        var secrets: [Secret]
        var anyLength: Bool?
        var url: String?
        var method: String?
        var tolerance: Int?
        var now: String
        var headers: [[String]]
        var body: String?
        var bodyBase64: Data?
        var expect: Expectation
    }

    struct Expectation: Decodable, Equatable {
        var verdict: String
        var pointer: String?
        var key: Int?
        var id: String?
        var idSigned: Bool?
        var timestamp: String?
    }

    /// A text, or an object with an expiry.
    struct Secret: Decodable {
        var spec: SecretSpec

        private enum Key: CodingKey { case secret, expiresAt }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                spec = SecretSpec(text)
                return
            }
            let members = try decoder.container(keyedBy: Key.self)
            let expiry = try members.decode(String.self, forKey: .expiresAt)
            spec = SecretSpec(
                try members.decode(String.self, forKey: .secret),
                expiresAt: Instant(rfc3339: expiry))
        }
    }

    /// One case with all that its file says, for a test to run by itself.
    struct Single: CustomTestStringConvertible {
        var file: String
        var scheme: String
        var signature: [String: String]?
        var test: Case
        var testDescription: String { "\(file): \(test.name)" }
    }

    static let all: [Single] = {
        do {
            let folder = packageRoot.appendingPathComponent("fixtures/signatures")
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try FileManager.default.contentsOfDirectory(
                at: folder, includingPropertiesForKeys: nil
            )
            .filter { $0.pathExtension == "json" }
            .sorted { $0.path < $1.path }
            .flatMap { url in
                var data = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
                // The settings' names are data, not Swift's; only the members around them change.
                let settings = Settings(taking: &data)
                let fixture = try decoder.decode(
                    SignatureFixture.self, from: JSONSerialization.data(withJSONObject: data))
                return fixture.cases.map { test in
                    Single(
                        file: url.lastPathComponent, scheme: fixture.scheme,
                        signature: settings.ofCase[test.name] ?? settings.ofFile, test: test)
                }
            }
        } catch {
            fatalError("fixtures/signatures: \(error)")
        }
    }()

    private struct Settings {
        var ofFile: [String: String]?
        var ofCase: [String: [String: String]] = [:]

        init(taking data: inout Any) {
            guard var object = data as? [String: Any] else { return }
            ofFile = object.removeValue(forKey: "signature") as? [String: String]
            var cases = object["cases"] as? [[String: Any]] ?? []
            for index in cases.indices {
                guard let settings = cases[index].removeValue(forKey: "signature"),
                    let name = cases[index]["name"] as? String
                else { continue }
                ofCase[name] = settings as? [String: String]
            }
            object["cases"] = cases
            data = object
        }
    }
}

let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

extension SignatureFixture.Single {
    func makeScheme() throws -> Scheme {
        // Schemes that can be described by settings and need no name.
        if scheme == "hook0" { return .hook0 }
        return try Scheme(named: scheme, signature: signature)
    }

    var body: [UInt8] { test.bodyBase64.map(Array.init) ?? Array((test.body ?? "").utf8) }
    var now: Instant { get throws { try #require(Instant(rfc3339: test.now)) } }
    var minimumSecretBytes: Int { test.anyLength == true ? 1 : Verifier.minimumSecretBytes }

    var fields: Fields {
        var fields = Fields()
        for header in test.headers { fields.append(header[0], header[1]) }
        return fields
    }

    /// The result in the form of the fixture, with only the members that the fixture has.
    func observed() throws -> SignatureFixture.Expectation {
        let verdict: Verification
        do {
            let verifier = try Verifier(
                makeScheme(), secrets: test.secrets.map(\.spec),
                toleranceSeconds: test.tolerance ?? 300, url: test.url,
                minimumSecretBytes: minimumSecretBytes)
            verdict = try verifier.verify(
                fields: fields, method: test.method ?? "POST", body: body, now: now)
        } catch let error as ConfigurationError {
            return .init(verdict: "config_error", pointer: error.pointer)
        }
        switch verdict {
        case .refused(let refusal): return .init(verdict: refusal.verdict)
        case .valid(let proof):
            return .init(
                verdict: "valid",
                key: test.expect.key.flatMap { _ in proof.keyIndex },
                id: test.expect.id.flatMap { _ in proof.id?.text },
                idSigned: test.expect.idSigned.flatMap { _ in proof.id?.isSigned },
                timestamp: test.expect.timestamp.flatMap { _ in proof.timestamp?.rfc3339 })
        }
    }
}

extension Scheme {
    /// Two versions with a message each, one of which lists the headers it covers.
    static let hook0 = Scheme(
        name: "hook0",
        evidence: .signature(
            Signing(
                header: "X-Hook0-Signature", layout: .members(separator: UInt8(ascii: ",")),
                encoding: .hex,
                versions: [
                    .init(
                        tag: "v1", secret: .text, algorithm: .hmac(.sha256),
                        message: [
                            .timestamp, .literal("."), .member("h"), .literal("."),
                            .headersListed(in: "h", joinedBy: "."), .literal("."), .body,
                        ]),
                    .init(
                        tag: "v0", secret: .text, algorithm: .hmac(.sha256),
                        message: [.timestamp, .literal("."), .body]),
                ],
                time: .init(.member("t"), .seconds))))
}
