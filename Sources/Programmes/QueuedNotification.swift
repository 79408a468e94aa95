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
        var forms: [String: NotificationForm] = [:]
        for row in try store.catalog.webhooks() {
            forms[row.name] =
                (try? WebhookDeclaration.read(stored: Array(row.document.utf8)))
                .map { NotificationForm(of: $0) }
        }
        var notifications: [QueuedNotification] = []
        for delivery in try store.queuedDeliveries() {
            let body = try NotificationPreview.body(
                of: delivery, in: forms[delivery.webhook] ?? NotificationForm(.standard),
                campaigns: campaigns, store)
            notifications.append(
                QueuedNotification(
                    webhook: delivery.webhook, type: delivery.type.text, body: body))
        }
        return notifications
    }
}
