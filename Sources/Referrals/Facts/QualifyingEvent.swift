import Currencies
import Time

/// A partner's event, mapped from its body.
package struct QualifyingEvent: Equatable, Sendable {
    /// The goal that the lead reached, such as `purchase`.
    package var goal: String
    /// The referral code; nil if the event has none, and the lead is found by customer id or
    /// e-mail.
    package var code: ReferralCode?
    /// All texts that may be the code, `code` included, if there are several; otherwise empty.
    package var candidates: [ReferralCode]
    /// True if the field of the code often holds another text, such as a discount code.
    package var codeIsDoubtful: Bool
    /// Order or invoice numbers, each an alias of the same conversion.
    package var businessKeys: [String]
    /// The amount in minor units of `currency`.
    package var amount: Int64?
    /// The currency of `amount` and `paid`.
    package var currency: Currency?
    /// The gross amount that the buyer paid, of which refunds are a share; nil if it equals
    /// `amount`.
    package var paid: Int64?
    /// The instant at which the goal was reached. Never later than the receipt, and equal to it if
    /// the event has no time.
    package let occurredAt: Instant
    /// The instant at which the gateway received the event.
    package let receivedAt: Instant
    /// The canonical e-mail address of the person.
    package var email: String?
    /// The partner's id of the person.
    package var customer: String?
    /// True if the sender marked the event as a test.
    package var isTest: Bool

    /// Creates an event. Without `occurredAt`, or with a later one than `receivedAt`, the receipt
    /// is used.
    package init(
        goal: String, code: ReferralCode?, businessKeys: [String] = [],
        candidates: [ReferralCode] = [], codeIsDoubtful: Bool = false, amount: Int64? = nil,
        currency: Currency? = nil, paid: Int64? = nil, occurredAt: Instant? = nil,
        receivedAt: Instant,
        email: String? = nil, customer: String? = nil, isTest: Bool = false
    ) {
        self.goal = goal
        self.code = code
        self.candidates = candidates
        self.codeIsDoubtful = codeIsDoubtful
        self.businessKeys = businessKeys
        self.amount = amount
        self.currency = currency
        self.paid = paid
        self.occurredAt = min(occurredAt ?? receivedAt, receivedAt)
        self.receivedAt = receivedAt
        self.email = email
        self.customer = customer
        self.isTest = isTest
    }

    /// The index of the code among several candidates.
    var candidate: Int? { code.flatMap { candidates.firstIndex(of: $0) } }

    /// True if the event identifies a person by other means than the code.
    package var namesPerson: Bool { email != nil || customer != nil }
}
