import Referrals
import Time

/// A campaign as its owner declares it: the rules of one version, without the numbers that storage gives.
package struct CampaignDeclaration: Equatable, Sendable {
    /// Nil where it has none yet.
    package var id: ID<Campaign>?
    package var name: String
    package var owner: String?
    package var kind: Campaign.Kind
    package var status: Campaign.Status
    package var publish: Campaign.Visibility
    package var goalType: String
    package var goalThreshold: Int
    package var conversions: Campaign.Conversions
    /// What a referral link begins with.
    package var linkBase: String?
    package var startsAt: Instant?
    package var endsAt: Instant?
    /// CEL; checked where the rule language is known.
    package var conditions: [String]
    package var risk: RiskDeclaration
    package var attributionDays: Int?
    package var review: Campaign.Review
    package var holdDays: Int
    package var rewards: [RewardDeclaration]

    package init(
        id: ID<Campaign>? = nil, name: String, owner: String? = nil,
        kind: Campaign.Kind = .referral,
        status: Campaign.Status = .active, publish: Campaign.Visibility = .private,
        goalType: String, goalThreshold: Int = 1, conversions: Campaign.Conversions = .first,
        linkBase: String? = nil, startsAt: Instant? = nil, endsAt: Instant? = nil,
        conditions: [String] = [], risk: RiskDeclaration = RiskDeclaration(),
        attributionDays: Int? = nil, review: Campaign.Review = .never, holdDays: Int = 0,
        rewards: [RewardDeclaration] = []
    ) {
        self.id = id
        self.name = name
        self.owner = owner
        self.kind = kind
        self.status = status
        self.publish = publish
        self.goalType = goalType
        self.goalThreshold = goalThreshold
        self.conversions = conversions
        self.linkBase = linkBase
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

extension CampaignDeclaration {
    /// The rules as decisions take them.
    ///
    /// - Parameter rewardIDs: of the campaign rewards, in their order.
    package func campaign(
        id: ID<Campaign>, version: Int32, rewardIDs: [ID<CampaignReward>]
    ) -> Campaign {
        precondition(rewardIDs.count == rewards.count, "each campaign reward has its number")
        return Campaign(
            id: id, version: version, name: name, owner: owner ?? "", kind: kind, status: status,
            publish: publish, goalType: goalType, goalThreshold: goalThreshold,
            conversions: conversions, startsAt: startsAt, endsAt: endsAt, conditions: conditions,
            risk: risk.risk, attributionDays: attributionDays, review: review, holdDays: holdDays,
            rewards: zip(rewardIDs, rewards).map { $1.campaignReward(id: $0) })
    }
}
