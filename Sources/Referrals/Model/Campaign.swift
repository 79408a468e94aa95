import Time

/// A referral programme or waitlist as its owner wrote it.
package struct Campaign: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable { case referral, waitlist }
    package enum Status: String, CaseIterable, Sendable { case draft, active, paused, ended }
    /// Who may see it; rewards work either way.
    package enum Visibility: String, CaseIterable, Sendable { case `private`, `public` }
    /// Which of a lead's goals convert.
    package enum Conversions: String, CaseIterable, Sendable { case first, every }
    package enum Review: Equatable, Sendable {
        case never, always
        /// Where this expression isn't false.
        case when(String)
    }

    package var id: ID<Campaign>
    /// Rules are immutable once used; each change makes the next version.
    package var version: Int32
    package var name: String
    package var owner: String
    package var kind: Kind
    package var status: Status
    package var publish: Visibility
    package var goalType: String
    /// How many of a referrer's leads must have reached the goal, this one included, before the referrer
    /// is rewarded. Rewards for leads don't wait for it.
    package var goalThreshold: Int
    package var conversions: Conversions
    /// The first instant that counts.
    package var startsAt: Instant?
    /// The first instant that counts no longer.
    package var endsAt: Instant?
    /// All must hold.
    package var conditions: [String]
    package var risk: Risk
    /// How many days of 24 hours after joining a lead's goal still counts.
    package var attributionDays: Int?
    package var review: Review
    package var holdDays: Int
    package var rewards: [CampaignReward]

    package init(
        id: ID<Campaign>, version: Int32 = 1, name: String = "", owner: String = "",
        kind: Kind = .referral, status: Status = .active, publish: Visibility = .private,
        goalType: String, goalThreshold: Int = 1, conversions: Conversions = .first,
        startsAt: Instant? = nil, endsAt: Instant? = nil, conditions: [String] = [],
        risk: Risk = Risk(), attributionDays: Int? = nil, review: Review = .never,
        holdDays: Int = 0, rewards: [CampaignReward] = []
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.owner = owner
        self.kind = kind
        self.status = status
        self.publish = publish
        self.goalType = goalType
        self.goalThreshold = goalThreshold
        self.conversions = conversions
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.conditions = conditions
        self.risk = risk
        self.attributionDays = attributionDays
        self.review = review
        self.holdDays = holdDays
        self.rewards = rewards
    }
}

/// One version of a campaign's rules, shared by reference by all the facts that are decided under it.
package final class CampaignVersion: Sendable {
    package let rules: Campaign

    package init(_ rules: Campaign) {
        self.rules = rules
    }
}
