import Conditions
import Ledger
import Mapping
import Referrals
import Storage
import Time
import Webhooks

// What a test sets is what it is about; the rest is the plain case.

extension Campaign {
    /// An active campaign for purchases with one coupon for the referrer, number 1.
    package static func plain(
        _ number: Int64 = 1, conversions: Conversions = .first, conditions: [String] = [],
        risk: Risk = Risk(), review: Review = .never, holdDays: Int = 0,
        rewards: [CampaignReward] = [.coupon()],
        changing change: (inout CampaignRules) -> Void = { _ in }
    ) -> Campaign {
        var rules = CampaignRules(name: "Spring", goalType: "purchase")
        rules.owner = "Ada"
        rules.conversions = conversions
        rules.conditions = conditions
        rules.risk = risk
        rules.review = review
        rules.holdDays = holdDays
        change(&rules)
        return Campaign(id: ID(number), rules, rewards: rewards)
    }
}

extension Cap {
    /// More than any test grants.
    package static let unlimited = Cap(count: 1_000, per: .referrer)
}

extension CampaignReward {
    /// `id` must be the number the database gives it: they count from 1 in the order of declaration.
    package static func coupon(
        _ id: Int64 = 1, for beneficiary: Beneficiary = .referrer, cap: Cap? = nil,
        onEmptyPool: EmptyPool = .wait
    ) -> CampaignReward {
        var rule = RewardRule(.coupon, for: beneficiary)
        if let cap { rule.caps = [cap] }
        rule.onEmptyPool = onEmptyPool
        return CampaignReward(id: ID(id), rule)
    }

    package static func credit(
        _ value: RewardValue, _ id: Int64 = 1, for beneficiary: Beneficiary = .referrer,
        cap: Cap? = nil, budget: Int64? = nil
    ) -> CampaignReward {
        var rule = RewardRule(.credit, for: beneficiary)
        rule.value = value
        if let cap { rule.caps = [cap] }
        rule.budget = budget.map { .each($0) }
        return CampaignReward(id: ID(id), rule)
    }
}

/// A source as a test declares it.
package struct DeclaredSource: Sendable {
    package var id: String
    package var preset: Preset
    package var codeOf: CodeOwner
    package var campaign: ID<Campaign>?
    package var isPaused: Bool
    /// In place of the preset's.
    package var mapping: MappingText?

    package init(
        id: String = "src_test", preset: Preset = .refgate, mapping: MappingText? = nil,
        codeOf: CodeOwner = .lead, campaign: ID<Campaign>? = nil, isPaused: Bool = false
    ) {
        self.id = id
        self.preset = preset
        self.codeOf = codeOf
        self.campaign = campaign
        self.isPaused = isPaused
        self.mapping = mapping
    }

    /// What every declared source signs with.
    package static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    func settings(
        number: ID<Referrals.Source>, account: ID<Account>, version: Int64
    ) throws -> SourceSettings {
        SourceSettings(
            number: number, storedID: SourceName.stored(id, of: account), account: account,
            version: version,
            verifier: try Verifier(
                Scheme(named: preset.scheme), secrets: [SecretSpec(Self.secret)]),
            reading: SourceReading(
                mapping: try CompiledMapping(mapping ?? preset.mapping), bodyFormats: preset.formats
            ),
            codeOf: codeOf, campaign: campaign, isPaused: isPaused)
    }
}

/// A webhook as a test declares it: of everything, unless it says otherwise.
package struct DeclaredWebhook: Sendable {
    package var name: String
    package var events: Set<NotificationType>
    /// True if it is notified of all shifts of positions.
    package var sendsAllShifts: Bool

    package init(
        name: String = "crm", events: Set<NotificationType> = Set(NotificationType.allCases),
        sendsAllShifts: Bool = false
    ) {
        self.name = name
        self.events = events
        self.sendsAllShifts = sendsAllShifts
    }
}

extension Campaign {
    func settings(account: ID<Account>) throws(ScratchError) -> CampaignSettings {
        switch Conditions.compile(rules, rewards: rewards.map(\.rule)) {
        case .success(let conditions):
            return CampaignSettings(
                account: account, version: self, conditions: conditions)
        case .failure(let faults):
            throw .declaration(faults.all.map { "\($0.errors)" }.joined(separator: "\n"))
        }
    }
}
