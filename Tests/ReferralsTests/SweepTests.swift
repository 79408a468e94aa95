import TestSupport
import Testing
import Time

@testable import Referrals

/// Properties of every decision, tested with seeded random facts.
@Suite struct SweepTests {
    private static let rounds = 2_000

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `explaining changes nothing, and records derive the same bytes`(seed: UInt64) throws {
        var numbers = Seeded(seed)
        var outcomes: Set<Outcome> = []
        for round in 0..<Self.rounds {
            let facts = numbers.facts()
            let verdicts = numbers.verdicts()
            let quiet = decide(facts, verdict: verdicts.answer)
            let (response, trace) = explain(facts, verdict: verdicts.answer)
            try #require(quiet == response, "seed \(seed), round \(round)")
            outcomes.insert(quiet.outcome)

            let record = FactsRecord(facts)
            let again = try record.facts(event: facts.event, campaign: facts.campaign)
            try #require(again.pool == facts.pool && again.history == facts.history)
            try #require(again.lead == facts.lead && again.referrer == facts.referrer)
            try #require(again.rewards == facts.rewards && again.now == facts.now)
            let (derived, derivedTrace) = explain(again, verdict: verdicts.answer)
            try #require(derived == quiet, "seed \(seed), round \(round)")
            try #require(derivedTrace.json == trace.json, "seed \(seed), round \(round)")
            try #require(FactsRecord(again) == record, "seed \(seed), round \(round)")
        }
        #expect(
            outcomes == [.rewarded, .held, .qualified, .rejected, .parked, .ignored, .reversed])
    }

    @Test func `no decision contradicts itself`() throws {
        var numbers = Seeded(4)
        for round in 0..<Self.rounds {
            let facts = numbers.facts()
            let decision = decide(facts, verdict: numbers.verdicts().answer)
            let statuses = decision.rewards.compactMap(\.status)
            var consistent =
                switch decision.outcome {
                case .rewarded:
                    decision.conversion == .approved && statuses.contains(.issued)
                        && decision.reasons.isEmpty
                case .held:
                    decision.conversion == .pending && statuses.allSatisfy { $0 == .inReview }
                        || decision.conversion == .approved && statuses.contains(.pending)
                case .qualified:
                    decision.conversion == .approved && statuses.allSatisfy { $0 == .waitingStock }
                case .rejected, .parked, .ignored:
                    decision.conversion == nil && decision.rewards.isEmpty
                case .reversed:
                    decision.conversion == .approved && statuses.isEmpty
                        && decision.reasons == [.refundedFull]
                case .unmapped: false
                }
            if decision.outcome != .rewarded, decision.reasons.isEmpty { consistent = false }
            try #require(consistent, "round \(round): \(decision)")
            try #require(
                decision.rewards.count { $0.coupon != .none } <= facts.pool.free, "round \(round)")
            for reward in decision.rewards {
                try #require(
                    (reward.status == .issued) == (reward.isEarned && reward.reasons.isEmpty))
                try #require(reward.isEarned || reward.value == nil && reward.coupon == .none)
                let hasCoupon = reward.coupon != .none
                if reward.kind == .coupon, reward.status == .issued || reward.status == .pending {
                    try #require(hasCoupon, "round \(round): issued without its benefit")
                }
                if reward.status == .issued {
                    try #require(reward.value.map { $0.units > 0 } ?? false, "round \(round)")
                }
            }
        }
    }

    @Test func `notifications tell of what is recorded and of nothing else`() throws {
        var numbers = Seeded(5)
        for round in 0..<Self.rounds {
            let facts = numbers.facts()
            let decision = decide(facts, verdict: numbers.verdicts().answer)
            let due = decision.notifications(for: facts)
            let types = due.map(\.type)
            try #require(types.contains(.conversionCreated) == (decision.conversion != nil))
            let isQualified = decision.conversion == .approved && decision.outcome != .reversed
            try #require(types.contains(.leadQualified) == isQualified)
            try #require(
                types.count { $0 == .rewardIssued }
                    == decision.rewards.count { $0.status == .issued }, "round \(round)")
            try #require(
                types.count { $0 == .rewardUpdated || $0 == .rewardIssued }
                    == decision.rewards.count(where: \.isEarned), "round \(round)")
        }
    }
}
