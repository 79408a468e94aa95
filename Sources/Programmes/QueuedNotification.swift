import Database
import Declarations
import Ledger
import Outbound
import Storage

/// A notification in the outbox, with the body that it would have if it were sent now.
package struct QueuedNotification: Equatable, Sendable {
    /// The name of the webhook.
    package let webhook: String
    /// The type of the notification.
    package let type: String
    /// Nil if the subject is gone.
    package let body: [UInt8]?
}

extension DeclarationLoader {
    /// All notifications queued for webhooks, in the order of the queue.
    package func notifications(_ store: Store) throws -> [QueuedNotification] {
        let campaigns = try load(store).campaigns.mapValues(\.note)
        var dialects: [String: WebhookDeclaration.Dialect] = [:]
        for row in try store.catalog.webhooks() {
            dialects[row.name] =
                (try? WebhookDeclaration.read(stored: Array(row.document.utf8)))?.dialect
        }
        var notifications: [QueuedNotification] = []
        for delivery in try store.queuedDeliveries() {
            let body = try NotificationPreview.body(
                of: delivery, in: dialects[delivery.webhook] ?? .standard,
                campaigns: campaigns, store)
            notifications.append(
                QueuedNotification(
                    webhook: delivery.webhook, type: delivery.type.text, body: body))
        }
        return notifications
    }
}
