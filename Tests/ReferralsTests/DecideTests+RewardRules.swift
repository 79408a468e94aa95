import Currencies
import TestSupport
import Testing
import Time

@testable import Referrals

extension DecideTests {
    private static func rule(_ change: (inout RewardRule) -> Void) -> CampaignReward {
        var rule = RewardRule(.points)
        rule.value = .points(5)
        change(&rule)
        return CampaignReward(id: ID(1), rule)
    }

    private static func made(
        _ reward: CampaignReward, count: Int64? = nil, _ used: RewardFacts = RewardFacts(),
        _ event: QualifyingEvent = event()
    ) -> Facts {
        var history = History()
        if let count { history.counts.referrer = Tally(step: count, count: count) }
        return facts(
            event, campaign: campaign(rewards: [reward]), history: history, used: [used])
    }

    private static func taken() -> RewardFacts {
        var facts = RewardFacts()
        facts.isMultipleTaken = true
        return facts
    }

    private static func none(_ name: String, _ reason: ReasonCode, _ facts: Facts) -> Case {
        Case(
            name: name, facts: facts, outcome: .qualified, reasons: Reasons(reason),
            conversion: .approved, rewards: [nil])
    }

    private static func amounts(_ text: String) -> CampaignReward {
        rule {
            $0.kind = .credit
            $0.value = .amounts(Amounts([euros(1000)]))
            $0.when = text
        }
    }

    /// Rules of rewards beyond cap, budget and stock.
    static let rules: [Case] = [
        Case(
            name: "a reward's condition that is false",
            facts: made(rule { $0.when = "false" }), outcome: .qualified,
            reasons: [.rewardConditionFalse], conversion: .approved, rewards: [nil],
            verdict: { _ in .false }),
        Case(
            name: "a reward's condition that is unknown",
            facts: made(rule { $0.when = "x" }), outcome: .held, reasons: [.conditionUnknown],
            conversion: .approved, rewards: [.inReview], verdict: { _ in .unknown("x") }),
        none("before the multiple", .milestoneNotReached, made(rule { $0.every = 5 }, count: 3)),
        none("after the multiple", .milestoneNotReached, made(rule { $0.every = 5 }, count: 5)),
        none(
            "a multiple that is held", .alreadyRewarded,
            made(rule { $0.every = 5 }, count: 4, taken())),
        Case(
            name: "the multiple", facts: made(rule { $0.every = 5 }, count: 4), outcome: .rewarded,
            reasons: [], conversion: .approved, rewards: [.issued]),
        Case(
            name: "a currency without an amount",
            facts: made(
                amounts("true"), count: nil, RewardFacts(),
                event(amount: 5, currency: Currency("GBP"))),
            outcome: .held, reasons: [.currencyMismatch], conversion: .approved,
            rewards: [.inReview], verdict: { _ in .true }),
        Case(
            name: "a currency with an amount",
            facts: made(
                amounts("true"), count: nil, RewardFacts(), event(amount: 5, currency: euro)),
            outcome: .rewarded, reasons: [], conversion: .approved, rewards: [.issued],
            verdict: { _ in .true }),
        Case(
            name: "a goal that the lead has not reached",
            facts: made(rule { $0.holdUntil = .init(goal: "verified", days: 3) }), outcome: .held,
            reasons: [.heldUntil], conversion: .approved, rewards: [.pending]),
    ]
}
