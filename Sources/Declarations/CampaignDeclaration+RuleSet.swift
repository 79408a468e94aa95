import Conditions
import Referrals
import Rules

extension CampaignDeclaration {
    /// The rules with compiled expressions; nil if one does not compile.
    ///
    /// - Parameter zones: the time zones that rules may name.
    package func ruleSet(zones: Zones = .none) -> RuleSet? {
        guard
            case .success(let conditions) = Conditions.compile(
                rules, rewards: rewards, zones: zones)
        else { return nil }
        let number = id ?? ID(1)
        let ids = rewards.indices.map { ID<CampaignReward>(Int64($0 + 1)) }
        return RuleSet(
            campaign(id: ID(number.number), version: 1, rewardIDs: ids), conditions)
    }
}

extension RuleComparison {
    /// Compares two versions; nil if an expression does not compile.
    ///
    /// - Parameters:
    ///   - zones: the time zones that rules may name.
    ///   - most: the maximum number of differences.
    ///   - trials: the maximum number of facts to decide about.
    package init?(
        _ old: CampaignDeclaration, _ new: CampaignDeclaration, zones: Zones,
        atMost most: Int = 20, trials: Int = 12_000
    ) {
        guard let left = old.ruleSet(zones: zones), let right = new.ruleSet(zones: zones) else {
            return nil
        }
        self.init(old, new, rules: (left, right), atMost: most, trials: trials)
    }
}
