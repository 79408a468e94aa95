import Conditions
import Database
import Referrals
import Storage
import Time

/// Everything operators have declared, compiled: one immutable picture that loops and writer share.
package final class Programme: Sendable {
    /// By the id in `/hooks/{source}`.
    package let sources: [String: SourceSettings]
    package let campaigns: [ID<Campaign>: CampaignSettings]
    package let webhooks: [WebhookSettings]
    /// The ids of sources whose stored declarations cannot be read.
    package let unusableSources: Set<String>
    /// Campaigns whose stored declarations cannot be read.
    package let unusableCampaigns: Set<ID<Campaign>>
    /// What is stored and cannot be used, one sentence for each row.
    package let faults: [String]
    private let builtInSources: [Int64: SourceSettings]
    private let sourcesByNumber: [ID<Referrals.Source>: SourceSettings]
    private let rewards: [ID<CampaignReward>: CampaignReward]

    /// - Parameters:
    ///   - retired: sources that take no messages any more; what they sent is still theirs.
    ///   - former: rules that no campaign has any more, as they last were.
    ///   - unusableSources: the ids of sources whose stored declarations cannot be read.
    ///   - unusableCampaigns: those whose stored declarations cannot be read.
    ///   - faults: what is stored and cannot be used, one sentence for each row.
    package init(
        sources: [SourceSettings], retired: [SourceSettings] = [], campaigns: [CampaignSettings],
        webhooks: [WebhookSettings], former: [CampaignReward] = [],
        unusableSources: Set<String> = [], unusableCampaigns: Set<ID<Campaign>> = [],
        faults: [String] = []
    ) {
        self.unusableCampaigns = unusableCampaigns
        self.unusableSources = unusableSources
        self.faults = faults
        self.sources = Dictionary(sources.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        sourcesByNumber = Dictionary(
            (sources + retired).map { ($0.number, $0) }, uniquingKeysWith: { $1 })
        builtInSources = Dictionary(
            retired.filter(\.isBuiltIn).map { ($0.account, $0) }, uniquingKeysWith: { $1 })
        self.campaigns = Dictionary(
            campaigns.map { ($0.version.id, $0) }, uniquingKeysWith: { $1 })
        self.webhooks = webhooks
        rewards = Dictionary(
            (former + campaigns.flatMap(\.version.rewards)).map { ($0.id, $0) },
            uniquingKeysWith: { $1 })
    }

    /// The rules of a campaign; nil where there is none. Throws where they cannot be read: nothing of the campaign
    /// can be decided then.
    func campaign(_ id: ID<Campaign>) throws(StorageError) -> CampaignSettings? {
        if let known = campaigns[id] { return known }
        guard !unusableCampaigns.contains(id) else { throw .unusable("campaign \(id.number)") }
        return nil
    }

    package func source(_ number: ID<Referrals.Source>) -> SourceSettings? {
        sourcesByNumber[number]
    }

    /// The source of the API's own events; nil while an account has had none.
    package func builtInSource(of account: Int64) -> SourceSettings? { builtInSources[account] }

    /// The rule of a reward, as it stands in the current version of its campaign, or last stood there: what
    /// was granted under it goes on.
    package func rule(_ id: ID<CampaignReward>) -> CampaignReward? { rewards[id] }

    /// The rules of a campaign's rewards in an earlier version; nil where they can't be read.
    package typealias EarlierRules = (ID<Campaign>, Int32) -> [CampaignReward]?

    /// The rule of a reward on record. What was granted stays what it was, whatever its rule says by now; how
    /// many there may be, and how much in all, is a matter of now.
    package func rule(
        of row: RewardRow, _ store: Store, earlier: EarlierRules
    ) throws(StorageError) -> CampaignReward? {
        guard var rule = rule(row.campaignReward) else { return nil }
        let event = try store.events.find(ID(row.id.conversion.number))
        guard let (id, version) = event?.facts?.campaign,
            version != campaigns[id]?.version.version,
            let rules = earlier(id, version), rules.indices.contains(row.id.place)
        else { return rule }
        let granted = rules[row.id.place]
        rule.rule.kind = granted.kind
        rule.rule.beneficiary = granted.beneficiary
        rule.rule.value = granted.value
        return rule
    }
}

/// A campaign's current rules, with its expressions compiled.
package final class CampaignSettings: Sendable {
    package let account: Int64
    package let version: Campaign
    package let conditions: Conditions

    package init(account: Int64, version: Campaign, conditions: Conditions) {
        self.account = account
        self.version = version
        self.conditions = conditions
    }
}

/// A subscription, as far as queueing for it goes.
package final class WebhookSettings: Sendable {
    package let id: Int64
    package let account: Int64
    package let name: String
    package let events: Set<NotificationType>
    package let campaign: ID<Campaign>?
    package let userSources: Set<String>?
    /// A paused one keeps queueing; a disabled one is told nothing.
    package let isDisabled: Bool
    /// `events` again: to look through a few is faster than to hash, which goes by the type's name.
    private let eventList: [NotificationType]

    package init(
        id: Int64, account: Int64, name: String, events: Set<NotificationType>,
        campaign: ID<Campaign>?, userSources: Set<String>?, isDisabled: Bool
    ) {
        self.id = id
        self.account = account
        self.name = name
        self.events = events
        eventList = Array(events)
        self.campaign = campaign
        self.userSources = userSources
        self.isDisabled = isDisabled
    }

    func wants(
        _ type: NotificationType, campaign: ID<Campaign>?, account: Int64, userSource: String?
    ) -> Bool {
        guard !isDisabled, self.account == account, eventList.contains(type) else { return false }
        if let own = self.campaign, own != campaign { return false }
        if let userSources { return userSource.map(userSources.contains) ?? false }
        return true
    }
}
