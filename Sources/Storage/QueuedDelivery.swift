import Database
import Time

/// One notification in the outbox, for whoever looks at it from outside.
package struct QueuedDelivery: Equatable, Sendable {
    package let webhook: String
    package let id: Int64
    package let type: String
    /// The number of what it is about; see `DeliveryTable.Entry`.
    package let subject: Int64
    package let createdAt: Instant

    /// All of them in the order in which they were queued.
    static func all(_ session: any Session) throws(StorageError) -> [QueuedDelivery] {
        let statement = try session.prepare(
            """
            SELECT w.name, d.id, d.type, d.subject, d.created_at FROM deliveries d
            JOIN webhooks w ON w.id = d.webhook_id ORDER BY d.id, w.id
            """)
        var queued: [QueuedDelivery] = []
        while try statement.step() {
            queued.append(
                QueuedDelivery(
                    webhook: statement.text(0), id: statement.integer(1), type: statement.text(2),
                    subject: statement.integer(3),
                    createdAt: Instant(clampingMicroseconds: statement.integer(4))))
        }
        return queued
    }
}
