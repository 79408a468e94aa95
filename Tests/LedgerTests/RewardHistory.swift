import Currencies
import Database
import Insight
import Ledger
import Referrals
import TestSupport
import Testing
import Time

@testable import Storage

/// A random history, played on the gateway's processor and on the model.
final class RewardHistory {
    /// What a history is about; each leaves out what the contract does not settle together.
    enum Theme: CaseIterable { case rules, changes, reviews, coupons }

    private let seed: UInt64
    private var random: Seeded
    private let theme: Theme
    private let scratch: Scratch
    private var model: RewardModel
    private var steps: [String] = []
    private let leads: [ID<Participant>]
    private var posts = 0

    private static let leadCount = 5

    init(seed: UInt64) throws {
        self.seed = seed
        var random = Seeded(seed &* 1_000_003)
        theme = Theme.allCases[random.below(4)]
        let rules = Self.rules(theme, &random)
        let reviewedFrom: Int64? = theme == .reviews ? [0, 500][random.below(2)] : nil
        scratch = try Scratch(campaigns: [try Self.campaign(rules, reviewedFrom)])
        let coupons = theme == .coupons ? random.below(4) : 0
        var leads: [ID<Participant>] = []
        for referrer in 0..<2 {
            let id = try scratch.enrol("REF\(referrer)")
            for lead in 0..<Self.leadCount where lead % 2 == referrer {
                leads.append(try scratch.enrol("LEAD\(lead)", referredBy: id))
            }
        }
        self.leads = leads
        if coupons > 0 { try scratch.addCoupons(coupons) }
        model = RewardModel(
            rules, reviewedFrom: reviewedFrom, coupons: coupons, now: scratch.now)
        self.random = random
    }

    /// Plays the history. Returns the first difference in words; nil if there is none.
    func play() throws -> String? {
        for _ in 0..<25 {
            scratch.now += .seconds(Int64(random.below(400_000)))
            try scratch.release()
            model.pass(to: scratch.now)
            try step()
            try scratch.release()
            let rows = try summary()
            guard rows == model.summary else {
                return difference("rewards \(rows), the model has \(model.summary)")
            }
        }
        let findings = try scratch.audit().findings
        return findings.isEmpty ? nil : difference("the audit finds \(findings)")
    }

    private func difference(_ words: String) -> String {
        """
        \(theme): \(model.rules.map { "\($0)" }.joined(separator: "; "))
        \(steps.joined(separator: "\n"))
        \(words)
        """
    }

    // MARK: Steps

    private func step() throws {
        switch random.below(10) {
        case 0...4: try purchase()
        case 5: try refund()
        case 6: try reinstate()
        case 7: try review()
        case 8: try redeem()
        default:
            switch theme {
            case .rules: try verify()
            case .changes: try change()
            case .coupons: try refill()
            case .reviews: try purchase()
            }
        }
    }

    private func purchase() throws {
        let lead = random.below(Self.leadCount)
        let amount = Int64(1 + random.below(1_000))
        // Without a currency the total of a lead is not known.
        let currencies: [String?] =
            theme == .rules ? ["EUR", "EUR", "USD", "CHF", nil] : ["EUR", "USD"]
        let currency = currencies[random.below(currencies.count)]
        posts += 1
        steps.append("purchase \(posts) by \(lead): \(amount) \(currency ?? "without currency")")
        try scratch.post(
            PartnerMessage(
                id: "e\(posts)", code: "LEAD\(lead)", orders: ["o\(posts)"], amount: amount,
                currency: currency))
        let id = try scratch.store.events.lastID()
        let (person, referrer) = try people(of: lead)
        model.now = scratch.now
        model.purchase(
            .init(
                id: id, lead: person, referrer: referrer, amount: amount, currency: currency,
                at: scratch.now, state: .approved, order: "o\(posts)"))
    }

