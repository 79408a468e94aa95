import JSON
import Mapping
import Referrals
import Storage
import Time

/// One message of a partner, verified and mapped: what there is to settle.
package struct Incoming: Sendable {
    /// What a message asks for.
    package enum Content: Sendable {
        case event(MappedEvent)
        /// Verified, but the mapping found no event in it; kept until the mapping is mended.
        case unmapped([MappingProblem])
        /// The source's filter says it is not ours.
        case notOurs
    }

    package var content: Content
    /// The sender's id, or the body's digest where there is none.
    package var eventID: String
    /// Of the mapped fields; of the body where they could not be told.
    package var fingerprint: Int64
    /// The body's SHA-256, where the sender's id lies outside the signed bytes.
    package var digest: [UInt8]?
    package var receivedAt: Instant
    /// What conditions see as `payload`.
    package var payload: JSON.Value?
    /// The header fields the mapping reads, to be kept with the event.
    package var fields: String?
    /// The item's bytes as received.
    package var body: [UInt8]

    package init(
        content: Content, eventID: String, fingerprint: Int64, digest: [UInt8]? = nil,
        receivedAt: Instant, payload: JSON.Value? = nil,
        fields: String? = nil, body: [UInt8]
    ) {
        self.content = content
        self.eventID = eventID
        self.fingerprint = fingerprint
        self.digest = digest
        self.receivedAt = receivedAt
        self.payload = payload
        self.fields = fields
        self.body = body
    }
}
