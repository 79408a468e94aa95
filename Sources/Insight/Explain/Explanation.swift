import Ledger
import Mapping
import Referrals
import Storage
import Time

/// The explanation of a reward, or of its absence: the people, the events, the decision on each
/// check by check, the obstacles, and the remedies.
///
/// It is for the account's own operators: it shows addresses, and no secret.
package struct Explanation: Sendable {
    /// The name that an explanation is requested by.
    package enum Query: Equatable, Sendable {
        case code(String)
        case email(String)
        case event(Int64)
        case businessKey(String)
        /// The partner's id of a person.
        case customer(String)

        /// The names of the cases in the API.
        package static let names = ["code", "email", "event", "business_key", "customer"]
    }

    /// The query that the explanation answers.
    package var query: Query
    /// The answer in a sentence or two.
    package var summary: String
    /// The people whom the query names.
    package var people: [Person] = []
    /// The events: near misses first, then the latest.
    package var events: [ExplainedEvent] = []
    /// True if there are more events than shown.
    package var isCut = false
    /// The number of rewards that the people of the answer and their leads have been given; nil if
    /// the answer is not about people. Counted up to `mostCounted`.
    package var givenRewards: Int?
    /// Codes similar to the one in the query, if no participant has that.
    package var suggestions: [String] = []

    static let mostCounted = 10_000

    init(_ query: Query, summary: String) {
        self.query = query
        self.summary = summary
    }

    /// True if the query matches a person or an event.
    package var isFound: Bool { !people.isEmpty || !events.isEmpty }
}

extension Explanation {
    /// A participant the answer is about.
    package struct Person: Sendable {
        /// The participant's row.
        package var row: ParticipantRow
        /// The name of the participant's campaign.
        package var campaignName: String
        /// The code of their referrer.
        package var referrerCode: String?
        /// The number of their leads.
        package var leadCount: Int
        /// True if the participant was deleted.
        package var isErased: Bool
        /// For a participant without events: the checks that would keep one from earning a reward.
        package var preflight: Preflight?

        /// The role of the participant in their campaign.
        package var role: Role { row.participant.isLead ? .lead : .referrer }
    }

    /// The two roles of participants.
    package enum Role: String, Sendable { case lead, referrer }
}

/// One event, its decision, and the present state.
package struct ExplainedEvent: Sendable {
    /// The known part of the decision.
    package enum Decided: Sendable {
        case traced(Referrals.Trace)
        /// The effect of a refund, in a sentence.
        case reversal(String)
        case unmapped([String])
        case notOurs
        /// The conversion was given before, and imported.
        case imported
        /// The reason for which the steps are unknown.
        case unavailable(String)
    }

    /// A participant by number and code.
    package struct PersonName: Sendable {
        /// The participant's number.
        package var id: ID<Participant>
        /// The referral code.
        package var code: String
    }

    /// A reward of the event's conversion.
    package struct Reward: Sendable {
        /// The reward's row.
        package var row: RewardRow
        /// The kind that its rule states; nil if the rule is lost.
        package var kind: CampaignReward.Kind?
        /// The side that receives it.
        package var beneficiary: CampaignReward.Beneficiary
        /// Its value less refunds; nil if its worth is not recorded.
        package var remaining: Int64?
        /// The state of its coupon, if it has one.
        package var coupon: CouponState?
    }

    /// An operator's decision on the conversion or on one of its rewards.
    package struct Reviewed: Sendable {
        /// The kind of row that was reviewed.
        package var kind: OperatorRecords.Reviewed
        /// The number of that row.
        package var subject: Int64
        /// The review itself.
        package var review: OperatorRecords.Review
    }

    /// A later event of a conversion.
    package struct Later: Sendable {
        /// The number of the event.
        package var event: ID<Event>
        /// The time of its arrival.
        package var receivedAt: Instant
        /// Its outcome.
        package var outcome: Outcome
        /// The reasons of its outcome.
        package var reasons: Reasons
    }

    /// The event's row.
    package var row: EventRow
    /// The source's id, as used in addresses.
    package var source: String
    /// The decision, as far as it is known.
    package var decided: Decided
    /// The time of the decision.
    package var decidedAt: Instant?
    /// The goal of the event, as mapped.
    package var goal: String?
    /// The lead, if known.
    package var lead: PersonName?
    /// The referrer, if known.
    package var referrer: PersonName?
    /// The conversion that the event made or belongs to.
    package var conversion: ConversionRow?
    /// The rewards of the conversion.
    package var rewards: [Reward] = []
    /// The reviews, in the order of time.
    package var reviews: [Reviewed] = []
    /// The requirements for the event to be decided again, in sentences.
    package var waitsFor: [String] = []
    /// The later events of its conversion.
    package var later: [Later] = []
    /// True if the event is decided again by itself when the missing part appears.
    package var isWaiting = false

    /// True if a single check kept the event from a reward, and still does.
    package var isNearMiss: Bool {
        guard case .traced(let trace) = decided, trace.obstacles.count == 1 else { return false }
        let isOver = conversion.map { $0.status != .approved && $0.status != .pending } ?? false
        return row.outcome != .rewarded && !isOver && !rewards.contains(where: \.isGiven)
    }

    /// The result of the event in a sentence or two.
    package var summary: String { decision + (since.map { " \($0)" } ?? "") }

    private var decision: String {
        switch decided {
        case .traced(let trace) where row.outcome == .rewarded && !trace.obstacles.isEmpty:
            "The event was rewarded, but not with every reward. \(trace.summary)"
        case .traced(let trace): trace.summary
        case .reversal(let sentence): sentence
        case .unmapped(let problems):
            "The event could not be mapped: \(problems.joined(separator: "; "))."
        case .notOurs: "The source's filter excludes the event."
        case .imported: imported
        case .unavailable(let why):
            (row.reasons.map(\.sentence) + ["The decision cannot be repeated: \(why)."])
                .joined(separator: " ")
        }
    }

    private var imported: String {
        let date = conversion.map { " on \($0.occurredAt.rfc3339.prefix(10))" } ?? ""
        return "Given before\(date), imported: another product recorded it, and no rule was applied"
            + " here. It uses up its order and its caps, so that refgate gives no second reward for it."
    }

    /// The changes of its conversion since then.
    private var since: String? {
        guard let conversion, conversion.id.number == row.id.number else { return nil }
        if case .imported = decided, conversion.status != .reversed { return nil }
        switch conversion.status {
        case .reversed: return "The purchase was refunded later."
        case .rejected: return "The conversion was rejected in review later."
        case .fraud: return "The conversion was marked as fraud later."
        case .pending: return nil
        case .approved:
            let isGiven = row.outcome != .rewarded && rewards.contains(where: \.isGiven)
            return isGiven ? "A reward was issued later." : nil
        }
    }
}
