import Database
import SQLite

// The parts of storage that keep nothing between two calls, each over the store's own connection.
extension Store {
    /// Numbers of rows in the order of a list, and the times of rows.
    package var listing: Listing { Listing(connection) }

    /// Notes of operators' work: reviews, kept answers, archived and deleted declarations.
    package var records: OperatorRecords { OperatorRecords(connection) }

    /// Deliveries and their attempts, as operators see them.
    package var log: DeliveryLog { DeliveryLog(connection) }

    /// Events and people found by any of their names.
    package var lookup: Lookup { Lookup(connection) }

    /// Coupons one by one, and the counts of pools.
    package var couponListing: CouponListing { CouponListing(connection) }

    /// Orders for coupon codes that are made after a pattern.
    package var couponOrders: CouponOrders { CouponOrders(connection) }

    /// Cancellations of a deleted webhook's deliveries.
    package var cancellations: Cancellations { Cancellations(connection) }

    /// The rows and rules that an audit compares.
    package var audit: AuditTables { AuditTables(connection: connection) }

    /// All deliveries that wait or are under way, in the order of the outbox.
    package func queuedDeliveries() throws(StorageError) -> [QueuedDelivery] {
        try QueuedDelivery.all(connection)
    }

    /// Writes a copy of the database, as it is at one moment, into a file that is absent or empty. Others go on
    /// to read and write meanwhile.
    package func backUp(to path: String) throws(StorageError) {
        try Backup.write(of: connection, to: path)
    }
}
