import Mapping
import Referrals
import Storage
import Time

/// Why somebody got a reward or none: who it is about, which events there were, how each was decided check by
/// check, what stands in the way, and what to do about it.
///
/// For the account's own operators: it shows addresses, and no secret.
package struct Explanation: Sendable {
    /// What was asked for.
    package enum Query: Equatable, Sendable {
        case code(String)
        case email(String)
        case event(Int64)
        case businessKey(String)
        /// The partner's id of a person.
        case customer(String)

        /// As the API has them.
        package static let names = ["code", "email", "event", "business_key", "customer"]
    }

    package var query: Query
    /// The answer in a sentence or two.
    package var summary: String
    package var people: [Person] = []
    /// Near misses first, then the latest.
    package var events: [EventStory] = []
    /// Whether there are more events than are told.
    package var isCut = false
    /// How many rewards the people of the answer and their leads have been given, where it is about people. Counted
    /// up to `mostCounted`.
    package var givenRewards: Int?
    /// Codes that look like the one asked for, where nobody has that.
    package var suggestions: [String] = []

    static let mostCounted = 10_000

    init(_ query: Query, summary: String) {
        self.query = query
        self.summary = summary
    }

    package var isFound: Bool { !people.isEmpty || !events.isEmpty }
}

extension Explanation {
    /// A participant the answer is about.
    package struct Person: Sendable {
        package var row: ParticipantRow
        package var campaignName: String
        /// The code of whoever referred them.
        package var referrerCode: String?
        package var leadCount: Int
        package var isErased: Bool
        /// Where no event has named them: what would keep one from earning a reward.
        package var preflight: Preflight?

        package var role: Role { row.participant.isLead ? .lead : .referrer }
    }

    package enum Role: String, Sendable { case lead, referrer }
}

/// One event, how it was decided, and how things stand now.
package struct EventStory: Sendable {
    /// What can be told of the decision.
    package enum Decided: Sendable {
        case traced(Referrals.Trace)
        /// A refund: what it leaves, in a sentence.
        case reversal(String)
        case unmapped([String])
        case notOurs
        /// Why the steps can't be told.
        case untold(String)
    }

    package struct PersonName: Sendable {
        package var id: ID<Participant>
        package var code: String
    }

    package struct Reward: Sendable {
        package var row: RewardRow
        package var kind: CampaignReward.Kind?
        package var beneficiary: CampaignReward.Beneficiary
        /// Its value less what refunds took; nil where its worth was never told.
        package var remaining: Int64?
        package var coupon: CouponState?
    }

    /// What a person decided of the conversion or of one of its rewards.
    package struct Reviewed: Sendable {
        package var kind: OperatorRecords.Reviewed
        package var subject: Int64
        package var review: OperatorRecords.Review
    }

    /// What came to a conversion after it was made.
    package struct Later: Sendable {
        package var event: ID<Event>
        package var receivedAt: Instant
        package var outcome: Outcome
        package var reasons: Reasons
    }

    package var row: EventRow
    /// The source's id, as it stands in addresses.
    package var source: String
    package var decided: Decided
    package var decidedAt: Instant?
    package var goal: String?
    package var lead: PersonName?
    package var referrer: PersonName?
    package var conversion: ConversionRow?
    package var rewards: [Reward] = []
    /// In the order of time.
    package var reviews: [Reviewed] = []
    /// What has to happen for it to move on, in sentences.
    package var waitsFor: [String] = []
    package var later: [Later] = []
    /// Whether it is decided again by itself when what it lacks is there.
    package var isWaiting = false

    /// Whether a single check kept it from a reward, and still does.
    package var isNearMiss: Bool {
        guard case .traced(let trace) = decided, trace.obstacles.count == 1 else { return false }
        let isOver = conversion.map { $0.status != .approved && $0.status != .pending } ?? false
        return row.outcome != .rewarded && !isOver && !rewards.contains(where: \.isGiven)
    }

    /// What came of it in a sentence or two.
    package var summary: String { decision + (since.map { " \($0)" } ?? "") }

    private var decision: String {
        switch decided {
        case .traced(let trace) where row.outcome == .rewarded && !trace.obstacles.isEmpty:
            "It was rewarded, though not in everything. \(trace.summary)"
        case .traced(let trace): trace.summary
        case .reversal(let sentence): sentence
        case .unmapped(let problems): "It could not be mapped: \(problems.joined(separator: "; "))."
        case .notOurs: "The source's filter says that it is none of ours."
        case .untold(let why):
            (row.reasons.map(\.sentence) + ["How it was decided can't be told: \(why)."])
                .joined(separator: " ")
        }
    }

    /// What has become of its conversion meanwhile.
    private var since: String? {
        guard let conversion, conversion.id.number == row.id.number else { return nil }
        switch conversion.status {
        case .reversed: return "It has been refunded since."
        case .rejected: return "It was rejected in review since."
        case .fraud: return "It was marked as fraud since."
        case .pending: return nil
        case .approved:
            let isGiven = row.outcome != .rewarded && rewards.contains(where: \.isGiven)
            return isGiven ? "It has been rewarded since." : nil
        }
    }
}
