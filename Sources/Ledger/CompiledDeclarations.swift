import Conditions
import Database
import Referrals
import Storage
import Time

/// The compiled declarations in force: one immutable snapshot, shared by loops and writer.
package final class CompiledDeclarations: Sendable {
    /// The sources by the stored id, which follows `/hooks/`; those with a generated id also by
    /// that id alone.
    package let sources: [String: SourceSettings]
    /// The campaigns whose declarations can be used.
    package let campaigns: [ID<Campaign>: CampaignSettings]
    /// The webhooks of all accounts.
    package let webhooks: [WebhookSettings]
    /// The ids of sources whose stored declarations cannot be read.
    package let unusableSources: Set<String>
    /// Campaigns whose stored declarations cannot be read.
    package let unusableCampaigns: Set<ID<Campaign>>
    /// The stored declarations that cannot be used, one sentence for each row.
    package let faults: [String]
    private let builtInSources: [ID<Account>: SourceSettings]
    private let sourcesByNumber: [ID<Referrals.Source>: SourceSettings]
    private let rewards: [ID<CampaignReward>: CampaignReward]

    /// - Parameters:
    ///   - retired: Sources that accept no messages any more; their stored events still refer to
    ///     them.
    ///   - former: The last version of rules that no campaign has any more.
    ///   - unusableSources: The ids of sources whose stored declarations cannot be read.
    ///   - unusableCampaigns: Campaigns whose stored declarations cannot be read.
    ///   - faults: The stored declarations that cannot be used, one sentence for each row.
    package init(
        sources: [SourceSettings], retired: [SourceSettings] = [], campaigns: [CampaignSettings],
        webhooks: [WebhookSettings], former: [CampaignReward] = [],
        unusableSources: Set<String> = [], unusableCampaigns: Set<ID<Campaign>> = [],
        faults: [String] = []
    ) {
        self.unusableCampaigns = unusableCampaigns
        self.unusableSources = unusableSources
        self.faults = faults
        self.sources = Self.byHook(sources, retired)
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

    /// The rules of a campaign; nil if there is none. Throws if the rules cannot be read: nothing
    /// in the campaign can be decided then.
    package func campaign(_ id: ID<Campaign>) throws(StorageError) -> CampaignSettings? {
        if let known = campaigns[id] { return known }
        guard !unusableCampaigns.contains(id) else { throw .unusable(id.nameAmongAccounts) }
        return nil
    }

    /// The sources by the id in the address of their hook. A generated id is unique, so that it needs no number of
    /// a side before it. A copy of a declaration on another side has the same id; the source that was made first
    /// keeps the short address, also after it is deleted: no other source gets its messages.
    private static func byHook(
        _ sources: [SourceSettings], _ retired: [SourceSettings]
    ) -> [String: SourceSettings] {
        var byHook = Dictionary(sources.map { ($0.storedID, $0) }, uniquingKeysWith: { $1 })
        let isRetired = Set(retired.map(\.number))
        var seen = Set(retired.map(\.storedID)).union(byHook.keys)
        for source in (sources + retired).sorted(by: { $0.number < $1.number })
        where SourceName.isGenerated(source.id) && seen.insert(source.id).inserted {
            if !isRetired.contains(source.number) { byHook[source.id] = source }
        }
        return byHook
    }

    /// A source by its number, also one that accepts no messages any more.
    package func source(_ number: ID<Referrals.Source>) -> SourceSettings? {
        sourcesByNumber[number]
    }

    /// The source of the API's own events in an account; nil until the account has one.
    package func builtInSource(of account: ID<Account>) -> SourceSettings? {
        builtInSources[account]
    }

    /// The rule of a reward in the current version of its campaign, or the last one it had: rewards
    /// granted under it continue.
    package func rule(_ id: ID<CampaignReward>) -> CampaignReward? { rewards[id] }

    /// An earlier version of a campaign; nil if it cannot be read.
    package typealias EarlierRules = (ID<Campaign>, Int32) -> Campaign?

    /// The rule of a reward on record. Its kind, value, condition, multiples and goal of the hold
    /// are those of the grant, whatever the rule says now; its caps and budget are those in force
    /// now.
    package func rule(
        of row: RewardRow, _ store: Store, earlier: EarlierRules
    ) throws(StorageError) -> CampaignReward? {
        guard var rule = rule(row.campaignReward) else { return nil }
        let event = try store.events.find(ID(row.id.conversion.number))
        guard let (id, version) = event?.facts?.campaign,
            version != campaigns[id]?.version.version,
            let granted = earlier(id, version)?.reward(row.campaignReward)
        else { return rule }
        rule.rule.kind = granted.kind
        rule.rule.beneficiary = granted.beneficiary
        rule.rule.value = granted.value
        rule.rule.when = granted.rule.when
        rule.rule.every = granted.every
        rule.rule.group = granted.rule.group
        rule.rule.holdUntil = granted.rule.holdUntil
        return rule
    }
}

/// A campaign's current rules, with its expressions compiled.
package final class CampaignSettings: Sendable {
    /// The account that owns the campaign.
    package let account: ID<Account>
    /// The rules in force, with the number of their version.
    package let version: Campaign
    /// The compiled conditions.
    package let conditions: Conditions
    /// The UUID that the API shows; nil in tests without a stored campaign.
    package let uid: UID?

    package init(
        account: ID<Account>, version: Campaign, conditions: Conditions, uid: UID? = nil
    ) {
        self.account = account
        self.version = version
        self.conditions = conditions
        self.uid = uid
    }
}

/// A webhook subscription with the parts that queueing needs.
package final class WebhookSettings: Sendable {
    /// The webhook's id.
    package let id: ID<Webhook>
    /// The account that owns the webhook.
    package let account: ID<Account>
    /// The webhook's name.
    package let name: String
    /// The subscribed types.
    package let events: Set<NotificationType>
    /// The campaign that the subscription is limited to; nil is all.
    package let campaign: ID<Campaign>?
    /// The sources of people that the subscription is limited to; nil is all.
    package let userSources: Set<String>?
    /// True if the webhook is notified of all shifts of positions, up to a length of the waitlist.
    package let sendsAllShifts: Bool
    /// True if nothing is queued for the webhook. A paused webhook keeps queueing.
    package let isDisabled: Bool
    /// The members of `events`: searching a few is faster than hashing, which goes by the type's
    /// name.
    private let eventList: [NotificationType]

    package init(
        id: ID<Webhook>, account: ID<Account>, name: String, events: Set<NotificationType>,
        campaign: ID<Campaign>?, userSources: Set<String>?, sendsAllShifts: Bool = false,
        isDisabled: Bool
    ) {
        self.id = id
        self.account = account
        self.name = name
        self.events = events
        eventList = Array(events)
        self.campaign = campaign
        self.userSources = userSources
        self.sendsAllShifts = sendsAllShifts
        self.isDisabled = isDisabled
    }

    /// True if the webhook subscribes to one of the types, for some person.
    func mayWant(_ types: [NotificationType]) -> Bool {
        !isDisabled && types.contains { eventList.contains($0) }
    }

    /// True if the webhook may want signups' notifications about a campaign, for some source of
    /// people.
    func mayWant(
        _ types: [NotificationType], about campaign: ID<Campaign>, account: ID<Account>
    ) -> Bool {
        guard !isDisabled, self.account == account, self.campaign ?? campaign == campaign else {
            return false
        }
        return types.contains { eventList.contains($0) }
    }

    func wants(
        _ type: NotificationType, campaign: ID<Campaign>?, account: ID<Account>, userSource: String?
    ) -> Bool {
        guard !isDisabled, self.account == account, eventList.contains(type) else { return false }
        if let own = self.campaign, own != campaign { return false }
        if let userSources { return userSource.map(userSources.contains) ?? false }
        return true
    }
}
