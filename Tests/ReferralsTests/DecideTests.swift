import TestSupport
import Testing
import Time

@testable import Referrals

@Suite struct DecideTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let facts: Facts
        let outcome: Outcome
        let reasons: Reasons
        var conversion: ConversionStatus?
        var rewards: [RewardStatus?] = []
        var verdict: @Sendable (Question) -> Verdict = plainly

        var testDescription: String { name }
    }

    @Test(arguments: identity + eligibility + conditions + risk + rewards + rules + several)
    func `each outcome has its reasons`(_ test: Case) {
        let (decision, trace) = decided(test.facts, verdict: test.verdict)
        #expect(decision.outcome == test.outcome)
        #expect(decision.reasons == test.reasons)
        #expect(decision.conversion == test.conversion)
        #expect(decision.rewards.map(\.status) == test.rewards)
        for reason in test.reasons {
            #expect(trace.checks.contains { $0.reason == reason })
        }
        if test.outcome != .rewarded {
            #expect(trace.deciding?.reason == Array(test.reasons).first)
        }
    }

    @Test func `a purchase that was refunded before it came takes no slot and no coupon`() {
        let (decision, trace) = decided(
            facts(
                event(amount: 4900, currency: euro),
                campaign: campaign(review: .always, rewards: [coupon(1), coupon(2, for: .lead)]),
                history: History(isRefunded: true)))
        #expect(decision.outcome == .reversed)
        #expect(decision.reasons == [.refundedFull])
        #expect(decision.conversion == .approved)
        #expect(decision.rewards.map(\.status) == [nil, nil])
        #expect(decision.rewards.map(\.coupon) == [.none, .none])
        #expect(trace.checks.contains { $0.subject == .notRefunded && $0.outcome == .fail })
        #expect(
            decision.notifications(
                for: facts(
                    event(amount: 4900, currency: euro), history: History(isRefunded: true))
            ).map(\.type) == [.conversionCreated])
    }

    @Test func `every reason a decision can have is in the table, and each has its outcome`() {
        let cases =
            Self.identity + Self.eligibility + Self.conditions + Self.risk + Self.rewards
            + Self.rules
        var seen = Reasons()
        for test in cases {
            for reason in test.reasons {
                seen.insert(reason)
                #expect(reason.outcome == test.outcome, "\(test.name)")
            }
        }
        let elsewhere: Reasons = [
            .reviewRejected, .refundedPartial, .refundedFull, .reinstated, .revokedByOperator,
            .unknownSource, .signatureMissing, .signatureMismatch, .timestampOutOfWindow,
            .invalidJSON,
            .mappingMissingField, .mappingTypeError, .eventIDReused, .holdExpired,
        ]
        #expect(Array(seen.union(elsewhere)) == ReasonCode.allCases)
        #expect(seen.isDisjoint(with: elsewhere))
    }

    static let identity: [Case] = [
        Case(
            name: "a test", facts: facts(event(test: true)), outcome: .ignored,
            reasons: [.testEvent]),
        Case(
            name: "a paused source", facts: facts(source: SourceFacts(isPaused: true)),
            outcome: .parked, reasons: [.sourcePaused]),
        Case(
            name: "a test of a paused source",
            facts: facts(event(test: true), source: SourceFacts(isPaused: true)),
            outcome: .ignored, reasons: [.testEvent]),
        Case(
            name: "an unknown code",
            facts: facts(campaign: nil, code: .unknown, lead: .unknown, referrer: nil),
            outcome: .parked, reasons: [.unknownCode]),
        Case(
            name: "a code of another campaign",
            facts: facts(campaign: nil, code: .elsewhere, lead: .unknown, referrer: nil),
            outcome: .parked, reasons: [.unknownCode]),
        Case(
            name: "a disabled lead",
            facts: facts(
                lead: .known(
                    Party(id: ID(100), joinedAt: noon, isDisabled: true, referredBy: ID(50)))
            ), outcome: .rejected, reasons: [.codeDisabled]),
        Case(
            name: "a disabled referrer",
            facts: facts(referrer: Party(id: ID(50), joinedAt: noon, isDisabled: true)),
            outcome: .rejected, reasons: [.codeDisabled]),
        Case(
            name: "a referrer's code and no lead", facts: facts(lead: .unknown),
            outcome: .rejected, reasons: [.leadUnknown]),
        Case(
            name: "no code and nobody found",
            facts: facts(campaign: nil, code: .absent, lead: .unknown, referrer: nil),
            outcome: .rejected, reasons: [.leadUnknown]),
        Case(
            name: "one who joined by themself",
            facts: facts(lead: .known(Party(id: ID(100), joinedAt: noon)), referrer: nil),
            outcome: .rejected, reasons: [.noReferrer]),
        Case(
            name: "one who joined by themself, claimed afterwards",
            facts: facts(lead: .known(Party(id: ID(100), joinedAt: noon))),
            outcome: .rejected, reasons: [.noReferrer]),
        Case(
            name: "a lead whose referrer is gone", facts: facts(referrer: nil),
            outcome: .rejected, reasons: [.noReferrer]),
        Case(
            name: "a new lead without a referrer", facts: facts(lead: .new, referrer: nil),
            outcome: .rejected, reasons: [.noReferrer]),
        Case(
            name: "a lead of another referrer",
            facts: facts(referrer: Party(id: ID(51), joinedAt: noon)), outcome: .rejected,
            reasons: [.attributedElsewhere]),
        Case(
            name: "one's own code",
            facts: facts(lead: .known(knownReferrer), addresses: AddressFacts()),
            outcome: .rejected, reasons: [.selfReferralEmail]),
        Case(
            name: "one's own code where that isn't looked for",
            facts: facts(
                campaign: campaign(risk: Risk(selfReferral: .off)), lead: .known(knownLead),
                referrer: knownLead), outcome: .rejected, reasons: [.selfReferralEmail]),
    ]

    static let eligibility: [Case] = [
        Case(
            name: "another goal", facts: facts(event(goal: "signup")), outcome: .rejected,
            reasons: [.goalTypeMismatch]),
        Case(
            name: "a goal in other letters", facts: facts(event(goal: "Purchase")),
            outcome: .rejected, reasons: [.goalTypeMismatch]),
        Case(
            name: "the same again", facts: facts(history: History(repeated: ID(77))),
            outcome: .ignored, reasons: [.conversionDuplicate]),
        Case(
            name: "the same again in a paused campaign",
            facts: facts(campaign: campaign(status: .paused), history: History(repeated: ID(77))),
            outcome: .ignored, reasons: [.conversionDuplicate]),
        Case(
            name: "another goal of a lead that converted",
            facts: facts(event(goal: "signup"), history: History(repeated: ID(77))),
            outcome: .rejected, reasons: [.goalTypeMismatch]),
        Case(
            name: "a draft", facts: facts(campaign: campaign(status: .draft)), outcome: .rejected,
            reasons: [.campaignNotPublished]),
        Case(
            name: "a paused campaign", facts: facts(campaign: campaign(status: .paused)),
            outcome: .rejected, reasons: [.campaignNotActive]),
        Case(
            name: "an ended campaign", facts: facts(campaign: campaign(status: .ended)),
            outcome: .rejected, reasons: [.campaignNotActive]),
        Case(
            name: "before the campaign",
            facts: facts(campaign: campaign(starts: noon + .microseconds(1))), outcome: .rejected,
            reasons: [.campaignNotActive]),
        Case(
            name: "at the campaign's first instant", facts: facts(campaign: campaign(starts: noon)),
            outcome: .rewarded, reasons: [], conversion: .approved, rewards: [.issued]),
        Case(
            name: "at the campaign's end", facts: facts(campaign: campaign(ends: noon)),
            outcome: .rejected, reasons: [.campaignNotActive]),
        Case(
            name: "at the campaign's last instant",
            facts: facts(campaign: campaign(ends: noon + .microseconds(1))), outcome: .rewarded,
            reasons: [], conversion: .approved, rewards: [.issued]),
        Case(
            name: "reached in time, received late",
            facts: facts(
                event(occurred: noon - .seconds(60)),
                campaign: campaign(ends: noon - .seconds(30))), outcome: .rewarded, reasons: [],
            conversion: .approved, rewards: [.issued]),
        Case(
            name: "at the end of the attribution window",
            facts: facts(campaign: campaign(attributionDays: 20)), outcome: .rejected,
            reasons: [.outsideAttributionWindow]),
        Case(
            name: "at the last instant of the attribution window",
            facts: facts(
                event(occurred: noon - .microseconds(1)), campaign: campaign(attributionDays: 20)),
            outcome: .rewarded, reasons: [], conversion: .approved, rewards: [.issued]),
        Case(
            name: "reached before joining",
            facts: facts(
                event(occurred: at("2026-10-01T00:00:00Z")), campaign: campaign(attributionDays: 1)),
            outcome: .rewarded, reasons: [], conversion: .approved, rewards: [.issued]),
        Case(
            name: "a new lead in an attribution window",
            facts: facts(campaign: campaign(attributionDays: 0), lead: .new), outcome: .rewarded,
            reasons: [], conversion: .approved, rewards: [.issued]),
        Case(
            name: "no reward", facts: facts(campaign: campaign(rewards: [])), outcome: .qualified,
            reasons: [.noRewardConfigured], conversion: .approved),
        Case(
            name: "one lead short of the threshold",
            facts: facts(
                campaign: campaign(threshold: 3), history: History(referrerConversions: 1)),
            outcome: .qualified, reasons: [.goalNotReached], conversion: .approved, rewards: [nil]),
        Case(
            name: "the lead that reaches the threshold",
            facts: facts(
                campaign: campaign(threshold: 3), history: History(referrerConversions: 2)),
            outcome: .rewarded, reasons: [], conversion: .approved, rewards: [.issued]),
    ]

    static let conditions: [Case] = [
        Case(
            name: "a condition that holds", facts: facts(campaign: campaign(conditions: ["a"])),
            outcome: .rewarded, reasons: [], conversion: .approved, rewards: [.issued]),
        Case(
            name: "a condition that doesn't hold",
            facts: facts(campaign: campaign(conditions: ["a", "b"])), outcome: .rejected,
            reasons: [.conditionFalse], verdict: { $0 == .condition(1) ? .false : .true }),
        Case(
            name: "a condition nobody can answer",
            facts: facts(campaign: campaign(conditions: ["a"])), outcome: .held,
            reasons: [.conditionUnknown], conversion: .pending, rewards: [.inReview],
            verdict: { _ in .unknown("no such key: plan") }),
        Case(
            name: "an unknown condition before a false one",
            facts: facts(campaign: campaign(conditions: ["a", "b"])), outcome: .rejected,
            reasons: [.conditionFalse],
            verdict: { $0 == .condition(0) ? .unknown("?") : .false }),
        Case(
            name: "a share of an amount nobody told",
            facts: facts(
                campaign: campaign(rewards: [credit(.percent(Percentage("10")!, max: nil))])),
            outcome: .held, reasons: [.conditionUnknown], conversion: .pending,
            rewards: [.inReview]),
        Case(
            name: "a share of an amount without currency",
            facts: facts(
                event(amount: 100),
                campaign: campaign(rewards: [credit(.percent(Percentage("10")!, max: nil))])),
            outcome: .held, reasons: [.conditionUnknown], conversion: .pending,
            rewards: [.inReview]),
        Case(
            name: "a share of a debt",
            facts: facts(
                event(goal: "renewal", amount: -100, currency: euro),
                campaign: campaign(
                    goal: "renewal", rewards: [credit(.percent(Percentage("10")!, max: nil))])),
            outcome: .held, reasons: [.conditionUnknown], conversion: .pending,
            rewards: [.inReview]),
        Case(
            name: "a share of nothing",
            facts: facts(
                event(goal: "renewal", amount: 0, currency: euro),
                campaign: campaign(
                    goal: "renewal", rewards: [credit(.percent(Percentage("10")!, max: nil))])),
            outcome: .qualified, reasons: [.noRewardConfigured], conversion: .approved,
            rewards: [nil]),
    ]

    private static func risky(
        _ risk: Risk, _ event: QualifyingEvent = event(), lead: Facts.Lead = .known(knownLead),
        addresses: AddressFacts = AddressFacts(likeness: .different), recent: Int = 0
    ) -> Facts {
        facts(
            event, campaign: campaign(risk: risk), lead: lead, addresses: addresses,
            history: History(recentConversions: recent))
    }

    private static func issued(_ name: String, _ facts: Facts) -> Case {
        Case(
            name: name, facts: facts, outcome: .rewarded, reasons: [], conversion: .approved,
            rewards: [.issued])
    }

    private static func suspected(_ name: String, _ reason: ReasonCode, _ facts: Facts) -> Case {
        Case(
            name: name, facts: facts, outcome: .held, reasons: Reasons(reason),
            conversion: .pending, rewards: [.inReview])
    }

    static let risk: [Case] = [
        Case(
            name: "the referrer's own address",
            facts: risky(Risk(), addresses: AddressFacts(likeness: .sameAddress)),
            outcome: .rejected, reasons: [.selfReferralEmail]),
        Case(
            name: "the referrer's own mailbox",
            facts: risky(
                Risk(selfReferral: .alias), addresses: AddressFacts(likeness: .sameMailbox)),
            outcome: .rejected, reasons: [.selfReferralAlias]),
        Case(
            name: "the referrer's own address where aliases count",
            facts: risky(
                Risk(selfReferral: .alias), addresses: AddressFacts(likeness: .sameAddress)),
            outcome: .rejected, reasons: [.selfReferralEmail]),
        issued(
            "an alias where only addresses count",
            risky(Risk(), addresses: AddressFacts(likeness: .sameMailbox))),
        issued(
            "the same address where nobody asks",
            risky(Risk(selfReferral: .off), addresses: AddressFacts(likeness: .sameAddress))),
        Case(
            name: "the referrer's own customer id where aliases count",
            facts: risky(
                Risk(selfReferral: .alias), addresses: AddressFacts(likeness: .sameCustomer)),
            outcome: .rejected, reasons: [.selfReferralAlias]),
        issued(
            "the referrer's own customer id where only addresses count",
            risky(Risk(), addresses: AddressFacts(likeness: .sameCustomer))),
        issued("no addresses", risky(Risk(selfReferral: .alias), addresses: AddressFacts())),
        issued(
            "the last conversion the velocity allows",
            risky(Risk(velocity: .init(count: 3, window: .seconds(3600))), recent: 2)),
        suspected(
            "one conversion too many", .velocity,
            risky(Risk(velocity: .init(count: 3, window: .seconds(3600))), recent: 3)),
        issued(
            "just slow enough",
            risky(
                Risk(minSecondsSinceJoin: 60), event(occurred: knownLead.joinedAt + .seconds(60)))),
        suspected(
            "just too fast", .tooFast,
            risky(
                Risk(minSecondsSinceJoin: 60),
                event(occurred: knownLead.joinedAt + .seconds(60) - .microseconds(1)))),
        issued("a new lead is never too fast", risky(Risk(minSecondsSinceJoin: 60), lead: .new)),
        suspected(
            "a throw-away address", .disposableEmail,
            risky(
                Risk(disposableEmail: .known(adding: [])),
                addresses: AddressFacts(likeness: .different, isDisposable: true))),
        issued(
            "an address to keep",
            risky(
                Risk(disposableEmail: .known(adding: [])),
                addresses: AddressFacts(likeness: .different, isDisposable: false))),
        suspected(
            "somebody on the blocklist", .blocklisted,
            risky(
                Risk(blocklist: ["x"]),
                addresses: AddressFacts(likeness: .different, isBlocklisted: true))),
        issued(
            "nobody on the blocklist",
            risky(Risk(blocklist: ["x"]), addresses: AddressFacts(likeness: .different))),
    ]

    private static func used(_ reward: CampaignReward, _ facts: RewardFacts, unused: Int = 10)
        -> Facts
    {
        ReferralsTests.facts(
            campaign: campaign(rewards: [reward]), pool: CouponPool(unused: unused), used: [facts])
    }

    private static func none(_ name: String, _ reason: ReasonCode, _ facts: Facts) -> Case {
        Case(
            name: name, facts: facts, outcome: .qualified, reasons: Reasons(reason),
            conversion: .approved, rewards: [nil])
    }

    static let rewards: [Case] = [
        Case(
            name: "a purchase of nothing", facts: facts(event(amount: 0, currency: euro)),
            outcome: .qualified, reasons: [.amountNotPositive], conversion: .approved,
            rewards: [nil]),
        Case(
            name: "a purchase of less than nothing, in review",
            facts: facts(
                event(amount: -1, currency: euro),
                campaign: campaign(
                    review: .always, rewards: [coupon(1), credit(.points(5), 2, for: .lead)])),
            outcome: .qualified, reasons: [.amountNotPositive], conversion: .approved,
            rewards: [nil, nil]),
        issued("the plain case", facts()),
        none("the second lead", .alreadyRewarded, used(coupon(), RewardFacts(slotsUsed: 1))),
        none(
            "the second time for a lead", .alreadyRewarded,
            used(coupon(for: .lead), RewardFacts(slotsUsed: 1))),
        issued(
            "the last below a cap",
            used(coupon(cap: Cap(count: 3, per: .referrer)), RewardFacts(slotsUsed: 2))),
        none(
            "one above a cap", .capReached,
            used(coupon(cap: Cap(count: 3, per: .referrer)), RewardFacts(slotsUsed: 3))),
        none(
            "one above a cap for all", .capReached,
            used(coupon(cap: Cap(count: 1, per: .campaign)), RewardFacts(slotsUsed: 1))),
        none(
            "one above a cap of the day", .capReached,
            used(
                coupon(cap: Cap(count: 1, per: .referrer, window: .day)), RewardFacts(slotsUsed: 1))
        ),
        none(
            "a cap of none", .capReached,
            used(coupon(cap: Cap(count: 0, per: .referrer)), RewardFacts())),
        issued(
            "the last within the budget",
            used(credit(.money(euros(500)), budget: 1000), RewardFacts(budgetSpent: 500))),
        none(
            "one cent above the budget", .budgetExhausted,
            used(credit(.money(euros(500)), budget: 1000), RewardFacts(budgetSpent: 501))),
        none(
            "a budget no number can hold", .budgetExhausted,
            used(credit(.points(.max), budget: .max), RewardFacts(budgetSpent: 1))),
        none(
            "a budget of pieces", .budgetExhausted,
            used(coupon(budget: 2), RewardFacts(budgetSpent: 2))),
        none("a reward of nothing", .noRewardConfigured, used(credit(.points(0)), RewardFacts())),
        Case(
            name: "an empty pool", facts: used(coupon(), RewardFacts(), unused: 0),
            outcome: .qualified, reasons: [.poolEmpty], conversion: .approved,
            rewards: [.waitingStock]),
        none(
            "an empty pool nobody waits for", .poolEmpty,
            used(coupon(onEmptyPool: .skip), RewardFacts(), unused: 0)),
        Case(
            name: "a pool owed to others",
            facts: facts(pool: CouponPool(unused: 2, waiting: 2)), outcome: .qualified,
            reasons: [.poolEmpty], conversion: .approved, rewards: [.waitingStock]),
        issued("a pool with one more than is owed", facts(pool: CouponPool(unused: 3, waiting: 2))),
        issued(
            "no coupon needed", used(credit(.money(euros(1))), RewardFacts(), unused: 0)),
        suspected(
            "a review of everything", .awaitingReview, facts(campaign: campaign(review: .always))),
        Case(
            name: "a review the rule asks for",
            facts: facts(campaign: campaign(review: .when("event.amount > 5"))), outcome: .held,
            reasons: [.awaitingReview], conversion: .pending, rewards: [.inReview],
            verdict: { _ in .true }),
        issued(
            "a review the rule doesn't ask for",
            facts(campaign: campaign(review: .when("event.amount > 5")))),
        Case(
            name: "a review rule nobody can answer",
            facts: facts(campaign: campaign(review: .when("event.amount > 5"))), outcome: .held,
            reasons: [.conditionUnknown], conversion: .pending, rewards: [.inReview],
            verdict: { _ in .unknown("no such key: amount") }),
        Case(
            name: "a hold", facts: facts(campaign: campaign(holdDays: 14)), outcome: .held,
            reasons: [.heldUntil], conversion: .approved, rewards: [.pending]),
    ]

    /// Events with reasons of several kinds.
    static let several: [Case] = [
        Case(
            name: "a rejection outweighs whatever a person should look at",
            facts: facts(
                campaign: campaign(conditions: ["a"]),
                addresses: AddressFacts(likeness: .sameAddress)), outcome: .rejected,
            reasons: [.selfReferralEmail], verdict: { _ in .unknown("?") }),
        Case(
            name: "everything a person should look at is told",
            facts: facts(
                campaign: campaign(
                    conditions: ["a"], risk: Risk(velocity: .init(count: 0, window: .seconds(1))),
                    review: .always, holdDays: 3)), outcome: .held,
            reasons: [.conditionUnknown, .velocity, .awaitingReview], conversion: .pending,
            rewards: [.inReview], verdict: { _ in .unknown("?") }),
        Case(
            name: "one reward issued is enough",
            facts: facts(
                campaign: campaign(rewards: [coupon(1), credit(.points(5), 2, for: .lead)]),
                used: [RewardFacts(slotsUsed: 1), RewardFacts()]), outcome: .rewarded,
            reasons: [], conversion: .approved, rewards: [nil, .issued]),
        Case(
            name: "a held reward is better than none",
            facts: facts(
                campaign: campaign(
                    holdDays: 1, rewards: [coupon(1), credit(.points(5), 2, for: .lead)]),
                used: [RewardFacts(slotsUsed: 1), RewardFacts()]), outcome: .held,
            reasons: [.heldUntil], conversion: .approved, rewards: [nil, .pending]),
        Case(
            name: "of several reasons for no reward all are told",
            facts: facts(
                campaign: campaign(
                    rewards: [coupon(1, onEmptyPool: .skip), credit(.points(5), 2, for: .lead)]),
                pool: CouponPool(), used: [RewardFacts(), RewardFacts(slotsUsed: 1)]),
            outcome: .qualified, reasons: [.alreadyRewarded, .poolEmpty], conversion: .approved,
            rewards: [nil, nil]),
        Case(
            name: "both sides draw on one pool",
            facts: facts(
                campaign: campaign(rewards: [coupon(1), coupon(2, for: .lead)]),
                pool: CouponPool(unused: 1)), outcome: .rewarded, reasons: [],
            conversion: .approved, rewards: [.issued, .waitingStock]),
        Case(
            name: "a capped coupon leaves the pool to the other",
            facts: facts(
                campaign: campaign(rewards: [coupon(1), coupon(2, for: .lead)]),
                pool: CouponPool(unused: 1), used: [RewardFacts(slotsUsed: 1), RewardFacts()]),
            outcome: .rewarded, reasons: [], conversion: .approved, rewards: [nil, .issued]),
        Case(
            name: "leads don't wait for the referrer's threshold",
            facts: facts(
                campaign: campaign(threshold: 2, rewards: [coupon(1), coupon(2, for: .lead)])),
            outcome: .rewarded, reasons: [], conversion: .approved, rewards: [nil, .issued]),
        Case(
            name: "a hold with an empty pool waits for stock",
            facts: facts(campaign: campaign(holdDays: 1), pool: CouponPool()),
            outcome: .qualified, reasons: [.poolEmpty], conversion: .approved,
            rewards: [.waitingStock]),
        Case(
            name: "a review where nothing is to be had is a review still",
            facts: facts(
                campaign: campaign(review: .always), used: [RewardFacts(slotsUsed: 1)]),
            outcome: .held, reasons: [.awaitingReview], conversion: .pending, rewards: [nil]),
    ]
}
