import Currencies
import TestSupport
import Testing
import Time

@testable import Referrals

/// A payment of 100.00 EUR with a share, a fixed credit and a coupon, and reversals of all kinds.
struct Account {
    var payment = Payment(amount: 10_000, currency: euro)
    var status = ConversionStatus.approved
    var wasApproved = true
    var earlier: [Reversal] = []
    var rewards: [GrantedReward] = [share(), credit(), couponReward()]
    var ledger: [LedgerEntry] = []
    var pool = CouponPool(unused: 3)
    var now = noon

    static func share(_ status: RewardStatus = .issued) -> GrantedReward {
        GrantedReward(
            id: ID(1), kind: .cash, isShare: true, value: .money(euros(1001)), status: status)
    }

    static func credit(_ status: RewardStatus = .issued) -> GrantedReward {
        GrantedReward(id: ID(2), kind: .credit, value: .money(euros(500)), status: status)
    }

    static func couponReward(
        _ status: RewardStatus = .issued, _ coupon: CouponState? = .assigned
    ) -> GrantedReward {
        GrantedReward(
            id: ID(3), kind: .coupon, value: .nothingStated, status: status, coupon: coupon)
    }

    func facts(_ reversal: Reversal) -> ReversalFacts {
        ReversalFacts(
            reversal: reversal, earlier: earlier, payment: payment, status: status,
            wasApproved: wasApproved, rewards: rewards, pool: pool, now: now)
    }

    /// Decides and records, as storage would.
    mutating func take(_ reversal: Reversal) -> ReversalDecision {
        let decision = reverse(facts(reversal))
        if decision.problem == nil { earlier.append(reversal) }
        status = decision.conversion
        ledger += decision.entries
        apply(decision.rewards)
        return decision
    }

    mutating func apply(_ changes: [RewardChange]) {
        for change in changes {
            for index in rewards.indices where rewards[index].id == change.reward {
                rewards[index].status = change.status
                rewards[index].reasons = change.reasons
                rewards[index].heldUntil = change.heldUntil
                rewards[index].remaining += change.entry?.units ?? 0
                switch change.coupon {
                case .keep: break
                case .reserve: rewards[index].coupon = .reserved
                case .assign, .handOver: rewards[index].coupon = .assigned
                case .release: rewards[index].coupon = nil
                case .void: rewards[index].coupon = .voided
                case .redeem: rewards[index].coupon = .redeemed
                }
            }
        }
    }
}

private func refund(_ amount: Int64?, at minute: Int64 = 0, _ currency: Currency? = nil) -> Reversal
{
    Reversal(.refund, amount: amount, currency: currency, occurredAt: noon + .seconds(minute * 60))
}

private func total(_ amount: Int64?, at minute: Int64 = 0) -> Reversal {
    Reversal(.refundTotal, amount: amount, occurredAt: noon + .seconds(minute * 60))
}

private func reinstate(_ amount: Int64? = nil, at minute: Int64 = 0) -> Reversal {
    Reversal(.reinstate, amount: amount, occurredAt: noon + .seconds(minute * 60))
}

