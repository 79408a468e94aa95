import Currencies
import Referrals
import Time

/// The content of one item of a body in refgate's own terms.
package struct MappedEvent: Equatable, Sendable {
    /// The referral code of an event, as far as its texts determine it.
    package enum Code: Equatable, Sendable {
        /// No code, and none is needed: a reversal finds its conversion by business key.
        case none
        /// No code, but a customer is named who may be known from earlier events. If the customer
        /// is unknown, the event is unmapped with this problem, since a code is required then.
        indirect case missing(MappingProblem)
        case named(ReferralCode)
        /// A text, as it was sent, that cannot be a code: an unknown code, now and later.
        case unreadable(String)
        /// Several texts, or one that is often something else, in order of precedence.
        case candidates([CodeCandidate])
    }

    /// Nil if the mapping gives none: the digest of the bytes replaces it.
    package var eventID: String?
    /// Nil for the campaign's own goal.
    package var goal: String?
    /// The referral code.
    package var code: Code
    /// Without repeats, in the mapping's order.
    package var businessKeys: [String]
    /// In minor units of `currency`.
    package var amount: Int64?
    /// The currency of the amounts.
    package var currency: Currency?
    /// The gross amount that the buyer paid, in minor units, of which refunds are a share. Nil if
    /// it is equal to `amount`.
    package var paid: Int64?
    /// The time stated by the sender, which may be later than the receipt.
    package var occurredAt: Instant?
    /// The address as it was sent, because repeats are recognised by it.
    package var email: String?
    /// The sender's id of the customer.
    package var customer: String?
    /// The customer's first name.
    package var firstName: String?
    /// True for an event of the sender's test mode.
    package var isTest: Bool
    /// The kind of reversal; nil for a qualification or a link.
    package var reversal: Reversal.Kind?
    /// True for an event that makes no conversion, and adds its business keys to the conversion
    /// that has one of them.
    package var isLink: Bool

    package init(
        eventID: String? = nil, goal: String? = nil, code: Code = .none,
        businessKeys: [String] = [], amount: Int64? = nil, currency: Currency? = nil,
        paid: Int64? = nil, occurredAt: Instant? = nil, email: String? = nil,
        customer: String? = nil, firstName: String? = nil, isTest: Bool = false,
        reversal: Reversal.Kind? = nil, isLink: Bool = false
    ) {
        self.eventID = eventID
        self.goal = goal
        self.code = code
        self.businessKeys = businessKeys
        self.amount = amount
        self.currency = currency
        self.paid = paid
        self.occurredAt = occurredAt
        self.email = email
        self.customer = customer
        self.firstName = firstName
        self.isTest = isTest
        self.reversal = reversal
        self.isLink = isLink
    }
}

extension MappedEvent {
    /// The code of a participant, if the event carries one. Of several candidates the first
    /// acceptable one, until it is known which of them belongs to a participant.
    package var referralCode: ReferralCode? {
        switch code {
        case .none, .missing, .unreadable: nil
        case .named(let code): code
        case .candidates(let candidates):
            candidates.first { $0.code != nil && !$0.isDoubtful }?.code
                ?? candidates.lazy.compactMap(\.code).first
        }
    }

    /// The candidates that have the form of a code; empty for an event with one code.
    package var codeCandidates: [ReferralCode] {
        if case .candidates(let candidates) = code { candidates.compactMap(\.code) } else { [] }
    }

    /// True if the event does not wait for any candidate, because those with the form of a code are
    /// often something else.
    private var hasOnlyDoubtfulCodes: Bool {
        guard case .candidates(let candidates) = code else { return false }
        return !candidates.contains { $0.code != nil && !$0.isDoubtful }
    }

    /// The event in the form that decisions read. `campaignGoal` is called if the event has no goal
    /// of its own.
    package func qualifyingEvent(
        campaignGoal: @autoclosure () -> String, receivedAt: Instant
    ) -> QualifyingEvent {
        QualifyingEvent(
            goal: goal ?? campaignGoal(), code: referralCode, businessKeys: businessKeys,
            candidates: codeCandidates, codeIsDoubtful: hasOnlyDoubtfulCodes,
            amount: amount, currency: currency, paid: paid, occurredAt: occurredAt,
            receivedAt: receivedAt,
            // In canonical form, as for participants, because they are found by it.
            email: email.flatMap { EmailAddress($0)?.canonical }, customer: customer,
            isTest: isTest)
    }

    /// The reversal, if the event is one; its time is never later than its receipt.
    package func reversal(receivedAt: Instant) -> Reversal? {
        reversal.map {
            Reversal(
                $0, amount: amount, currency: currency,
                occurredAt: min(occurredAt ?? receivedAt, receivedAt))
        }
    }
}
