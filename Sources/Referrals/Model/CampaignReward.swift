/// The rule for one reward of a campaign, with the number that storage assigned.
package struct CampaignReward: Equatable, Sendable {
    /// The person who gets the reward.
    package enum Beneficiary: String, CaseIterable, Sendable { case referrer, lead }
    /// The kind of benefit.
    package enum Kind: String, CaseIterable, Sendable { case coupon, credit, points, cash, custom }
    /// The handling of a coupon reward while the pool is empty.
    package enum EmptyPool: String, CaseIterable, Sendable { case wait, skip }

    /// The number of the rule.
    package var id: ID<CampaignReward>
    /// The rule as declared.
    package var rule: RewardRule

    /// Creates a campaign reward.
    package init(id: ID<CampaignReward>, _ rule: RewardRule) {
        self.id = id
        self.rule = rule
    }

    /// The person who gets the reward.
    package var beneficiary: Beneficiary { rule.beneficiary }
    /// The kind of benefit.
    package var kind: Kind { rule.kind }
    /// The value of each reward.
    package var value: RewardValue { rule.value }
    /// The limits on the number of rewards, which all apply.
    package var caps: [Cap] { rule.caps }
    /// The number n if only each n-th conversion of the beneficiary earns the reward.
    package var every: Int? { rule.every }
    /// The maximum total value of all rewards of this rule; nil for no limit.
    package var budget: UnitLimit? { rule.budget }
    /// The handling of a coupon reward while the pool is empty.
    package var onEmptyPool: EmptyPool { rule.onEmptyPool }
}

/// A limit on the number of rewards of one rule, per person or campaign and time window.
package struct Cap: Equatable, Sendable {
    /// The person or campaign whose rewards are counted together.
    package enum Subject: String, CaseIterable, Sendable { case referrer, lead, campaign }

    /// The maximum number of rewards.
    package var count: Int
    /// The person or campaign whose rewards are counted together.
    package var per: Subject
    /// The time window in which rewards are counted.
    package var window: Window

    /// Creates a limit.
    package init(count: Int, per: Subject, window: Window = .total) {
        precondition(count >= 0, "a cap counts rewards")
        self.count = count
        self.per = per
        self.window = window
    }

    /// The default limit: one reward per beneficiary in total.
    package static func once(per beneficiary: CampaignReward.Beneficiary) -> Cap {
        Cap(count: 1, per: beneficiary == .referrer ? .referrer : .lead)
    }

    /// True if a full cap means that this beneficiary already has the reward.
    func isOnce(per beneficiary: CampaignReward.Beneficiary) -> Bool {
        self == .once(per: beneficiary)
    }
}

/// The value of a campaign reward, as its rule states it.
package enum RewardValue: Equatable, Sendable {
    case money(Money)
    /// The amount listed for the event's currency.
    case amounts(Amounts)
    /// A share of the event's amount, in the event's currency, at most `max`.
    case percent(Percentage, max: UnitLimit?)
    case points(Int64)
    case text(String)
    /// No stated value: the coupon defines the benefit.
    case nothingStated
}

/// The value of one granted reward.
package enum GrantedValue: Hashable, Sendable {
    case money(Money)
    case points(Int64)
    case text(String)
    case nothingStated

    /// The number that counts in a budget and in the ledger: minor units, points, or one piece.
    package var units: Int64 {
        switch self {
        case .money(let money): money.minorUnits
        case .points(let points): points
        case .text, .nothingStated: 1
        }
    }
}
