import Database
import Declarations
import Inbound
import Outbound
import Storage

/// A notification in the outbox, as its webhook would be told it now.
package struct QueuedNotification: Equatable, Sendable {
    package let webhook: String
    package let type: String
    /// Nil where what it is about is gone.
    package let body: [UInt8]?
}

extension ProgrammeLoader {
    /// Everything that was queued for webhooks, in its order.
    package func notifications(_ store: Store) throws -> [QueuedNotification] {
        let campaigns = try load(store).campaigns.mapValues(\.note)
        var dialects: [String: WebhookDeclaration.Dialect] = [:]
        for row in try store.catalog.webhooks() {
            dialects[row.name] =
                (try? WebhookDeclaration.read(stored: Array(row.document.utf8)))?.dialect
        }
        var notifications: [QueuedNotification] = []
        for delivery in try store.queuedDeliveries() {
            let body = try Preview.body(
                of: delivery, in: dialects[delivery.webhook] ?? .standard,
                campaigns: campaigns, store)
            notifications.append(
                QueuedNotification(
                    webhook: delivery.webhook, type: delivery.type, body: body))
        }
        return notifications
    }
}
