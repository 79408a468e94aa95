import TestSupport
import Testing
import Time

@testable import Referrals

@Suite struct RewardDecisionTests {
    @Test func `an issued coupon is given out with its slot in the cap's window`() throws {
        let rule = coupon(cap: Cap(count: 5, per: .referrer, window: .month))
        let reward = try #require(
            decided(
                facts(
                    event(occurred: at("2026-10-31T23:59:59Z")), campaign: campaign(rewards: [rule])
                )
            ).decision.rewards.first)
        #expect(reward.status == .issued)
        #expect(reward.reasons.isEmpty)
        #expect(reward.coupon == .assign)
        #expect(reward.window == 202_610)
        #expect(reward.value == .nothingStated)
        #expect(reward.heldUntil == nil)
    }

    @Test func `a held reward keeps a coupon to itself until the hold ends`() throws {
        let reward = try #require(
            decided(facts(campaign: campaign(holdDays: 14), now: noon + .seconds(1)))
                .decision.rewards.first)
        #expect(reward.coupon == .reserve)
        #expect(reward.heldUntil == noon + .seconds(1) + .days(14))
        #expect(reward.reasons == [.heldUntil])
    }

    @Test func `a reward in review keeps a coupon and begins no hold`() throws {
        let (decision, trace) = decided(
            facts(campaign: campaign(review: .always, holdDays: 14)))
        let reward = try #require(decision.rewards.first)
        #expect(reward.coupon == .reserve)
        #expect(reward.heldUntil == nil)
        #expect(reward.reasons == [.awaitingReview])
        #expect(trace.checks.first { $0.subject == .hold }?.outcome == .skipped)
    }

    @Test func `a reward in review without stock says so`() throws {
        let reward = try #require(
            decided(facts(campaign: campaign(review: .always), pool: CouponPool()))
                .decision.rewards.first)
        #expect(reward.status == .inReview)
        #expect(reward.coupon == .none)
        #expect(reward.reasons == [.poolEmpty, .awaitingReview])
    }

    @Test func `a reward that waits for stock remembers its hold`() throws {
        let reward = try #require(
            decided(facts(campaign: campaign(holdDays: 1), pool: CouponPool())).decision.rewards
                .first)
        #expect(reward.status == .waitingStock)
        #expect(reward.heldUntil == noon + .days(1))
        #expect(reward.coupon == .none)
    }

    @Test func `what isn't granted has no value, slot or coupon`() throws {
        let reward = try #require(
            decided(facts(campaign: campaign(holdDays: 1), used: [RewardFacts(slotsUsed: 1)]))
                .decision.rewards.first)
        #expect(
            reward
                == RewardDecision(
                    campaignReward: ID(1), beneficiary: .referrer, kind: .coupon,
                    reasons: [.alreadyRewarded]))
    }

    @Test(arguments: [
        (RewardValue.percent(Percentage("10")!, max: nil), GrantedValue.money(euros(1290))),
        (.percent(Percentage("12.5")!, max: nil), .money(euros(1613))),
        (.percent(Percentage("10")!, max: 1290), .money(euros(1290))),
        (.percent(Percentage("10")!, max: 1289), .money(euros(1289))),
        (.money(Money(500, dollar)), .money(Money(500, dollar))),
        (.points(250), .points(250)), (.text("a mug"), .text("a mug")),
    ])
    func `a share is taken of the amount and cut at its maximum`(
        rule: RewardValue, granted: GrantedValue
    ) throws {
        let (decision, _) = decided(
            facts(
                event(amount: 12900, currency: euro), campaign: campaign(rewards: [credit(rule)])))
        #expect(decision.rewards.first?.value == granted)
        #expect(decision.rewards.first?.coupon == CouponClaim.none)
    }

    @Test func `a share counts in the budget with what it comes to`() {
        let rule = credit(.percent(Percentage("10")!, max: nil), budget: 1290)
        let plenty = facts(
            event(amount: 12900, currency: euro), campaign: campaign(rewards: [rule]))
        #expect(decided(plenty).decision.outcome == .rewarded)
        let short = facts(
            event(amount: 12905, currency: euro), campaign: campaign(rewards: [rule]))
        #expect(decided(short).decision.reasons == [.budgetExhausted])
    }

    @Test func `a duplicate names the first conversion`() {
        let (decision, _) = decided(facts(history: History(repeated: ID(77))))
        #expect(decision.repeated == ID(77))
        #expect(decided(facts()).decision.repeated == nil)
    }

    @Test func `rules are asked only where a phase needs them`() {
        var asked: [Question] = []
        func record(_ question: Question) -> Verdict {
            asked.append(question)
            return question == .condition(0) ? .false : .true
        }
        let rules = campaign(conditions: ["a", "b"], review: .when("c"))
        _ = decide(facts(campaign: rules), verdict: record)
        #expect(asked == [.condition(0)])
        asked = []
        _ = decide(facts(event(goal: "other"), campaign: rules), verdict: record)
        #expect(asked.isEmpty)
        _ = explain(facts(event(goal: "other"), campaign: rules), verdict: record)
        #expect(asked == [.condition(0), .condition(1), .review])
    }
}
