import Currencies
import JSON
import Referrals
import Storage
import Time

/// An event of the built-in source: one that the API causes, not a partner.
package struct OwnEvent: Equatable, Sendable {
    /// The id of the event; a second event with the same id is a repeat.
    package var id: String
    /// The goal that the person reached.
    package var goal: String
    /// The order or invoice number; nil without one.
    package var businessKey: String?
    /// The amount in minor units; nil if unknown.
    package var amount: Int64?
    /// The currency of the amount.
    package var currency: Currency?
    /// The time at which the goal was reached; nil for the time of the request.
    package var occurredAt: Instant?
    /// The partner's id of the person; nil if unknown.
    package var customer: String?
    /// True if the participant whose code the event has reached the goal; false if others did
    /// through their link.
    package var isOfOwner = true

    /// Creates an event with a goal only.
    package init(id: String, goal: String) {
        self.id = id
        self.goal = goal
    }

    /// The body, which the mapping of the built-in source reads. The person is named by their own
    /// code.
    func body(about person: ParticipantRow) -> [UInt8] {
        var writer = Writer(reservingCapacity: 256)
        writer.beginObject()
        writer.member("goal", ifPresent: goal)
        writer.member("referral_code", ifPresent: person.code)
        writer.member("business_key", ifPresent: businessKey)
        writer.member("amount", ifPresent: amount)
        writer.member("currency", ifPresent: currency?.text)
        writer.member("occurred_at", ifPresent: occurredAt?.rfc3339)
        if isOfOwner { writer.member("email", ifPresent: person.participant.email) }
        writer.member("customer", ifPresent: customer)
        writer.endObject()
        return writer.bytes
    }
}
