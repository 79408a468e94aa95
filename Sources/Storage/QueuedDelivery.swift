import Database
import Referrals
import Time

/// One notification in the outbox, for readers outside the sender.
package struct QueuedDelivery: Equatable, Sendable {
    /// The name of the webhook.
    package let webhook: String
    /// The number of the notification.
    package let id: Int64
    /// The type of the notification.
    package let type: Stored<NotificationType>
    /// The number of the subject; see `DeliveryTable.Entry`.
    package let subject: Int64
    /// The time of queueing.
    package let createdAt: Instant

    package init(
        webhook: String, id: Int64, type: Stored<NotificationType>, subject: Int64,
        createdAt: Instant
    ) {
        self.webhook = webhook
        self.id = id
        self.type = type
        self.subject = subject
        self.createdAt = createdAt
    }

    /// All queued deliveries, in the order in which they were queued.
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
                    webhook: statement.text(0), id: statement.integer(1),
                    type: Stored(statement.text(2)),
                    subject: statement.integer(3),
                    createdAt: Instant(clampingMicroseconds: statement.integer(4))))
        }
        return queued
    }
}
