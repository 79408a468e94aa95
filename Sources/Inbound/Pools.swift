import Referrals
import SQLite
import Storage

/// What is left in the coupon pools, remembered between transactions of one writer.
///
/// Only a memory: a coupon is claimed by a conditional update, so a memory that is out of date costs a
/// look, never a coupon given twice. To be forgotten after a rollback and after another's commit.
final class Pools {
    private struct Pool {
        var unused: Int
        var waiting: Int
        /// The next coupons to give out, the first one last.
        var next: [ID<Coupon>] = []
    }

    private let store: Store
    private var pools: [ID<Campaign>: Pool] = [:]

    /// With so many left operators are told that a pool is low.
    private static let lowMark = 10
    /// Coupons looked up ahead; one look for so many claims.
    private static let lookAhead = 256

    init(_ store: Store) { self.store = store }

    func forget() { pools.removeAll(keepingCapacity: true) }

    func state(of campaign: ID<Campaign>) throws(SQLiteError) -> CouponPool {
        let pool = try pool(of: campaign)
        return CouponPool(unused: pool.unused, waiting: pool.waiting, lowMark: Self.lowMark)
    }

    /// Takes the campaign's next coupon for a reward; nil where there is none left.
    func take(
        in campaign: ID<Campaign>, as state: CouponState, for reward: ID<Reward>
    ) throws(SQLiteError) -> ID<Coupon>? {
        // Taken out while it is changed, so that its list is not copied.
        var pool = try pool(of: campaign)
        pools[campaign] = nil
        while true {
            if pool.next.isEmpty {
                pool.next = try store.coupons.available(in: campaign, limit: Self.lookAhead)
                pool.next.reverse()
            }
            guard let coupon = pool.next.popLast() else {
                pool.unused = 0
                pools[campaign] = pool
                return nil
            }
            guard try store.coupons.claim(coupon, as: state, for: reward) else { continue }
            pool.unused -= 1
            pools[campaign] = pool
            return coupon
        }
    }

    func noteWaiting(_ change: Int, in campaign: ID<Campaign>) {
        pools[campaign]?.waiting += change
    }

    /// A reserved coupon went back: the memory of the order no longer holds, that of the number does. The
    /// pool is not counted again, which takes longer the larger it is.
    func noteReturn(in campaign: ID<Campaign>) {
        pools[campaign]?.next = []
        pools[campaign]?.unused += 1
    }

    private func pool(of campaign: ID<Campaign>) throws(SQLiteError) -> Pool {
        if let known = pools[campaign] { return known }
        let pool = Pool(
            unused: try store.coupons.availableCount(in: campaign),
            waiting: try store.rewards.waitingCount(in: campaign))
        pools[campaign] = pool
        return pool
    }
}