    private func people(of lead: Int) throws -> (lead: Int64, referrer: Int64) {
        let row = try scratch.store.session.integer(
            "SELECT id FROM participants WHERE referral_code = 'LEAD\(lead)'")
        let referrer = try scratch.store.session.integer(
            "SELECT id FROM participants WHERE referral_code = 'REF\(lead % 2)'")
        return (try #require(row), try #require(referrer))
    }

    private func pick(_ fits: (RewardModel.Conversion) -> Bool) -> Int? {
        let places = model.conversions.indices.filter { fits(model.conversions[$0]) }
        return places.isEmpty ? nil : places[random.below(places.count)]
    }

    private func refund() throws {
        guard let place = pick({ $0.state == .approved }) else { return }
        let conversion = model.conversions[place]
        let left = conversion.amount - conversion.refunded
        let amount = random.below(3) == 0 ? max(1, left / 2) : left
        posts += 1
        steps.append("refund \(amount) of \(conversion.order)")
        try scratch.post(
            PartnerMessage(
                id: "e\(posts)", orders: [conversion.order], amount: amount,
                currency: conversion.currency, reversal: "refund"))
        model.now = scratch.now
        model.refund(place, amount)
    }

    /// Only rewards that were issued come back, and limits must be those of before.
    private func reinstate() throws {
        guard theme == .rules || theme == .reviews,
            let place = pick({ conversion in
                conversion.state == .reversed
                    && !model.rewards.contains {
                        $0.conversion == conversion.id && $0.multiple == nil
                            && !($0.status == .gone && $0.canReturn)
                    }
                    && !conversion.rules.contains { $0.goalDays != nil || $0.budget != nil }
            })
        else { return }
        let conversion = model.conversions[place]
        posts += 1
        steps.append("reinstate \(conversion.order)")
        try scratch.post(
            PartnerMessage(
                id: "e\(posts)", orders: [conversion.order], currency: conversion.currency,
                reversal: "reinstate"))
        model.now = scratch.now
        model.reinstate(place)
    }

    private func review() throws {
        if theme == .reviews {
            guard let place = pick({ $0.state == .pending }) else { return }
            let conversion = model.conversions[place]
            let approves = random.below(3) > 0
            steps.append("\(approves ? "approve" : "reject") \(conversion.order)")
            try decide(approves ? .approve : .reject, on: ID(conversion.id))
            if approves { model.approve(place) } else { model.end(place, as: .rejected) }
        } else {
            let places = model.rewards.indices.filter { index in
                let reward = model.rewards[index]
                return reward.status == .inReview
                    && model.conversions.contains {
                        $0.id == reward.conversion && $0.state == .approved
                    }
            }
            guard !places.isEmpty else { return }
            let place = places[random.below(places.count)]
            let reward = model.rewards[place]
            // A used reward came to review by a refund; approving it gives it back as used.
            guard !reward.wasRedeemed, !reward.isWithoutSlot, isAlone(reward) else { return }
            let approves = random.below(2) == 0
            let value: Int64? = approves && reward.units == nil ? 7 : nil
            steps.append("\(approves ? "approve" : "reject") reward \(place), value \(value ?? 0)")
            try decide(
                approves
                    ? .approve(try value.map { Money($0, try #require(Currency("EUR"))) })
                    : .reject,
                onRewardOf: reward)
            model.review(place, approves: approves, value: value)
        }
    }

    private func redeem() throws {
        guard theme != .reviews else { return }
        let places = model.rewards.indices.filter {
            model.rewards[$0].status == .issued && isAlone(model.rewards[$0])
        }
        guard !places.isEmpty else { return }
        let place = places[random.below(places.count)]
        steps.append("redeem reward \(place)")
        try decide(.redeem, onRewardOf: model.rewards[place])
        model.redeem(place)
    }

    /// True if no other reward of its conversion and rule is left, so that it can be named by them.
    private func isAlone(_ reward: RewardModel.Reward) -> Bool {
        model.rewards.count {
            $0.conversion == reward.conversion && $0.rule == reward.rule && $0.status != .gone
        } == 1
    }

    private func verify() throws {
        guard model.rules.contains(where: { $0.goalDays != nil }) else { return }
        let lead = random.below(Self.leadCount)
        posts += 1
        steps.append("\(lead) reaches verified")
        try scratch.post(PartnerMessage(id: "e\(posts)", goal: "verified", code: "LEAD\(lead)"))
        model.pass(to: scratch.now)
        model.verify(try people(of: lead).lead)
    }

    private func change() throws {
        let place = random.below(model.rules.count)
        if model.rules[place].every != nil { model.rules[place].every = 1 + random.below(4) }
        for index in model.rules[place].limits.indices {
            model.rules[place].limits[index].count = 1 + random.below(4)
        }
        if model.rules[place].when != nil {
            model.rules[place].when = Self.condition(theme, &random)
        }
        steps.append("rule \(place) becomes \(model.rules[place])")
        try scratch.declare(try Self.campaign(model.rules, model.reviewedFrom))
    }

    private func refill() throws {
        let count = 1 + random.below(3)
        steps.append("\(count) coupons")
        try scratch.addCoupons(count)
        model.refill(count)
    }

    // MARK: Operators

    private func decide(_ step: ConversionStep, on id: ID<Conversion>) throws {
        var result: StepResult?
        try scratch.processor.transaction({ _ in }) {
            result = try scratch.processor.decide(step, on: id, now: scratch.now)
        }
        #expect(result == .done, "seed \(seed): \(steps.joined(separator: "\n"))")
    }

    private func decide(_ step: RewardStep, onRewardOf reward: RewardModel.Reward) throws {
        let id = try #require(
            try scratch.store.session.integer(
                """
                SELECT max(id) FROM rewards WHERE id / 16 = \(reward.conversion)
                    AND campaign_reward_id = \(reward.rule + 1)
                    AND status NOT IN ('revoked', 'rejected')
                """))
        var result: StepResult?
        try scratch.processor.transaction({ _ in }) {
            result = try scratch.processor.decide(step, on: ID<Reward>(id), now: scratch.now)
        }
        #expect(result == .done, "seed \(seed): \(steps.joined(separator: "\n"))")
    }

    /// The gateway's rewards in the words of the model.
    private func summary() throws -> [String] {
        let statement = try scratch.store.session.prepare(
            """
            SELECT format('%d %d %d %s %s', id / 16, campaign_reward_id - 1, beneficiary_id,
                CASE WHEN status IN ('revoked', 'rejected') THEN 'gone' ELSE status END,
                coalesce(amount, '-'))
            FROM rewards
            """)
        var rows: [String] = []
        while try statement.step() { rows.append(statement.text(0)) }
        return rows.sorted()
    }
}
