/// The rule for one reward, as the owner of the campaign declares it: who gets it, what, and how often.
///
/// The value that a member has here is its default. No other place has defaults of rewards.
package struct RewardRule: Equatable, Sendable {
    package var beneficiary: CampaignReward.Beneficiary
    package var kind: CampaignReward.Kind
    package var value = RewardValue.nothingStated
    /// By default one reward per beneficiary in total.
    package var cap: Cap
    /// The most that all rewards of this rule may be worth together, in the value's unit; a reward that
    /// would exceed it isn't granted, never granted in part.
    package var budget: Int64?
    package var onEmptyPool = CampaignReward.EmptyPool.wait

    package init(
        _ kind: CampaignReward.Kind, for beneficiary: CampaignReward.Beneficiary = .referrer
    ) {
        self.beneficiary = beneficiary
        self.kind = kind
        cap = .once(per: beneficiary)
    }

    /// Whether one of these rewards can be worth no more than what is declared: not where it is a share of an
    /// amount that a partner names.
    package var isBounded: Bool {
        if case .percent(_, max: nil) = value { budget != nil } else { true }
    }
}
