/// One version of a referral programme or waitlist, a class so that all facts decided under it
/// share one copy.
package final class Campaign: Sendable {
    /// The kind of programme.
    package enum Kind: String, CaseIterable, Sendable { case referral, waitlist }
    /// The state of a campaign. Only active campaigns grant rewards.
    package enum Status: String, CaseIterable, Sendable { case draft, active, paused, ended }
    /// The audience that may see the campaign; rewards do not depend on it.
    package enum Visibility: String, CaseIterable, Sendable { case `private`, `public` }
    /// The goals of a lead that count as conversions: the first one, or every one.
    package enum Conversions: String, CaseIterable, Sendable { case first, every }
    /// The rule by which conversions are reviewed.
    package enum Review: Equatable, Sendable {
        case never, always
        /// Conversions for which this expression is not false.
        case when(String)
    }

    /// The campaign's number.
    package let id: ID<Campaign>
    /// The version of the rules. Rules are immutable once used; each change makes the next version.
    package let version: Int32
    /// The rules, without the rewards.
    package let rules: CampaignRules
    /// The rewards in the order in which they are decided.
    package let rewards: [CampaignReward]
    /// The lists of `rules.risk`, prepared for lookups.
    package let addresses: AddressLists

    /// Creates a version of a campaign.
    package init(
        id: ID<Campaign>, version: Int32 = 1, _ rules: CampaignRules, rewards: [CampaignReward] = []
    ) {
        self.id = id
        self.version = version
        self.rules = rules
        self.rewards = rewards
        addresses = AddressLists(rules.risk)
    }

    /// The rule with this number; nil if this version has none.
    package func reward(_ id: ID<CampaignReward>) -> CampaignReward? {
        rewards.first { $0.id == id }
    }

    /// True if a reward waits for this goal.
    package func holds(until goal: String) -> Bool {
        rewards.contains { $0.rule.holdUntil.map { same($0.goal, goal) } ?? false }
    }
}
