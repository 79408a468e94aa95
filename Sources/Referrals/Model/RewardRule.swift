/// The rule for one reward, as the owner of the campaign declares it: its beneficiary, its value
/// and its limits.
///
/// The value that a member has here is its default. No other place has defaults of rewards.
package struct RewardRule: Equatable, Sendable {
    /// The wait of a reward for an event of its lead.
    package struct Hold: Equatable, Sendable {
        /// The goal that the lead must reach.
        package var goal: String
        /// The number of days of 24 hours after which the reward is rejected.
        package var days: Int

        /// Creates a wait.
        package init(goal: String, days: Int) {
            self.goal = goal
            self.days = days
        }
    }

    /// The person who gets the reward.
    package var beneficiary: CampaignReward.Beneficiary
    /// The kind of benefit.
    package var kind: CampaignReward.Kind
    /// The value of each reward.
    package var value = RewardValue.nothingStated
    /// The rule expression that must be true for this reward; nil if the reward has no condition.
    package var when: String?
    /// The number n if only the beneficiary's n-th, 2n-th, … approved conversion earns the reward;
    /// nil if each conversion may earn it.
    package var every: Int?
    /// The name of the group of which only one rule is used; nil outside a group.
    package var group: String?
    /// The limits on the number of rewards, which all apply; by default one per beneficiary in
    /// total. Empty only for a rule with `every`, whose multiples are then the only bound. No two
    /// have the same subject and window.
    package var caps: [Cap]
    /// The maximum total value of all rewards of this rule, in the value's unit. A reward that
    /// would exceed it is not granted, not even in part.
    package var budget: UnitLimit?
    /// The handling of a coupon reward while the pool is empty.
    package var onEmptyPool = CampaignReward.EmptyPool.wait
    /// The event for which the reward waits before it is issued; nil if it waits for none.
    package var holdUntil: Hold?

    /// Creates a rule with the defaults of all other members.
    package init(
        _ kind: CampaignReward.Kind, for beneficiary: CampaignReward.Beneficiary = .referrer
    ) {
        self.beneficiary = beneficiary
        self.kind = kind
        caps = [.once(per: beneficiary)]
    }

    /// The limits of a rule that declares none.
    package var usualCaps: [Cap] { every == nil ? [.once(per: beneficiary)] : [] }

    /// True if the declaration limits the value of one reward; false for an unlimited share of an
    /// amount that a partner sends.
    package var isBounded: Bool {
        if case .percent(_, max: nil) = value { budget != nil } else { true }
    }
}
