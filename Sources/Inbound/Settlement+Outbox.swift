import Referrals
import SQLite
import Storage
import Time

/// A notification whose subject has its number.
struct DueNotification: Equatable {
    var type: NotificationType
    var subject: Int64
    /// Where the person it is about came from: webhooks may ask for some sources only.
    var userSource: String?
}

extension Settlement {
    /// Queues notifications for every webhook that wants them, in the transaction that gives rise to them.
    /// A notification has one number, whichever webhooks it goes to.
    func queue(
        _ due: [DueNotification], _ campaign: CampaignSettings, _ now: Instant
    ) throws(SettlementError) {
        var ids: [Int64?] = Array(repeating: nil, count: due.count)
        for webhook in programme.webhooks {
            var entries: [DeliveryTable.Entry] = []
            for index in due.indices {
                let notification = due[index]
                guard
                    webhook.wants(
                        notification.type, campaign: campaign.version.rules.id,
                        account: campaign.account, userSource: notification.userSource)
                else { continue }
                let id = ids[index] ?? store.nextNotification()
                ids[index] = id
                entries.append(
                    DeliveryTable.Entry(
                        id: id, type: notification.type.rawValue, subject: notification.subject))
            }
            guard !entries.isEmpty else { continue }
            try stored { () throws(SQLiteError) in
                try store.deliveries.queue(entries, for: webhook.id, at: now)
            }
        }
    }
}
