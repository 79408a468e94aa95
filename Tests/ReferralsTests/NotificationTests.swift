import TestSupport
import Testing
import Time

@testable import Referrals

@Suite struct NotificationTests {
    private func due(_ facts: Facts) -> [Notification] {
        decided(facts).decision.notifications(for: facts)
    }

    @Test func `the plain case tells of lead, conversion and reward`() {
        #expect(
            due(facts()) == [
                Notification(.conversionCreated, .conversion), Notification(.leadQualified, .lead),
                Notification(.rewardIssued, .decided(reward: 0)),
            ])
    }

    @Test func `a rejected event notifies no one`() {
        #expect(due(facts(event(goal: "signup"))).isEmpty)
    }

    @Test
    func `a new lead is reported although the event is rejected, unless nobody was identified`() {
        #expect(
            due(facts(event(goal: "signup"), lead: .new)) == [
                Notification(.leadCreated, .lead)
            ])
        #expect(due(facts(code: .elsewhere, lead: .new)).isEmpty)
    }

    @Test func `a held conversion qualifies nobody yet`() {
        #expect(
            due(facts(campaign: campaign(review: .always))) == [
                Notification(.conversionCreated, .conversion),
                Notification(.rewardUpdated, .decided(reward: 0)),
            ])
    }

    @Test func `rewards are named by their place in the decision`() {
        let both = facts(
            campaign: campaign(rewards: [coupon(1), coupon(2, for: .lead)]),
            used: [RewardFacts(slotsUsed: 1), RewardFacts()])
        #expect(due(both).last == Notification(.rewardIssued, .decided(reward: 1)))
    }

    @Test func `a lead that comes with the event is reported first`() {
        #expect(due(facts(lead: .new)).first == Notification(.leadCreated, .lead))
    }

    @Test(
        arguments: [(nil, false, false), (9, true, false), (9, false, true)]
            as [(Int64?, Bool, Bool)])
    func `a lead's first referral makes a referrer`(
        referredBy: Int64?, hasReferred: Bool, isTold: Bool
    ) {
        let referrer = Party(
            id: ID(50), joinedAt: noon, referredBy: referredBy.map { ID($0) },
            hasReferred: hasReferred)
        let response = due(facts(lead: .new, referrer: referrer))
        #expect(response.contains(Notification(.affiliateCreated, .referrer)) == isTold)
        #expect(!due(facts(referrer: referrer)).map(\.type).contains(.affiliateCreated))
    }

    @Test(
        arguments: [
            (CouponPool(unused: 5, lowMark: 2), nil),
            (CouponPool(unused: 3, lowMark: 2), .couponPoolLow),
            (CouponPool(unused: 2, lowMark: 2), nil),
            (CouponPool(unused: 1, lowMark: 2), .couponPoolExhausted),
            (CouponPool(unused: 1, lowMark: 0), .couponPoolExhausted),
            (CouponPool(unused: 0, lowMark: 2), .couponPoolExhausted),
            (CouponPool(unused: 0, waiting: 1, lowMark: 2), nil),
        ] as [(CouponPool, NotificationType?)])
    func `a pool's marks are reported when they are crossed`(
        pool: CouponPool, notice: NotificationType?
    ) {
        let response = due(facts(pool: pool)).map(\.type).filter {
            $0 == .couponPoolLow || $0 == .couponPoolExhausted
        }
        #expect(response == (notice.map { [$0] } ?? []))
    }

    @Test func `a refund tells of the conversion and of each reward it changed`() {
        var account = Account()
        let refund = Reversal(.refund, amount: 2500, occurredAt: noon)
        let facts = account.facts(refund)
        #expect(
            account.take(refund).notifications(for: facts) == [
                Notification(.conversionUpdated, .conversion),
                Notification(.rewardUpdated, .granted(ID(1))),
            ])
        let again = Reversal(.refundTotal, amount: 2500, occurredAt: noon)
        #expect(reverse(account.facts(again)).notifications(for: account.facts(again)).isEmpty)
    }

    @Test(arguments: [RewardStatus.inReview, .pending, .waitingStock, .revoked])
    func `a reward is issued once, and updated ever after`(was: RewardStatus) {
        let reward = Account.credit(was)
        let change = RewardChange(reward: reward.id, status: .issued)
        #expect(
            [change].notifications(were: [reward]) == [
                Notification(was == .revoked ? .rewardUpdated : .rewardIssued, .granted(reward.id))
            ])
    }
}
