import Database
import Referrals
import Storage
import Time

/// A notification whose subject has its number.
struct DueNotification: Equatable {
    var type: NotificationType
    var subject: Int64
    /// The source of the person that the notification is about: webhooks may subscribe to some
    /// sources only.
    var userSource: String?
}

extension EventProcessor {
    /// Queues the notification about a campaign's pool, if subscribers do not have it yet.
    package func notifyPool(
        _ notice: NotificationType?, _ campaign: CampaignSettings, _ now: Instant
    ) throws(StorageError) {
        guard let notice, !declarations.webhooks.isEmpty, try isNew(notice, campaign)
        else { return }
        let id = campaign.version.id
        try queue(
            [DueNotification(type: notice, subject: id.number)], of: id, account: campaign.account,
            now)
    }

    /// True if subscribers do not have the notification about a pool yet: an exhaustion lasts until
    /// the pool is filled.
    func isNew(
        _ notice: NotificationType, _ campaign: CampaignSettings
    ) throws(StorageError) -> Bool {
        guard notice == .couponPoolExhausted else { return true }
        return try pools.noteExhaustion(of: campaign.version.id)
    }

    /// Queues notifications for every subscribed webhook, in the transaction that causes them. A
    /// notification has one number, whichever webhooks it goes to.
    ///
    /// - Parameters:
    ///   - campaign: The campaign that they are about, if known.
    ///   - isMeant: False for webhooks that get none of them.
    func queue(
        _ due: [DueNotification], of campaign: ID<Campaign>?, account: ID<Account>, _ now: Instant,
        where isMeant: (WebhookSettings) -> Bool = { _ in true }
    ) throws(StorageError) {
        var ids: [Int64?] = Array(repeating: nil, count: due.count)
        for webhook in declarations.webhooks where isMeant(webhook) {
            var entries: [DeliveryTable.Entry] = []
            for index in due.indices {
                let notification = due[index]
                guard
                    webhook.wants(
                        notification.type, campaign: campaign, account: account,
                        userSource: notification.userSource)
                else { continue }
                let known = ids[index]
                let id = if let known { known } else { try store.numbers.nextNotification() }
                ids[index] = id
                entries.append(
                    DeliveryTable.Entry(
                        id: id, type: notification.type, subject: notification.subject))
            }
            guard !entries.isEmpty else { continue }
            try store.deliveries.queue(entries, for: webhook.id, at: now)
        }
    }
}
