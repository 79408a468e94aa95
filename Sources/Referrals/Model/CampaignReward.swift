/// The rule for one reward of a campaign, with the number that storage gave it.
package struct CampaignReward: Equatable, Sendable {
    package enum Beneficiary: String, CaseIterable, Sendable { case referrer, lead }
    package enum Kind: String, CaseIterable, Sendable { case coupon, credit, points, cash, custom }
    /// What happens to a coupon reward when the pool is empty.
    package enum EmptyPool: String, CaseIterable, Sendable { case wait, skip }

    package var id: ID<CampaignReward>
    package var rule: RewardRule

    package init(id: ID<CampaignReward>, _ rule: RewardRule) {
        self.id = id
        self.rule = rule
    }

    package var beneficiary: Beneficiary { rule.beneficiary }
    package var kind: Kind { rule.kind }
    package var value: RewardValue { rule.value }
    package var cap: Cap { rule.cap }
    package var budget: Int64? { rule.budget }
    package var onEmptyPool: EmptyPool { rule.onEmptyPool }
}

/// How many rewards of one rule there may be, for whom together, and in which stretch of time.
package struct Cap: Equatable, Sendable {
    package enum Subject: String, CaseIterable, Sendable { case referrer, lead, campaign }

    package var count: Int
    package var per: Subject
    package var window: Window

    package init(count: Int, per: Subject, window: Window = .total) {
        precondition(count >= 0, "a cap counts rewards")
        self.count = count
        self.per = per
        self.window = window
    }

    /// The default: one reward per beneficiary in total.
    package static func once(per beneficiary: CampaignReward.Beneficiary) -> Cap {
        Cap(count: 1, per: beneficiary == .referrer ? .referrer : .lead)
    }

    /// Whether a full cap means that this very beneficiary has had the reward.
    func isOnce(per beneficiary: CampaignReward.Beneficiary) -> Bool {
        self == .once(per: beneficiary)
    }
}

/// What a campaign reward is worth, as its rule says it.
package enum RewardValue: Equatable, Sendable {
    case money(Money)
    /// A share of the event's amount, in the event's currency, at most `max` minor units of it.
    case percent(Percentage, max: Int64?)
    case points(Int64)
    case text(String)
    /// A coupon speaks for itself.
    case nothingStated
}

/// What one granted reward is worth.
package enum GrantedValue: Hashable, Sendable {
    case money(Money)
    case points(Int64)
    case text(String)
    case nothingStated

    /// What it counts in a budget and in the ledger: minor units, points, or one piece.
    package var units: Int64 {
        switch self {
        case .money(let money): money.minorUnits
        case .points(let points): points
        case .text, .nothingStated: 1
        }
    }
}
