import TestSupport
import Time

@testable import Referrals

extension Seeded {
    mutating func one<Element>(of choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &self)]
    }

    mutating func chance(_ one: Int, in all: Int) -> Bool {
        Int.random(in: 0..<all, using: &self) < one
    }

    mutating func instant() -> Instant {
        noon - .microseconds(Int64.random(in: 0...5_000_000_000_000, using: &self))
    }

    mutating func rule(_ id: Int64) -> CampaignReward {
        let cap: Cap? =
            chance(1, in: 2)
            ? nil
            : Cap(
                count: Int.random(in: 0...3, using: &self), per: one(of: Cap.Subject.allCases),
                window: one(of: Window.allCases))
        let value: RewardValue = one(of: [
            .money(euros(Int64.random(in: 0...1000, using: &self))),
            .percent(
                one(of: [Percentage("10")!, Percentage("33.3333")!]), max: one(of: [nil, 50])),
            .points(Int64.random(in: 0...9, using: &self)), .text("a mug"), .nothingStated,
        ])
        let beneficiary = one(of: CampaignReward.Beneficiary.allCases)
        var rule = RewardRule(one(of: CampaignReward.Kind.allCases), for: beneficiary)
        rule.value = value
        if let cap { rule.caps = [cap] }
        rule.budget = one(of: [nil, nil, 100, 1000])
        rule.onEmptyPool = one(of: CampaignReward.EmptyPool.allCases)
        return CampaignReward(id: ID(id), rule)
    }

    mutating func risk() -> Risk {
        Risk(
            selfReferral: one(of: Risk.SelfReferral.allCases),
            velocity: one(of: [nil, .init(count: 2, window: .seconds(60))]),
            minSecondsSinceJoin: one(of: [nil, 1000]),
            disposableEmail: one(of: [.off, .known(adding: [])]),
            blocklist: one(of: [[], ["x"]]))
    }

    mutating func rules() -> Campaign {
        campaign(
            status: chance(9, in: 10) ? .active : one(of: Campaign.Status.allCases),
            threshold: one(of: [1, 1, 3]), starts: chance(1, in: 10) ? instant() : nil,
            ends: chance(1, in: 10) ? instant() : nil,
            conditions: one(of: [[], ["a"], ["a", "b"]]),
            risk: risk(), attributionDays: one(of: [nil, nil, 20]),
            review: one(of: [.never, .never, .always, .when("c")]), holdDays: one(of: [0, 0, 7]),
            rewards: (0..<Int.random(in: 0...3, using: &self)).map { rule(Int64($0) + 1) })
    }

    mutating func party(_ id: Int64, referredBy: ID<Participant>?) -> Party {
        Party(
            id: ID(id), joinedAt: instant(), isDisabled: chance(1, in: 20), referredBy: referredBy,
            hasReferred: chance(1, in: 2))
    }

    mutating func facts() -> Facts {
        let rules = chance(19, in: 20) ? rules() : nil
        let lead: Facts.Lead = one(of: [
            .known(party(100, referredBy: ID(50))), .known(party(100, referredBy: ID(50))),
            .known(party(100, referredBy: one(of: [nil, ID(51), ID(50)]))), .new,
            chance(1, in: 4) ? .unknown : .new,
        ])
        let received = instant()
        return Facts(
            event: event(
                goal: chance(19, in: 20) ? "purchase" : "signup",
                amount: one(of: [nil, -5, 0, 10, 12900]),
                currency: one(of: [nil, euro, euro, euro]),
                occurred: one(of: [nil, instant()]), received: received, test: chance(1, in: 30)),
            source: SourceFacts(
                isPaused: chance(1, in: 30), codeOf: one(of: CodeOwner.allCases)),
            code: rules == nil ? .unknown : one(of: [.found, .found, .found, .absent]),
            campaign: rules, lead: lead,
            referrer: chance(1, in: 20) ? nil : party(50, referredBy: one(of: [nil, ID(3)])),
            addresses: AddressFacts(
                likeness: chance(4, in: 5) ? .different : one(of: Likeness.allCases),
                isDisposable: one(of: [nil, false, false, true]), isBlocklisted: chance(1, in: 10)),
            history: History(
                repeated: chance(1, in: 20) ? ID(77) : nil,
                referrerConversions: Int.random(in: 0...4, using: &self),
                recentConversions: Int.random(in: 0...3, using: &self),
                isRefunded: chance(1, in: 20)),
            pool: CouponPool(
                unused: Int.random(in: 0...4, using: &self),
                waiting: Int.random(in: 0...2, using: &self),
                lowMark: Int.random(in: 0...2, using: &self)),
            rewards: (rules?.rewards ?? []).map { _ in
                RewardFacts(
                    slotsUsed: Int.random(in: 0...2, using: &self),
                    budgetSpent: Int64.random(in: 0...1000, using: &self))
            }, now: received + .seconds(Int64.random(in: 0...9, using: &self)))
    }

    mutating func verdicts() -> [Verdict] {
        (0..<3).map { _ in one(of: [.true, .true, .true, .false, .unknown("no such key: plan")]) }
    }
}

extension [Verdict] {
    /// Two expressions for the conditions, and the last one for the review.
    func answer(_ question: Question) -> Verdict {
        switch question {
        case .condition(let index): self[index]
        case .when(let place): self[place % 2]
        case .review: self[2]
        }
    }
}
