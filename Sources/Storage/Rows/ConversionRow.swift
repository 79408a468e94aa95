import Currencies
import Referrals
import Time

/// A conversion as stored.
package struct ConversionRow: Equatable, Sendable {
    /// The conversion's number, which is that of its event.
    package var id: ID<Conversion>
    /// The campaign of the conversion.
    package var campaign: ID<Campaign>
    /// The person who converted.
    package var lead: ID<Participant>
    /// The person who referred the lead.
    package var referrer: ID<Participant>
    /// The present status.
    package var status: ConversionStatus
    /// The amount that rewards count, in minor units; nil if unknown.
    package var amount: Int64?
    /// The gross sum that the buyer paid; nil if it equals the amount.
    package var paid: Int64?
    /// The currency of the amount.
    package var currency: Currency?
    /// The partner's id of the lead, if the event contained one.
    package var customer: String?
    /// The time of the conversion according to its sender.
    package var occurredAt: Instant
    /// The time at which the conversion was recorded.
    package var createdAt: Instant
    /// True if it was ever approved, so that a reinstatement needs no second review.
    package var wasApproved: Bool

    package init(
        id: ID<Conversion>, campaign: ID<Campaign>, lead: ID<Participant>,
        referrer: ID<Participant>, status: ConversionStatus, amount: Int64?, paid: Int64? = nil,
        currency: Currency?, customer: String? = nil,
        occurredAt: Instant, createdAt: Instant, wasApproved: Bool
    ) {
        self.id = id
        self.campaign = campaign
        self.lead = lead
        self.referrer = referrer
        self.status = status
        self.amount = amount
        self.paid = paid
        self.currency = currency
        self.customer = customer
        self.occurredAt = occurredAt
        self.createdAt = createdAt
        self.wasApproved = wasApproved
    }
}

extension ConversionRow {
    /// The payment that reversals take from.
    package var payment: Payment { Payment(amount: amount, paid: paid, currency: currency) }
}
