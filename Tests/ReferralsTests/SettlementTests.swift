import TestSupport
import Testing
import Time

@testable import Referrals

@Suite struct SettlementTests {
    private func waiting(_ id: Int64, heldUntil: Instant? = nil) -> GrantedReward {
        GrantedReward(
            id: ID(id), kind: .coupon, value: .nothingStated, status: .waitingStock,
            heldUntil: heldUntil)
    }

    @Test func `coupons that arrive go to the rewards that waited longest`() {
        let changes = settle([waiting(1), waiting(2), waiting(3)], unused: 2, now: noon)
        #expect(changes.map(\.reward) == [ID(1), ID(2)])
        #expect(changes.allSatisfy { $0.status == .issued && $0.coupon == .assign })
    }

    @Test func `a hold ends at its instant, not before`() {
        let held = GrantedReward(
            id: ID(1), kind: .coupon, value: .nothingStated, status: .pending, coupon: .reserved,
            heldUntil: noon)
        #expect(settle([held], unused: 0, now: noon - .microseconds(1)).isEmpty)
        let changes = settle([held], unused: 0, now: noon)
        #expect(changes.map(\.status) == [.issued])
        #expect(changes.map(\.coupon) == [.handOver])
        #expect(changes.map(\.reasons) == [[]])
    }

    @Test func `a coupon that comes within the hold is kept until its end`() {
        let changes = settle([waiting(1, heldUntil: noon + .seconds(1))], unused: 1, now: noon)
        #expect(changes.map(\.status) == [.pending])
        #expect(changes.map(\.coupon) == [.reserve])
        #expect(changes.map(\.reasons) == [[.heldUntil]])
    }

    private func inReview(
        _ id: Int64, kind: CampaignReward.Kind = .coupon, coupon: CouponState? = nil,
        value: GrantedValue? = .nothingStated, isRedeemed: Bool = false
    ) -> GrantedReward {
        GrantedReward(
            id: ID(id), kind: kind, value: value, status: .inReview, reasons: [.awaitingReview],
            coupon: coupon, isRedeemed: isRedeemed)
    }

    @Test func `an approval issues, and coupons that were kept are given out`() {
        let changes = approve(
            [inReview(1, coupon: .reserved), inReview(2), inReview(3), inReview(4, kind: .points)],
            holdDays: 0, pool: CouponPool(unused: 2, waiting: 1), now: noon)
        #expect(changes.map(\.status) == [.issued, .issued, .waitingStock, .issued])
        #expect(changes.map(\.coupon) == [.handOver, .assign, .keep, .keep])
        #expect(changes.map(\.reasons) == [[], [], [.poolEmpty], []])
    }

    @Test func `the hold begins with the approval`() {
        let changes = approve(
            [inReview(1, coupon: .reserved)], holdDays: 2, pool: CouponPool(), now: noon)
        #expect(changes.map(\.status) == [.pending])
        #expect(changes.map(\.heldUntil) == [noon + .days(2)])
        #expect(changes.map(\.coupon) == [.keep])
    }

    @Test func `an approval leaves used rewards used and unknown values unknown`() {
        let changes = approve(
            [
                inReview(1, coupon: .redeemed, isRedeemed: true),
                inReview(2, kind: .cash, value: nil),
            ],
            holdDays: 2, pool: CouponPool(), now: noon)
        #expect(changes.map(\.reward) == [ID(1)])
        #expect(changes.map(\.status) == [.redeemed])
        #expect(changes.map(\.entry) == [nil])
    }

    @Test func `a withdrawn reward gives back its worth and its coupon`() {
        let rejected = withdraw(
            inReview(1, coupon: .reserved), as: .rejected, by: .reviewRejected)
        #expect(rejected?.status == .rejected)
        #expect(rejected?.coupon == .release)
        #expect(
            rejected?.entry == LedgerEntry(reward: ID(1), units: -1, reason: .reviewRejected))
        #expect(rejected?.reasons == [.reviewRejected])
        let revoked = withdraw(Account.couponReward(), as: .revoked, by: .revokedByOperator)
        #expect(revoked?.coupon == .void)
        let used = withdraw(
            Account.couponReward(.redeemed, .redeemed), as: .revoked, by: .revokedByOperator)
        #expect(used?.coupon == .keep)
        #expect(withdraw(Account.credit(.revoked), as: .revoked, by: .revokedByOperator) == nil)
        #expect(withdraw(Account.credit(.issued), as: .rejected, by: .reviewRejected) == nil)
    }
}
