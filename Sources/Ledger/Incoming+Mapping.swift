import Crypto
import HTTP
import JSON
import Mapping
import Referrals
import Storage
import Time

extension Incoming {
    /// A stored event read with today's mapping. Nil if its body is gone or cannot be read.
    package init?(stored row: EventRow, _ source: SourceReading) {
        guard let body = row.body else { return nil }
        let fields = source.fields(kept: row.fields, eventID: row.eventID)
        guard let document = source.document(of: body, kept: row.fields) else { return nil }
        let item = source.item(document, headers: fields, kept: row.fields)
        // An id derived from the body is replaced by the id that the mapping finds today.
        var mappedID: String?
        if row.outcome == .unmapped, case .event(let event) = item { mappedID = event.eventID }
        self.init(
            item, payload: document.root, eventID: mappedID ?? row.eventID, digest: nil,
            receivedAt: row.receivedAt, fields: row.fields, body: body)
        if let lead = SuppliedLead(kept: row.fields) { supply(lead) }
    }

    /// A message with the result of its mapping.
    package init(
        _ item: Mapped.Item, payload: JSON.Value, eventID: String, digest: [UInt8]?,
        receivedAt: Instant, fields: String?, body: [UInt8]
    ) {
        var bytes: [UInt8] = []
        let content: Content
        switch item {
        case .event(let event):
            bytes.reserveCapacity(192)
            event.appendFingerprint(to: &bytes)
            content = .event(event)
        case .unmapped(let problems):
            bytes = body
            content = .unmapped(problems)
        case .notOurs:
            bytes = body
            content = .notOurs
        }
        self.init(
            content: content, eventID: eventID, fingerprint: digestPrefix(of: bytes),
            digest: digest, receivedAt: receivedAt, payload: payload, fields: fields, body: body)
    }
}

/// The first eight bytes of the SHA-256. They distinguish a repeat from another message under the
/// same id; they need not withstand a sender who forges two alike, who would only deceive themself.
private func digestPrefix(of bytes: [UInt8]) -> Int64 {
    Int64(bitPattern: (try? SHA256.leadingBits(of: bytes.span)) ?? 0)
}

extension Incoming {
    /// The id of a message whose sender gives none: that of its body.
    package static func bodyID(digest: [UInt8]) -> String { "sha256:" + Hex.encode(digest) }

    /// The id that the message would have without its sender's. Nil if the digest fails.
    var bodyID: String? {
        (try? digest ?? SHA256.digest(of: body)).map { Self.bodyID(digest: $0) }
    }
}
