import Database
import Referrals

/// Cancellations of deleted webhooks' deliveries, each in as many transactions as it takes. A
/// webhook is in the table until that is done, so that an interrupted cancellation can be
/// completed.
package final class Cancellations {
    private let session: any Session

    init(_ session: any Session) { self.session = session }

    /// Begins the cancellation of a webhook's deliveries.
    package func begin(_ webhook: ID<Webhook>) throws(StorageError) {
        let insert = try session.prepare(
            "INSERT INTO cancellations(webhook_id, first) VALUES (?1, 0) ON CONFLICT DO NOTHING")
        try insert.bind(1, webhook)
        try insert.run()
    }

    /// The first webhook after another one whose deliveries are not all cancelled.
    package func first(after webhook: ID<Webhook>) throws(StorageError) -> ID<Webhook>? {
        let statement = try session.prepare(
            """
            SELECT webhook_id FROM cancellations WHERE webhook_id > ?1 ORDER BY webhook_id LIMIT 1
            """)
        try statement.bind(1, webhook)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return statement.id(0)
    }

    /// Cancels a webhook's waiting deliveries, a page at a time.
    ///
    /// - Parameter isOver: Called after each page; true ends the work of this transaction.
    /// - Returns: True if more deliveries remain.
    package func advance(
        _ webhook: ID<Webhook>, isOver: () -> Bool
    ) throws(StorageError) -> Bool {
        guard var first = try first(of: webhook) else { return false }
        let log = DeliveryLog(session)
        while let next = try log.cancelWaiting(of: webhook, from: first) {
            first = next
            guard isOver() else { continue }
            try setFirst(first, of: webhook)
            return true
        }
        let delete = try session.prepare("DELETE FROM cancellations WHERE webhook_id = ?1")
        try delete.bind(1, webhook)
        try delete.run()
        return false
    }

    private func first(of webhook: ID<Webhook>) throws(StorageError) -> Int64? {
        let statement = try session.prepare(
            "SELECT first FROM cancellations WHERE webhook_id = ?1")
        try statement.bind(1, webhook)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return statement.integer(0)
    }

    private func setFirst(_ first: Int64, of webhook: ID<Webhook>) throws(StorageError) {
        let update = try session.prepare(
            "UPDATE cancellations SET first = ?2 WHERE webhook_id = ?1")
        try update.bind(1, webhook)
        try update.bind(2, first)
        try update.run()
    }
}
