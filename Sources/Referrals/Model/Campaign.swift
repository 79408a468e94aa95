/// One version of a referral programme or waitlist, shared by reference by all the facts that are decided
/// under it.
package final class Campaign: Sendable {
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

    package let id: ID<Campaign>
    /// Rules are immutable once used; each change makes the next version.
    package let version: Int32
    package let rules: CampaignRules
    package let rewards: [CampaignReward]
    /// The lists of `rules.risk`, made ready for lookups.
    package let addresses: AddressLists

    package init(
        id: ID<Campaign>, version: Int32 = 1, _ rules: CampaignRules, rewards: [CampaignReward] = []
    ) {
        self.id = id
        self.version = version
        self.rules = rules
        self.rewards = rewards
        addresses = AddressLists(rules.risk)
    }
}
