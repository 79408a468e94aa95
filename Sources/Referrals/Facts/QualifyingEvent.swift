import Currencies
import Time

/// What a partner's event says, mapped from its body.
package struct QualifyingEvent: Equatable, Sendable {
    package var goal: String
    /// Nil where the event names no code; its lead is then found by customer or e-mail.
    package var code: ReferralCode?
    /// The texts that may be the code where there are several, `code` among them; empty otherwise.
    package var candidates: [ReferralCode]
    /// Whether what stands for the code is often something else, such as a discount code.
    package var codeIsDoubtful: Bool
    /// Order or invoice numbers, each an alias of the one conversion.
    package var businessKeys: [String]
    /// Minor units of `currency`.
    package var amount: Int64?
    package var currency: Currency?
    /// What the buyer paid, gross: what refunds are a share of. Nil for `amount`.
    package var paid: Int64?
    /// When the goal was reached: never later than the receipt, and the receipt where the event doesn't say.
    package let occurredAt: Instant
    package let receivedAt: Instant
    package var email: String?
    /// The partner's id of the person.
    package var customer: String?
    package var isTest: Bool

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

    /// The place of the code among several candidates.
    var candidate: Int? { code.flatMap { candidates.firstIndex(of: $0) } }

    /// Whether it names a person beside the code.
    package var namesPerson: Bool { email != nil || customer != nil }
}
