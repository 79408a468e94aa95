import JSON
import Mapping
import Referrals
import Storage
import Time

/// One message of a partner, verified and mapped, before it is processed.
package struct Incoming: Sendable {
    /// The request in a message.
    package enum Content: Sendable {
        case event(MappedEvent)
        /// The message is verified, but the mapping found no event in it. It is stored until the
        /// mapping is corrected.
        case unmapped([MappingProblem])
        /// The source's filter excludes the message.
        case notOurs
    }

    /// The request in the message.
    package var content: Content
    /// The sender's id, or the body's digest if there is none.
    package var eventID: String
    /// A digest of the mapped fields; of the body if they could not be mapped.
    package var fingerprint: Int64
    /// The body's SHA-256 if the sender's id lies outside the signed bytes.
    package var digest: [UInt8]?
    /// The time of arrival.
    package var receivedAt: Instant
    /// The value that conditions read as `payload`.
    package var payload: JSON.Value?
    /// The header fields that the mapping reads, to be stored with the event.
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