@Suite struct ReversalTests {
    @Test func `a partial refund shrinks shares in proportion and leaves the rest`() {
        var account = Account()
        let decision = account.take(refund(2500))
        #expect(decision.outcome == .reversed)
        #expect(decision.reasons == [.refundedPartial])
        #expect(decision.conversion == .approved)
        #expect(decision.remaining == 7500)
        // Three quarters of 10.01 are 7.5075.
        #expect(
            decision.entries == [LedgerEntry(reward: ID(1), units: -250, reason: .refundedPartial)])
        #expect(decision.rewards.map(\.reward) == [ID(1)])
        #expect(decision.rewards.map(\.status) == [.issued])
        #expect(decision.rewards.map(\.reasons) == [[.refundedPartial]])
    }

    @Test func `a full refund revokes everything and voids the coupon`() {
        var account = Account()
        let decision = account.take(refund(10_000))
        #expect(decision.reasons == [.refundedFull])
        #expect(decision.conversion == .reversed)
        #expect(decision.remaining == 0)
        #expect(decision.entries.map(\.units) == [-1001, -500, -1])
        #expect(decision.rewards.map(\.status) == [.revoked, .revoked, .revoked])
        #expect(decision.rewards.map(\.coupon) == [.keep, .keep, .void])
        #expect(decision.rewards.allSatisfy { $0.reasons == [.refundedFull] })
    }

    @Test func `partial refunds add up to the full one`() {
        var account = Account()
        _ = account.take(refund(2500))
        let second = account.take(refund(2500))
        #expect(second.remaining == 5000)
        let last = account.take(refund(5000))
        #expect(last.conversion == .reversed)
        #expect(account.rewards.map(\.remaining) == [0, 0, 0])
    }

    @Test func `more than was paid is no more than everything`() {
        var account = Account()
        #expect(account.take(refund(.max)).remaining == 0)
        #expect(account.take(refund(1)).entries.isEmpty)
    }

    @Test func `the same total twice changes nothing the second time`() {
        var account = Account()
        _ = account.take(total(2500))
        let again = account.take(total(2500, at: 1))
        #expect(again.outcome == .reversed)
        #expect(again.reasons == [.refundedPartial])
        #expect(again.remaining == 7500)
        #expect(again.rewards.isEmpty)
        #expect(again.entries.isEmpty)
    }

    @Test func `totals out of order come to the largest`() {
        var account = Account()
        _ = account.take(total(6000, at: 2))
        let late = account.take(total(2500, at: 1))
        #expect(late.remaining == 4000)
        #expect(late.rewards.isEmpty)
    }

    @Test func `a total says at least so much, so a smaller one gives nothing back`() {
        var account = Account()
        _ = account.take(refund(6000, at: 1))
        #expect(account.take(total(2500, at: 2)).remaining == 4000)
        #expect(account.take(total(7000, at: 3)).remaining == 3000)
    }

    @Test func `a reinstatement gives everything back`() {
        var account = Account()
        _ = account.take(refund(10_000))
        let decision = account.take(reinstate(at: 1))
        #expect(decision.outcome == .rewarded)
        #expect(decision.reasons == [.reinstated])
        #expect(decision.conversion == .approved)
        #expect(decision.remaining == 10_000)
        #expect(decision.rewards.map(\.status) == [.issued, .issued, .issued])
        #expect(decision.rewards.map(\.coupon) == [.keep, .keep, .assign])
        #expect(decision.entries.map(\.units) == [1001, 500, 1])
        #expect(decision.entries.allSatisfy { $0.reason == .reinstated })
    }

    @Test func `a reinstatement outlives the refunds before it, however late they come`() {
        var account = Account()
        _ = account.take(refund(10_000, at: 1))
        _ = account.take(reinstate(at: 5))
        #expect(account.take(total(10_000, at: 2)).remaining == 10_000)
        #expect(account.take(refund(300, at: 4)).remaining == 10_000)
        #expect(account.take(refund(300, at: 6)).remaining == 9700)
    }

    @Test func `a reinstatement before its refund is as good as one after it`() {
        var account = Account()
        let early = account.take(reinstate(at: 5))
        #expect(early.rewards.isEmpty)
        #expect(early.outcome == .rewarded)
        let late = account.take(refund(10_000, at: 1))
        #expect(late.rewards.isEmpty)
        #expect(late.outcome == .rewarded)
        #expect(late.reasons == [.reinstated])
    }

    @Test func `a part can be reinstated`() {
        var account = Account()
        _ = account.take(refund(10_000))
        let decision = account.take(reinstate(4000, at: 1))
        #expect(decision.remaining == 4000)
        #expect(decision.conversion == .approved)
        // Two fifths of 10.01 are 4.004; an indivisible payment is refunded as a whole.
        #expect(decision.entries.map(\.units) == [400, 500, 1])
    }

    @Test func `nothing refunded is nothing reinstated`() {
        var account = Account()
        let decision = account.take(refund(0))
        #expect(decision.outcome == .rewarded)
        #expect(decision.reasons.isEmpty)
        #expect(decision.rewards.isEmpty)
        #expect(decision.conversion == .approved)
    }

    @Test(arguments: [
        (refund(nil), ReversalProblem.amountMissing), (total(nil), .amountMissing),
        (refund(-1), .amountNegative(-1)), (reinstate(-1), .amountNegative(-1)),
        (refund(100, dollar), .currencyMismatch(expected: euro, found: dollar)),
    ])
    func `an amount that is of no use brings the rewards to a person`(
        reversal: Reversal, problem: ReversalProblem
    ) {
        var account = Account()
        account.rewards[1].status = .rejected
        let decision = account.take(reversal)
        #expect(decision.problem == problem)
        #expect(decision.outcome == .held)
        #expect(decision.reasons == [.conditionUnknown])
        #expect(decision.conversion == .approved)
        #expect(decision.remaining == 10_000)
        #expect(decision.entries.isEmpty)
        #expect(decision.rewards.map(\.reward) == [ID(1), ID(3)])
        #expect(decision.rewards.allSatisfy { $0.status == .inReview })
    }

    @Test(arguments: [
        (refund(2500), "Of 100.00 EUR, 75.00 EUR is left."),
        (refund(10_000), "Of 100.00 EUR, 0.00 EUR is left."),
        (reinstate(), "All of 100.00 EUR is paid."),
        (refund(nil), "The reversal needs a review: it has no amount."),
        (refund(-1), "The reversal needs a review: its amount is negative (-1)."),
        (
            refund(1, dollar),
            "The reversal needs a review: its currency is USD, the payment's EUR."
        ),
    ])
    func `a reversal is reported in a sentence`(reversal: Reversal, sentence: String) {
        var account = Account()
        #expect(account.take(reversal).sentence(for: account.payment) == sentence)
    }

    @Test func `a currency that isn't given is the payment's`() {
        var account = Account()
        #expect(account.take(refund(2500, euro)).remaining == 7500)
        #expect(account.take(refund(2500)).remaining == 5000)
    }

    @Test(arguments: [nil, 0, 700] as [Int64?])
    func `a conversion without an amount is refunded whole`(amount: Int64?) {
        var account = Account(payment: Payment(amount: nil, currency: nil))
        account.rewards.removeFirst()
        let decision = account.take(refund(amount))
        #expect(decision.problem == nil)
        #expect(decision.reasons == [.refundedFull])
        #expect(decision.remaining == nil)
        #expect(decision.conversion == .reversed)
        #expect(decision.sentence(for: account.payment) == "The conversion was reversed.")
        #expect(account.take(reinstate(at: 1)).conversion == .approved)
    }

    @Test func `a conversion of nothing is refunded whole`() {
        var account = Account(payment: Payment(amount: 0, currency: euro))
        let decision = account.take(refund(0))
        #expect(decision.conversion == .reversed)
        #expect(decision.remaining == 0)
    }

    @Test func `what was used already goes to a person, and its ledger stays`() {
        var account = Account(rewards: [
            Account.share(.redeemed), Account.credit(.redeemed),
            Account.couponReward(.redeemed, .redeemed),
        ])
        let partial = account.take(refund(2500))
        #expect(partial.rewards.map(\.reward) == [ID(1)])
        #expect(partial.rewards.map(\.status) == [.inReview])
        #expect(partial.entries.isEmpty)
        #expect(account.take(total(2500)).rewards.isEmpty)
        let full = account.take(refund(7500))
        #expect(full.rewards.map(\.status) == [.inReview, .inReview, .inReview])
        #expect(full.rewards.map(\.coupon) == [.keep, .keep, .keep])
        #expect(full.rewards.allSatisfy { $0.reasons == [.refundedFull] })
        #expect(full.entries.isEmpty)
        let back = account.take(reinstate(at: 1))
        #expect(back.rewards.map(\.status) == [.redeemed, .redeemed, .redeemed])
        #expect(back.entries.isEmpty)
    }

    @Test func `a refund cancels what is held, and the pool gets its coupon back`() {
        var account = Account(
            status: .pending, wasApproved: false,
            rewards: [
                Account.share(.inReview), Account.couponReward(.pending, .reserved),
                GrantedReward(
                    id: ID(4), kind: .coupon, value: .nothingStated, status: .waitingStock),
            ])
        let decision = account.take(refund(10_000))
        #expect(decision.conversion == .reversed)
        #expect(decision.rewards.map(\.status) == [.revoked, .revoked, .revoked])
        #expect(decision.rewards.map(\.coupon) == [.keep, .release, .keep])
        let back = account.take(reinstate(at: 1))
        #expect(back.conversion == .pending)
        #expect(back.outcome == .held)
        #expect(back.rewards.allSatisfy { $0.status == .inReview })
        #expect(back.rewards.allSatisfy { $0.reasons == [.awaitingReview, .reinstated] })
    }

    @Test func `a reinstated reward whose slot is taken goes to review`() {
        var account = Account()
        _ = account.take(refund(10_000))
        account.rewards[2].slotIsFree = false
        let decision = account.take(reinstate(at: 1))
        #expect(decision.rewards[2].status == .inReview)
        #expect(decision.rewards[2].reasons == [.capReached, .reinstated])
        #expect(decision.rewards[2].coupon == .keep)
        #expect(decision.outcome == .rewarded)
    }

    @Test func `a reinstated coupon waits where the pool is empty or owed`() {
        var account = Account(rewards: [Account.couponReward()])
        _ = account.take(refund(10_000))
        account.pool = CouponPool(unused: 2, waiting: 2)
        let decision = account.take(reinstate(at: 1))
        #expect(decision.rewards.map(\.status) == [.waitingStock])
        #expect(decision.outcome == .qualified)
        #expect(decision.reasons == [.poolEmpty, .reinstated])
    }

    @Test func `a reinstated reward is held as long as it was to be`() {
        var account = Account(rewards: [Account.credit(.pending)])
        account.rewards[0].heldUntil = noon + .days(1)
        _ = account.take(refund(10_000))
        let decision = account.take(reinstate(at: 1))
        #expect(decision.rewards.map(\.status) == [.pending])
        #expect(decision.rewards.map(\.heldUntil) == [noon + .days(1)])
        #expect(decision.outcome == .held)
        #expect(decision.reasons == [.heldUntil, .reinstated])
    }

    @Test func `what an operator or a reviewer took stays taken`() {
        var account = Account()
        account.rewards[0].status = .revoked
        account.rewards[0].reasons = [.revokedByOperator]
        account.rewards[1].status = .rejected
        account.rewards[2].status = .rejected
        #expect(account.take(refund(10_000)).rewards.isEmpty)
        #expect(account.take(reinstate(at: 1)).rewards.isEmpty)
    }

    @Test(arguments: [ConversionStatus.rejected, .fraud])
    func `a refund doesn't excuse a rejected conversion or fraud`(status: ConversionStatus) {
        var account = Account(status: status, rewards: [])
        #expect(account.take(refund(10_000)).conversion == status)
        #expect(account.take(reinstate(at: 1)).conversion == status)
    }

    @Test(arguments: [ConversionStatus.rejected, .fraud])
    func `a reinstatement brings no reward back to a rejected conversion or fraud`(
        status: ConversionStatus
    ) {
        var account = Account()
        account.payment = Payment(amount: 10_000, currency: euro)
        account.rewards = [Account.share()]
        account.rewards[0].value = .money(euros(1))
        account.rewards[0].remaining = 1
        _ = account.take(refund(9_000))
        #expect(account.rewards[0].status == .revoked)
        account.status = status
        let decision = account.take(reinstate(at: 1))
        #expect(decision.conversion == status)
        #expect(decision.rewards == [])
    }

    @Test func `a share that shrinks to nothing is revoked, and comes back`() {
        var account = Account(rewards: [
            GrantedReward(
                id: ID(1), kind: .cash, isShare: true, value: .money(euros(3)), status: .issued)
        ])
        let decision = account.take(refund(9000))
        #expect(decision.conversion == .approved)
        #expect(decision.rewards.map(\.status) == [.revoked])
        #expect(decision.rewards.map(\.reasons) == [[.refundedPartial]])
        #expect(account.take(reinstate(at: 1)).rewards.map(\.status) == [.issued])
    }

    @Test func `a share of an unknown amount is revoked only with everything`() {
        var account = Account(
            payment: Payment(amount: nil, currency: nil),
            rewards: [
                GrantedReward(
                    id: ID(1), kind: .cash, isShare: true, value: nil, status: .inReview,
                    reasons: [.conditionUnknown])
            ])
        #expect(account.take(reinstate()).rewards.isEmpty)
        #expect(account.take(refund(nil, at: 1)).rewards.map(\.status) == [.revoked])
    }
}

