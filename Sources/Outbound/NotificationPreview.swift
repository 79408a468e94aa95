import Database
import Declarations
import Referrals
import Storage
import Time

/// The body that a notification would have if it were sent for the first time now.
package enum NotificationPreview {
    /// The body in the form of a webhook; nil if its subject is gone.
    package static func body(
        of delivery: DeliveryLog.Row, in form: NotificationForm,
        campaigns: [ID<Campaign>: CampaignNote], _ store: Store
    ) throws(StorageError) -> [UInt8]? {
        try body(
            of: QueuedDelivery(
                webhook: "", id: delivery.id, type: delivery.type, subject: delivery.subject,
                createdAt: delivery.createdAt), in: form, campaigns: campaigns, store)
    }

    /// The body in the form of a webhook; nil if its subject is gone.
    package static func body(
        of delivery: QueuedDelivery, in form: NotificationForm,
        campaigns: [ID<Campaign>: CampaignNote], _ store: Store
    ) throws(StorageError) -> [UInt8]? {
        var loader = ContextLoader(store, campaigns: campaigns)
        guard let type = delivery.type.value,
            let context = try loader.context(of: type, subject: delivery.subject)
        else { return nil }
        let tag = try store.catalog.meta(OutboxRecorder.tagName) ?? ""
        return NotificationBody(
            id: NotificationName.text(of: delivery.id, tag: tag), type: type,
            createdAt: delivery.createdAt, context: context,
            campaign: context.campaignID.flatMap { campaigns[$0] }
        ).body(in: form)
    }
}
