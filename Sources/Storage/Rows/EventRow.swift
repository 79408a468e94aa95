import Currencies
import Referrals
import Time

/// An event to be stored, with its decision.
package struct EventRow: Sendable {
    /// The event's number.
    package var id: ID<Event>
    /// The number of the source that sent it.
    package var source: ID<Source>
    /// The version of the source that it was read with.
    package var sourceVersion: Int64
    /// The sender's id of the event.
    package var eventID: String
    /// A digest of the mapped fields: it distinguishes a repeat from another event under the same
    /// id.
    package var fingerprint: Int64
    /// The time of arrival.
    package var receivedAt: Instant
    /// The outcome of the decision.
    package var outcome: Outcome
    /// The reasons of the outcome.
    package var reasons: Reasons
    /// The participant the event is about, if found.
    package var participant: ID<Participant>?
    /// The conversion that the event made or belongs to.
    package var conversion: ID<Conversion>?
    /// The revision of the lead that the decision read.
    package var leadRevision: Int64?
    /// The revision of the referrer that the decision read.
    package var referrerRevision: Int64?
    /// The facts that the decision was made on.
    package var facts: FactsRecord?
    /// The header fields that the mapping reads, one `name: value` per line, after a mark if the
    /// body is a form; nil if it reads only the id, and the body is JSON.
    package var fields: String?
    /// The body as received; nil after it was erased.
    package var body: [UInt8]?

    package init(
        id: ID<Event>, source: ID<Source>, sourceVersion: Int64, eventID: String,
        fingerprint: Int64, receivedAt: Instant, outcome: Outcome, reasons: Reasons = [],
        participant: ID<Participant>? = nil, conversion: ID<Conversion>? = nil,
        leadRevision: Int64? = nil, referrerRevision: Int64? = nil, facts: FactsRecord? = nil,
        fields: String? = nil, body: [UInt8]?
    ) {
        self.id = id
        self.source = source
        self.sourceVersion = sourceVersion
        self.eventID = eventID
        self.fingerprint = fingerprint
        self.receivedAt = receivedAt
        self.outcome = outcome
        self.reasons = reasons
        self.participant = participant
        self.conversion = conversion
        self.leadRevision = leadRevision
        self.referrerRevision = referrerRevision
        self.facts = facts
        self.fields = fields
        self.body = body
    }
}

extension EventRow {
    /// True if a repeat of the event is answered from the rows: it left a conversion, or released
    /// rewards.
    package var isSettled: Bool { conversion != nil || outcome == .rewarded }
}

/// The subject of an event's id.
package enum Event {}
