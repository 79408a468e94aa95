import Database
import Referrals
import Time

/// Orders of codes that are made after a pattern, in as many transactions as it takes. An order is
/// in the table until all of its codes are in the pool, so that an interrupted one can be
/// completed.
package final class CouponOrders {
    /// An order and its progress.
    package struct Order: Equatable, Sendable {
        /// The order's number.
        package var id: Int64
        /// The campaign whose pool gets the codes.
        package var campaign: ID<Campaign>
        /// The pattern of the codes.
        package var pattern: String
        /// The number of codes ordered.
        package var count: Int
        /// The number of codes made so far.
        package var made: Int
        /// The number of drawn codes that were in the pool already.
        package var known: Int
        /// The fingerprint of the request, if it had an Idempotency-Key.
        package var fingerprint: [UInt8]?
        /// True if the request had an Idempotency-Key.
        package var hasKey: Bool
    }

    private let session: any Session

    init(_ session: any Session) { self.session = session }

    /// Stores an order. Returns its number.
    package func add(
        _ count: Int, of pattern: String, to campaign: ID<Campaign>, account: ID<Account>,
        key: String?, fingerprint: [UInt8]?, at now: Instant
    ) throws(StorageError) -> Int64 {
        let insert = try session.prepare(
            """
            INSERT INTO coupon_orders(account_id, campaign_id, pattern, count, key, fingerprint,
                created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
        try insert.bind(1, account)
        try insert.bind(2, campaign)
        try insert.bind(3, pattern)
        try insert.bind(4, count)
        try insert.bind(5, key)
        try insert.bind(6, fingerprint)
        try insert.bind(7, now.microseconds)
        return try insert.runReturningRowID()
    }

    /// An order by its number.
    package func find(_ id: Int64) throws(StorageError) -> Order? {
        let statement = try session.prepare(
            """
            SELECT id, campaign_id, pattern, count, made, known, fingerprint, key IS NOT NULL
            FROM coupon_orders WHERE id = ?1
            """)
        try statement.bind(1, id)
        return try Self.first(statement)
    }

    /// The order of a request with an Idempotency-Key.
    package func find(key: String, account: ID<Account>) throws(StorageError) -> Order? {
        let statement = try session.prepare(
            """
            SELECT id, campaign_id, pattern, count, made, known, fingerprint, key IS NOT NULL
            FROM coupon_orders WHERE account_id = ?1 AND key = ?2
            """)
        try statement.bind(1, account)
        try statement.bind(2, key)
        return try Self.first(statement)
    }

    /// The oldest order after another one that lacks codes.
    package func firstOpen(after id: Int64) throws(StorageError) -> Order? {
        let statement = try session.prepare(
            """
            SELECT id, campaign_id, pattern, count, made, known, fingerprint, key IS NOT NULL
            FROM coupon_orders \(sqlite: "INDEXED BY coupon_orders_open") WHERE made < count AND id > ?1
            ORDER BY id LIMIT 1
            """)
        try statement.bind(1, id)
        return try Self.first(statement)
    }

    /// Stores the progress of an order.
    package func update(_ order: Order) throws(StorageError) {
        let update = try session.prepare(
            "UPDATE coupon_orders SET made = ?2, known = ?3 WHERE id = ?1")
        try update.bind(1, order.id)
        try update.bind(2, order.made)
        try update.bind(3, order.known)
        try update.run()
    }

    /// Removes an order.
    package func remove(_ id: Int64) throws(StorageError) {
        let delete = try session.prepare("DELETE FROM coupon_orders WHERE id = ?1")
        try delete.bind(1, id)
        try delete.run()
    }

    /// Removes complete orders whose requests were not repeated for a long time.
    package func removeComplete(before horizon: Instant) throws(StorageError) {
        let delete = try session.prepare(
            "DELETE FROM coupon_orders WHERE made >= count AND created_at < ?1")
        try delete.bind(1, horizon.microseconds)
        try delete.run()
    }

    private static func first(_ statement: any Statement) throws(StorageError) -> Order? {
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return Order(
            id: statement.integer(0), campaign: statement.id(1),
            pattern: statement.text(2), count: Int(statement.integer(3)),
            made: Int(statement.integer(4)), known: Int(statement.integer(5)),
            fingerprint: statement.optionalBytes(6), hasKey: statement.integer(7) != 0)
    }
}
