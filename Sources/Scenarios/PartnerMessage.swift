import Declarations
import JSON
import Time
import Webhooks

/// A message in the form that a partner's system sends: the body, with headers that the source
/// accepts.
package struct PartnerMessage: Sendable {
    /// The header fields, signature included.
    package var fields: [(name: String, value: String)]
    /// The body.
    package var body: [UInt8]

    /// The settings by which a message is signed and then changed.
    package struct Making: Sendable {
        /// The time to sign.
        package var time: Instant
        /// The sender's id of the message; nil to use the payload's or the headers' id.
        package var id: String?
        /// The id for schemes that have one in a header, if no other is given.
        package var usualID: String
        /// Additional header fields.
        package var headers: [Scenario.Header]
        /// The change after signing; nil for a valid message.
        package var tampering: Scenario.Tampering?
        /// The only secret to sign with; nil for those of the source.
        package var secret: String?

        /// Creates settings.
        package init(
            time: Instant, id: String? = nil, usualID: String, headers: [Scenario.Header] = [],
            tampering: Scenario.Tampering? = nil, secret: String? = nil
        ) {
            self.time = time
            self.id = id
            self.usualID = usualID
            self.headers = headers
            self.tampering = tampering
            self.secret = secret
        }
    }

    /// The reason for which a message cannot be created.
    package enum Failure: Error, CustomStringConvertible {
        case source(String, ConfigurationError)
        case signing(String, Signer.Failure)

        /// The failure as a clause.
        package var description: String {
            switch self {
            case .source(let id, let error):
                "no message can be signed for the source \(id): \(error)"
            case .signing(let id, let error): "a message for \(id) cannot be signed: \(error)"
            }
        }
    }

    /// Creates a signed message for a source.
    package init(
        _ body: [UInt8], for entry: SourceEntry, _ making: Making
    ) throws(Failure) {
        self.body = body
        fields = []
        var headers = making.headers
        switch making.id.flatMap({ _ in EventIDPlace(entry.source.mapping) }) {
        case .payload: setID(making.id ?? "")
        case .header(let name):
            headers.removeAll { $0.name.lowercased() == name.lowercased() }
            headers.append(Scenario.Header(name: name, value: making.id))
        case nil: break
        }
        var signing = Signature(entry, making)
        let id = making.id ?? Self.payloadID(self.body) ?? making.usualID
        let proof = try signing.fields(id: id, body: self.body)
        if making.tampering == .body { self.body.append(UInt8(ascii: " ")) }
        put(proof, headers)
    }

    /// Adds header fields. Given headers override those of the signature; the content type is JSON
    /// unless given.
    private mutating func put(
        _ proof: [(name: String, value: String)], _ headers: [Scenario.Header]
    ) {
        let said = Set(headers.map { $0.name.lowercased() })
        if !said.contains("content-type") { fields.append(("Content-Type", "application/json")) }
        for header in headers {
            if let value = header.value { fields.append((header.name, value)) }
        }
        fields += proof.filter { !said.contains($0.name.lowercased()) }
    }

    // MARK: The payload's id

    private static func payloadID(_ body: [UInt8]) -> String? {
        guard let id = (try? Document(parsing: body))?.root["id"]?.string else { return nil }
        // A scheme that joins parts by full stops refuses ids that contain one.
        return id.utf8.contains(UInt8(ascii: ".")) ? nil : id
    }

    private mutating func setID(_ id: String) {
        guard let root = (try? Document(parsing: body))?.root, root.kind == .object else { return }
        var writer = Writer()
        writer.beginObject()
        writer.member("id", id)
        for (key, value) in root.members where !key.equals("id") {
            writer.member(key.string, value)
        }
        writer.endObject()
        body = writer.bytes
    }
}
