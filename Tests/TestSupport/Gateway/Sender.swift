import HTTP
import Time
import Webhooks

/// A partner system: knows its source, its scheme and its secret.
package struct Sender: Sendable {
    package let source: String
    private let signer: Signer
    private let clock: WallClock

    package init(
        source: String, scheme: String = "standard-webhooks", secret: String = Sender.secret,
        signature: [String: String]? = nil, clock: WallClock
    ) throws {
        self.source = source
        self.clock = clock
        signer = try Signer(
            Scheme(named: scheme, signature: signature), secrets: [SecretSpec(secret)])
    }

    /// A secret for Standard Webhooks whose text is long enough for any other scheme, too.
    package static let secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

    package var path: String { "/hooks/\(source)" }

    /// The header of a delivery, signed now or at another time.
    package func fields(
        id: String, body: [UInt8], at time: Instant? = nil
    ) throws -> [(name: String, value: String)] {
        [("Content-Type", "application/json")]
            + (try signer.sign(id: id, at: time ?? clock.now(), body: body))
    }

    package func bytes(id: String, body: String) throws -> [UInt8] {
        let body = Array(body.utf8)
        return Client.bytes("POST", path, try fields(id: id, body: body), body: body)
    }
}

extension Client {
    /// Posts a signed delivery.
    package func post(_ body: String, id: String, from sender: Sender) throws -> ServerResponse {
        try write(sender.bytes(id: id, body: body))
        return try read()
    }
}
