import Currencies
import Referrals
import TestSupport
import Testing

extension RewardHistory {
    static func rules(_ theme: Theme, _ random: inout Seeded) -> [RewardModel.Rule] {
        (0..<1 + random.below(3)).map { place in
            var rule = RewardModel.Rule(worth: .points(Int64(1 + random.below(50))), limits: [])
            rule.isForLead = random.below(3) == 0
            if random.below(2) == 0 { rule.every = 1 + random.below(4) }
            rule.limits = limits(&random)
            if rule.every == nil, rule.limits.isEmpty {
                rule.limits = [
                    .init(count: 1, per: rule.isForLead ? .lead : .referrer, window: .total)
                ]
            }
            switch theme {
            case .rules, .changes:
                if random.below(2) == 0 { rule.when = condition(theme, &random) }
                switch random.below(4) {
                case 0: rule.budget = Int64(20 + random.below(200))
                case 1 where theme == .rules: rule.worth = .amounts(["EUR": 10, "USD": 11])
                case 2 where rule.when == nil && theme == .rules:
                    rule.goalDays = 1 + random.below(20)
                default: break
                }
                if random.below(3) == 0 {
                    rule.group = "tiers"
                    rule.isForLead = false
                    rule.goalDays = nil
                }
            case .reviews:
                if random.below(3) == 0 { rule.when = .amount(atLeast: 300) }
            case .coupons:
                if place == 0 { rule.worth = .coupon(waits: random.below(2) == 0) }
            }
            return rule
        }
    }

    private static func limits(_ random: inout Seeded) -> [RewardModel.Limit] {
        var limits: [RewardModel.Limit] = []
        for _ in 0..<random.below(3) {
            let limit = RewardModel.Limit(
                count: 1 + random.below(4), per: [.referrer, .lead, .campaign][random.below(3)],
                window: [.total, .day, .month][random.below(3)])
            if !limits.contains(where: { $0.per == limit.per && $0.window == limit.window }) {
                limits.append(limit)
            }
        }
        return limits
    }

    static func condition(
        _ theme: Theme, _ random: inout Seeded
    ) -> RewardModel.Condition {
        let count = 1 + random.below(4)
        switch random.below(theme == .rules ? 6 : 5) {
        case 0: return .amount(atLeast: 500)
        case 1: return .referrerConversions(atLeast: count)
        case 2: return .leadConversions(atLeast: count)
        case 3: return .campaignConversions(below: count + 3)
        case 4: return .referrerRewards(below: count)
        default: return .leadTotal(atLeast: Int64(count) * 400)
        }
    }

    static func campaign(
        _ rules: [RewardModel.Rule], _ reviewedFrom: Int64?
    ) throws -> Campaign {
        var rewards: [CampaignReward] = []
        for (place, rule) in rules.enumerated() {
            rewards.append(CampaignReward(id: ID(Int64(place + 1)), try declared(rule)))
        }
        return .plain(
            conversions: .every,
            review: reviewedFrom.map { .when("event.amount >= \($0)") } ?? .never,
            rewards: rewards)
    }

    private static func declared(_ rule: RewardModel.Rule) throws -> RewardRule {
        var declared: RewardRule
        switch rule.worth {
        case .points(let points):
            declared = RewardRule(.points, for: rule.isForLead ? .lead : .referrer)
            declared.value = .points(points)
        case .amounts(let amounts):
            declared = RewardRule(.credit, for: rule.isForLead ? .lead : .referrer)
            declared.value = .amounts(
                Amounts(
                    try amounts.map { Money($0.value, try #require(Currency($0.key))) }))
        case .coupon(let waits):
            declared = RewardRule(.coupon, for: rule.isForLead ? .lead : .referrer)
            declared.onEmptyPool = waits ? .wait : .skip
        }
        declared.when = rule.when?.text
        declared.every = rule.every
        declared.group = rule.group
        declared.budget = rule.budget.map { .each($0) }
        declared.holdUntil = rule.goalDays.map { .init(goal: "verified", days: $0) }
        declared.caps = rule.limits.map { limit in
            let subject: Cap.Subject =
                switch limit.per {
                case .referrer: .referrer
                case .lead: .lead
                case .campaign: .campaign
                }
            let window: Window =
                switch limit.window {
                case .total: .total
                case .day: .day
                case .month: .month
                }
            return Cap(count: limit.count, per: subject, window: window)
        }
        return declared
    }
}
