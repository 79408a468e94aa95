import Database
import Referrals
import Storage

/// The stock of the coupon pools, kept between transactions of one writer.
///
/// It is only a cache: a coupon is claimed by a conditional update, so an outdated entry costs a
/// query, and never gives a coupon twice. It must be cleared after a rollback and after another
/// connection's commit.
package final class Pools: ForgettableRows {
    /// A count that stops at a bound, so that a large pool takes no longer to count than a small
    /// one.
    private struct Count {
        private(set) var number: Int
        private var isWhole: Bool

        /// The bound at which a count stops.
        static let bound = 8_000
        /// The least count that is trusted after a stop: far more than one event can take. A
        /// stopped count that falls to it is taken again.
        private static let least = 1_000

        init(_ number: Int) {
            self.number = number
            isWhole = number < Self.bound
        }

        var isUsable: Bool { isWhole || number > Self.least }

        mutating func change(by change: Int) { number += change }
    }

    private struct Pool {
        var unused: Count
        var waiting: Count
        /// The next coupons to give out, the first one last.
        var next: [ID<Coupon>] = []
    }

    private let store: Store
    private var registration: WriterMemory.Registration?
    private var pools: [ID<Campaign>: Pool] = [:]
    /// The pools noted as exhausted, as far as known.
    private var exhausted: Set<ID<Campaign>> = []

    /// The number of coupons left at which operators are notified that a pool is low.
    private static let lowMark = 10
    /// The number of coupons read ahead by one query.
    private static let lookAhead = 256

    init(_ store: Store) {
        self.store = store
        registration = store.memory.register(self)
    }

    /// Clears the cache; it is filled again from the tables.
    package func forget() {
        pools.removeAll(keepingCapacity: true)
        exhausted.removeAll(keepingCapacity: true)
    }

    /// Notes that a pool is exhausted, until it is filled again. Returns false if that was noted
    /// before.
    func noteExhaustion(of campaign: ID<Campaign>) throws(StorageError) -> Bool {
        guard exhausted.insert(campaign).inserted else { return false }
        return try store.coupons.noteExhaustion(of: campaign)
    }

    /// Drops the entry of a campaign after one of its coupons was changed without this type.
    package func forget(_ campaign: ID<Campaign>) { pools[campaign] = nil }

    /// The state of a pool. The counts of coupons and of waiting rewards stop at a bound above the
    /// needs of one event. If both stop, a new reward waits: the coupons go to the rewards that
    /// wait already.
    package func state(of campaign: ID<Campaign>) throws(StorageError) -> CouponPool {
        let pool = try pool(of: campaign)
        return CouponPool(
            unused: pool.unused.number, waiting: pool.waiting.number, lowMark: Self.lowMark)
    }

    /// Adds a code to a campaign's pool. Returns false if the pool has it. A spent coupon is never
    /// given.
    package func add(
        _ code: String, to campaign: ID<Campaign>, isSpent: Bool = false
    ) throws(StorageError) -> Bool {
        guard try store.coupons.add(code, to: campaign, isSpent: isSpent) else { return false }
        guard !isSpent else { return true }
        exhausted.remove(campaign)
        // The coupon comes after all others in the order of the pool.
        pools[campaign]?.unused.change(by: 1)
        return true
    }

    /// Takes the campaign's next coupon for a reward. Returns nil if none is left.
    func take(
        in campaign: ID<Campaign>, as state: CouponState, for reward: ID<Reward>
    ) throws(StorageError) -> ID<Coupon>? {
        // Removed while it is changed, so that its list is not copied.
        var pool = try pool(of: campaign)
        pools[campaign] = nil
        var isJustRead = false
        while true {
            if pool.next.isEmpty {
                isJustRead = true
                pool.next = try store.coupons.available(in: campaign, limit: Self.lookAhead)
                pool.next.reverse()
            }
            guard let coupon = pool.next.popLast() else {
                pool.unused = Count(0)
                pools[campaign] = pool
                return nil
            }
            guard try store.coupons.claim(coupon, in: campaign, as: state, for: reward) else {
                // In one transaction the table and its index can differ only if the file is
                // damaged. The same coupons would be read again without end.
                if isJustRead { throw .damaged }
                continue
            }
            pool.unused.change(by: -1)
            pools[campaign] = pool
            return coupon
        }
    }

    func noteWaiting(_ change: Int, in campaign: ID<Campaign>) {
        pools[campaign]?.waiting.change(by: change)
    }

    /// Notes that a reserved coupon went back: the cached order no longer holds, the count does. If
    /// a reward waits for a coupon, it gets this one, and the pool stays exhausted.
    func noteReturn(in campaign: ID<Campaign>) throws(StorageError) {
        pools[campaign]?.next = []
        pools[campaign]?.unused.change(by: 1)
        guard try pool(of: campaign).waiting.number == 0 else { return }
        exhausted.remove(campaign)
        try store.coupons.endExhaustion(of: campaign)
    }

    private func pool(of campaign: ID<Campaign>) throws(StorageError) -> Pool {
        let known = pools[campaign]
        if let known, known.unused.isUsable, known.waiting.isUsable { return known }
        let pool = Pool(
            unused: Count(
                try store.coupons.availableCount(in: campaign, atMost: Count.bound)),
            waiting: Count(try store.rewards.waitingCount(in: campaign, atMost: Count.bound)),
            next: known?.next ?? [])
        pools[campaign] = pool
        return pool
    }
}
