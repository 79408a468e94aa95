import Database
import Referrals

/// A campaign's pool as operators see it: its coupons and its counts.
package final class CouponListing {
    /// A coupon of a pool.
    package struct Row: Equatable, Sendable {
        /// The coupon's number.
        package var id: Int64
        /// The number of its campaign.
        package var campaign: ID<Campaign>
        /// The code that buyers enter.
        package var code: String
        /// The present state.
        package var state: CouponState
        /// The reward that has the coupon.
        package var reward: Int64?
    }

    /// The counts of a pool.
    package struct Stock: Equatable, Sendable {
        /// The number of coupons in each state.
        package var counts: [CouponState: Int] = [:]
        /// The number of rewards that wait for a coupon.
        package var waiting = 0
    }

    private let session: any Session
    private let counts: CouponCounts

    init(_ session: any Session, _ counts: CouponCounts) {
        self.session = session
        self.counts = counts
    }

    /// A coupon of a campaign by its number.
    package func coupon(_ id: Int64, of campaign: ID<Campaign>) throws(StorageError) -> Row? {
        let statement = try session.prepare(
            """
            SELECT id, campaign_id, code, state, reward_id FROM coupons
            WHERE id = ?1 AND campaign_id = ?2
            """)
        try statement.bind(1, id)
        try statement.bind(2, campaign)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return Self.row(statement)
    }

    /// The counts of a campaign's pool.
    package func stock(of campaign: ID<Campaign>) throws(StorageError) -> Stock {
        var stock = Stock(counts: try counts.counts(of: campaign))
        let waiting = try session.prepare(
            """
            SELECT count(*) FROM rewards WHERE status = 'waiting_stock' AND campaign_reward_id IN
                (SELECT id FROM campaign_rewards WHERE campaign_id = ?1)
            """)
        try waiting.bind(1, campaign)
        if try waiting.step() { stock.waiting = Int(waiting.integer(0)) }
        waiting.reset()
        return stock
    }

    /// Voids a coupon of a campaign. Returns false if a reward has it.
    package func void(_ id: Int64, of campaign: ID<Campaign>) throws(StorageError) -> Bool {
        let update = try session.prepare(
            """
            UPDATE coupons SET state = 'voided'
            WHERE id = ?1 AND campaign_id = ?2 AND state = 'available'
            """)
        try update.bind(1, id)
        try update.bind(2, campaign)
        guard try update.runCountingChanges() == 1 else { return false }
        counts.move(from: .available, to: .voided, in: campaign)
        try RareStates(session).enter(CouponState.voided, id, of: campaign.number)
        return true
    }

    private static func row(_ statement: any Statement) -> Row {
        Row(
            id: statement.integer(0), campaign: statement.id(1), code: statement.text(2),
            state: CouponState(rawValue: statement.text(3)) ?? .voided,
            reward: statement.optionalInteger(4))
    }
}
