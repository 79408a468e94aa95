import Database
import Referrals

/// The campaigns' pools of coupons. A coupon changes its owner by conditional updates whose counts
/// are checked.
package final class CouponTable {
    private let available, count, claim, set, ofReward, insert, stateOfCode: any Statement
    private let noteExhaustion, endExhaustion, give, standing: any Statement
    /// The numbers of coupons by state.
    package let counts: CouponCounts
    private let states: RareStates

    init(_ session: any Session) throws(StorageError) {
        counts = try CouponCounts(session)
        states = RareStates(session)
        available = try session.prepare(
            """
            SELECT id FROM coupons WHERE campaign_id = ?1 AND state = 'available' ORDER BY id LIMIT ?2
            """)
        count = try session.prepare(
            """
            SELECT count(*) FROM
                (SELECT 1 FROM coupons WHERE campaign_id = ?1 AND state = 'available' LIMIT ?2)
            """)
        claim = try session.prepare(
            """
            UPDATE coupons SET state = ?2, reward_id = ?3 WHERE id = ?1 AND state = 'available'
            """)
        set = try session.prepare(
            """
            UPDATE coupons SET state = ?2, reward_id = CASE WHEN ?2 = 'available' THEN NULL
                ELSE reward_id END
            WHERE reward_id = ?1 AND state <> 'voided' AND state = ?3 RETURNING campaign_id, id
            """)
        ofReward = try session.prepare(
            "SELECT code, state FROM coupons WHERE reward_id = ?1 AND state <> 'voided'")
        insert = try session.prepare(
            "INSERT INTO coupons(campaign_id, code, state) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
        )
        give = try session.prepare(
            """
            INSERT INTO coupons(campaign_id, code, state, reward_id) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (campaign_id, code)
            DO UPDATE SET state = excluded.state, reward_id = excluded.reward_id
            WHERE coupons.state = 'available'
                OR (coupons.state = 'voided' AND coupons.reward_id IS NULL)
            """)
        standing = try session.prepare(
            """
            SELECT CASE WHEN state = 'available' OR (state = 'voided' AND reward_id IS NULL)
                THEN 1 ELSE 0 END
            FROM coupons WHERE campaign_id = ?1 AND code = ?2
            """)
        stateOfCode = try session.prepare(
            "SELECT state, id FROM coupons WHERE campaign_id = ?1 AND code = ?2")
        noteExhaustion = try session.prepare(
            "INSERT INTO exhausted_pools(campaign_id) VALUES (?1) ON CONFLICT DO NOTHING")
        endExhaustion = try session.prepare(
            "DELETE FROM exhausted_pools WHERE campaign_id = ?1")
    }

    /// True if a campaign's pool has a code, in any state.
    package func contains(_ code: String, in campaign: ID<Campaign>) throws(StorageError) -> Bool {
        try find(code, in: campaign) != nil
    }

    private func find(
        _ code: String, in campaign: ID<Campaign>
    ) throws(StorageError) -> (state: CouponState, id: Int64)? {
        try stateOfCode.bind(1, campaign)
        try stateOfCode.bind(2, code)
        guard try stateOfCode.step() else { return nil }
        defer { stateOfCode.reset() }
        return (CouponState(rawValue: stateOfCode.text(0)) ?? .voided, stateOfCode.integer(1))
    }

    /// The next unused coupons of a campaign, in the order of the pool.
    package func available(
        in campaign: ID<Campaign>, limit: Int
    ) throws(StorageError) -> [ID<Coupon>] {
        try available.bind(1, campaign)
        try available.bind(2, limit)
        var ids: [ID<Coupon>] = []
        while try available.step() { ids.append(available.id(0)) }
        return ids
    }

    /// The number of unused coupons, counted up to a bound.
    package func availableCount(
        in campaign: ID<Campaign>, atMost bound: Int
    ) throws(StorageError) -> Int {
        try count.bind(1, campaign)
        try count.bind(2, bound)
        _ = try count.step()
        defer { count.reset() }
        return Int(count.integer(0))
    }

    /// Gives an available coupon to a reward; returns false if it is no longer available.
    ///
    /// - Parameter campaign: The campaign of the coupon.
    package func claim(
        _ id: ID<Coupon>, in campaign: ID<Campaign>, as state: CouponState, for reward: ID<Reward>
    ) throws(StorageError) -> Bool {
        try claim.bind(1, id)
        try claim.bind(2, state.rawValue)
        try claim.bind(3, reward)
        guard try claim.runCountingChanges() == 1 else { return false }
        counts.move(from: .available, to: state, in: campaign)
        return true
    }

    /// Changes the state of a reward's coupon; returns false if it has none in the expected state.
    package func set(
        _ state: CouponState, ofReward reward: ID<Reward>, was: CouponState
    ) throws(StorageError) -> Bool {
        precondition(was.canBecome(state), "a coupon goes from \(was) to \(state)")
        try set.bind(1, reward)
        try set.bind(2, state.rawValue)
        try set.bind(3, was.rawValue)
        guard try set.step() else { return false }
        defer { set.reset() }
        let (campaign, id) = (set.id(0) as ID<Campaign>, set.integer(1))
        counts.move(from: was, to: state, in: campaign)
        try states.move(id, from: was, to: state, of: campaign.number)
        return true
    }

    /// The coupon of a reward, unless it is voided.
    package func find(
        ofReward reward: ID<Reward>
    ) throws(StorageError) -> (code: String, state: CouponState)? {
        try ofReward.bind(1, reward)
        guard try ofReward.step() else { return nil }
        defer { ofReward.reset() }
        return (ofReward.text(0), CouponState(rawValue: ofReward.text(1)) ?? .voided)
    }

    /// Notes that a pool is exhausted; returns false if that was noted before.
    package func noteExhaustion(of campaign: ID<Campaign>) throws(StorageError) -> Bool {
        try noteExhaustion.bind(1, campaign)
        return try noteExhaustion.runCountingChanges() == 1
    }

    /// Notes that a pool is filled again.
    package func endExhaustion(of campaign: ID<Campaign>) throws(StorageError) {
        try endExhaustion.bind(1, campaign)
        try endExhaustion.run()
    }

    /// Adds a code to a campaign's pool; returns false if the pool has it. A spent coupon is never
    /// given.
    package func add(
        _ code: String, to campaign: ID<Campaign>, isSpent: Bool = false
    ) throws(StorageError) -> Bool {
        let state = isSpent ? CouponState.voided : .available
        try insert.bind(1, campaign)
        try insert.bind(2, code)
        try insert.bind(3, state.rawValue)
        guard try insert.runCountingChanges() == 1 else { return false }
        counts.add(1, to: state, in: campaign)
        if isSpent, let coupon = try find(code, in: campaign) {
            try states.enter(coupon.state, coupon.id, of: campaign.number)
        }
        return true
    }

    /// Adds a coupon that another system gave, as that of a reward; one that the pool has, and that
    /// no reward has had, is taken from it. Returns false if another reward has the coupon.
    package func give(
        _ code: String, of campaign: ID<Campaign>, as state: CouponState, to reward: ID<Reward>
    ) throws(StorageError) -> Bool {
        try give.bind(1, campaign)
        try give.bind(2, code)
        try give.bind(3, state.rawValue)
        try give.bind(4, reward)
        let former = try find(code, in: campaign)
        guard try give.runCountingChanges() == 1 else { return false }
        if let former { counts.add(-1, to: former.state, in: campaign) }
        counts.add(1, to: state, in: campaign)
        if let coupon = try find(code, in: campaign) {
            try states.move(coupon.id, to: state, of: campaign.number)
        }
        return true
    }

    /// True if a past reward can have a code: the pool lacks it, or has it and no reward has had it.
    package func canGive(_ code: String, of campaign: ID<Campaign>) throws(StorageError) -> Bool {
        try standing.bind(1, campaign)
        try standing.bind(2, code)
        guard try standing.step() else { return true }
        defer { standing.reset() }
        return standing.integer(0) != 0
    }
}
