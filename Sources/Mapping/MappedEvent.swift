import Currencies
import Referrals
import Time

/// What one item of a body says, in refgate's own terms.
package struct MappedEvent: Equatable, Sendable {
    package enum Code: Equatable, Sendable {
        /// None, and none is needed: a reversal finds its conversion by business key.
        case none
        /// None, but a customer is named who may be known from earlier events. If nobody is, this
        /// event was not mapped: a code is required then, and this says so.
        indirect case missing(MappingProblem)
        case named(ReferralCode)
        /// A text that can't name anybody, as it came: an unknown code, now and for good.
        case unreadable(String)
        /// Several texts, or one that is often something else, in the order in which they count.
        case candidates([CodeCandidate])
    }

    /// Nil where the mapping gives none: the digest of the bytes takes its place.
    package var eventID: String?
    /// Nil for the campaign's own.
    package var goal: String?
    package var code: Code
    /// Each once, in the mapping's order.
    package var businessKeys: [String]
    /// Minor units of `currency`.
    package var amount: Int64?
    package var currency: Currency?
    /// What the buyer paid, gross, in minor units: what refunds are a share of. Nil for `amount`.
    package var paid: Int64?
    /// As the sender says it, so maybe later than the receipt.
    package var occurredAt: Instant?
    /// As it was sent, because repeats are compared by it.
    package var email: String?
    package var customer: String?
    package var firstName: String?
    package var isTest: Bool
    package var reversal: Reversal.Kind?
    /// Makes no conversion, and teaches its business keys to the conversion that has one of them.
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
    /// The code that names a participant, if the event carries one. Of several candidates the first that
    /// nothing speaks against, until it is known which of them names a participant.
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

    /// Whether no candidate is worth waiting for: those that have the form of a code are often something
    /// else.
    private var hasOnlyDoubtfulCodes: Bool {
        guard case .candidates(let candidates) = code else { return false }
        return !candidates.contains { $0.code != nil && !$0.isDoubtful }
    }

    /// What decisions read. `campaignGoal` is asked for where the event leaves the goal to the campaign.
    package func qualifyingEvent(
        campaignGoal: @autoclosure () -> String, receivedAt: Instant
    ) -> QualifyingEvent {
        QualifyingEvent(
            goal: goal ?? campaignGoal(), code: referralCode, businessKeys: businessKeys,
            candidates: codeCandidates, codeIsDoubtful: hasOnlyDoubtfulCodes,
            amount: amount, currency: currency, paid: paid, occurredAt: occurredAt,
            receivedAt: receivedAt,
            // In one spelling, as participants have theirs: it is what they are found by.
            email: email.flatMap { EmailAddress($0)?.canonical }, customer: customer,
            isTest: isTest)
    }

    /// The reversal this event is, if it is one; it never occurred later than its receipt.
    package func reversal(receivedAt: Instant) -> Reversal? {
        reversal.map {
            Reversal(
                $0, amount: amount, currency: currency,
                occurredAt: min(occurredAt ?? receivedAt, receivedAt))
        }
    }
}
