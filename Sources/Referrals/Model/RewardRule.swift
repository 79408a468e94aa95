/// The rule for one reward, as the owner of the campaign declares it: its beneficiary, its value
/// and its limits.
///
/// The value that a member has here is its default. No other place has defaults of rewards.
package struct RewardRule: Equatable, Sendable {
    /// The person who gets the reward.
    package var beneficiary: CampaignReward.Beneficiary
    /// The kind of benefit.
    package var kind: CampaignReward.Kind
    /// The value of each reward.
    package var value = RewardValue.nothingStated
    /// The limit on the number of rewards; by default one per beneficiary in total.
    package var cap: Cap
    /// The maximum total value of all rewards of this rule, in the value's unit. A reward that
    /// would exceed it is not granted, not even in part.
    package var budget: Int64?
    /// The handling of a coupon reward while the pool is empty.
    package var onEmptyPool = CampaignReward.EmptyPool.wait

    /// Creates a rule with the defaults of all other members.
    package init(
        _ kind: CampaignReward.Kind, for beneficiary: CampaignReward.Beneficiary = .referrer
    ) {
        self.beneficiary = beneficiary
        self.kind = kind
        cap = .once(per: beneficiary)
    }

    /// True if the declaration limits the value of one reward; false for an unlimited share of an
    /// amount that a partner sends.
    package var isBounded: Bool {
        if case .percent(_, max: nil) = value { budget != nil } else { true }
    }
}