/// Properties of the ledger for all reversals, tested with seeded random reversals.
@Suite struct LedgerTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `a reward's ledger sums to what is left of it, never below nothing`(seed: UInt64) throws {
        var numbers = Seeded(seed)
        for round in 0..<400 {
            var account = Account()
            account.rewards.append(Account.couponReward(.redeemed, .redeemed))
            account.rewards[3].id = ID(4)
            let granted = account.rewards.map(\.remaining)
            for _ in 0..<12 {
                let before = account.rewards
                let reversal = Reversal(
                    numbers.one(of: Reversal.Kind.allCases),
                    amount: numbers.one(of: [nil, 0, 1, 2500, 3333, 9999, 10_000, 20_000, -1]),
                    currency: numbers.one(of: [nil, euro, euro, dollar]),
                    occurredAt: noon + .seconds(Int64.random(in: 0...9, using: &numbers)))
                account.pool.unused = Int.random(in: 0...1, using: &numbers)
                let decision = account.take(reversal)
                for (index, reward) in account.rewards.enumerated() {
                    let sum = account.ledger.filter { $0.reward == reward.id }
                        .reduce(granted[index]) { $0 + $1.units }
                    try #require(reward.remaining == sum, "seed \(seed), round \(round)")
                    try #require(sum >= 0 && sum <= granted[index], "seed \(seed), round \(round)")
                    try #require(
                        reward.status == before[index].status
                            || before[index].status.canBecome(reward.status),
                        "seed \(seed), round \(round): \(before[index].status)")
                    try #require(reward.status != .issued || reward.remaining > 0)
                }
                try #require(decision.entries.allSatisfy { $0.units != 0 })
            }
        }
    }

    @Test(arguments: [5, 6] as [UInt64])
    func `the order of arrival makes no difference to what is left`(seed: UInt64) {
        var numbers = Seeded(seed)
        let payment = Payment(amount: 10_000, currency: euro)
        for _ in 0..<2000 {
            let reversals = (0..<6).map { minute in
                Reversal(
                    numbers.one(of: Reversal.Kind.allCases),
                    amount: numbers.one(of: [nil, 1, 2500, 3333, 10_000]),
                    occurredAt: noon + .seconds(minute))
            }
            #expect(
                payment.remaining(after: reversals)
                    == payment.remaining(after: reversals.shuffled(using: &numbers)))
        }
    }

    @Test func `deciding the same reversal again, as recorded, changes nothing`() throws {
        var numbers = Seeded(7)
        for round in 0..<2000 {
            var account = Account()
            for minute in 0..<4 {
                let reversal = Reversal(
                    numbers.one(of: [.refundTotal, .reinstate]),
                    amount: numbers.one(of: [2500, 3333, 10_000]),
                    occurredAt: noon + .seconds(Int64(minute)))
                _ = account.take(reversal)
                guard reversal.kind == .refundTotal else { continue }
                let again = reverse(account.facts(reversal))
                try #require(again.rewards.isEmpty, "round \(round)")
                try #require(again.conversion == account.status)
            }
        }
    }
}
