import Time

/// What a partner's event says, mapped from its body.
package struct QualifyingEvent: Equatable, Sendable {
    package var goal: String
    /// Nil where the event names no code; its lead is then found by customer or e-mail.
    package var code: ReferralCode?
    /// Order or invoice numbers, each an alias of the one conversion.
    package var businessKeys: [String]
    /// Minor units of `currency`.
    package var amount: Int64?
    package var currency: Currency?
    /// When the goal was reached: never later than the receipt, and the receipt where the event doesn't say.
    package let occurredAt: Instant
    package let receivedAt: Instant
    package var email: String?
    /// The partner's id of the person.
    package var customer: String?
    package var isTest: Bool

    package init(
        goal: String, code: ReferralCode?, businessKeys: [String] = [], amount: Int64? = nil,
        currency: Currency? = nil, occurredAt: Instant? = nil, receivedAt: Instant,
        email: String? = nil, customer: String? = nil, isTest: Bool = false
    ) {
        self.goal = goal
        self.code = code
        self.businessKeys = businessKeys
        self.amount = amount
        self.currency = currency
        self.occurredAt = min(occurredAt ?? receivedAt, receivedAt)
        self.receivedAt = receivedAt
        self.email = email
        self.customer = customer
        self.isTest = isTest
    }

    /// Whether it names a person beside the code.
    package var namesPerson: Bool { email != nil || customer != nil }
}
