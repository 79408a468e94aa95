import Crypto
import Database
import Declarations
import JSON
import Referrals
import Storage
import Time

/// Writes the sender's records; called on the writer's thread, inside a transaction.
package enum OutboxRecorder {
    /// The effect of a record on the declarations: if they have changed, they must be read again.
    package enum Effect: Equatable, Sendable {
        case none, declarationsChanged
        /// Only a part of the recovery was written: the same records must be written again.
        case recoversMore
    }

    /// The largest number of attempts recovered in one transaction.
    static let mostRecovered = 256

    /// The key under which the tag is stored that distinguishes this database's notifications from
    /// others'.
    static let tagName = "notification_tag"

    /// Writes the records. Returns what the caller must do afterwards.
    package static func write(
        _ records: Records, to store: Store, at now: Instant
    ) throws(StorageError) -> Effect {
        if records.recovers {
            try makeTag(store)
            let count = try store.outbox.recover(at: now, limit: mostRecovered)
            if count == mostRecovered { return .recoversMore }
        }
        // A delivery may wait again and begin again before either is recorded.
        for name in records.takenBack {
            try store.outbox.markWaiting(name.delivery, of: name.webhook)
        }
        for name in records.started {
            try store.outbox.markSending(name.delivery, of: name.webhook)
        }
        for name in records.skipped { try store.outbox.cancel(name.delivery, of: name.webhook) }
        for one in records.ended {
            try store.outbox.record(
                one.attempt, of: one.delivery, webhook: one.webhook, one.outcome, body: one.body)
        }
        for queue in records.queues { try store.outbox.put(queue) }
        var effect = Effect.none
        for notice in records.notices {
            if notice.kind == .disabled {
                // Each attempt that was under way may have had this answer.
                guard try disable(notice.webhook, in: store, at: now) else { continue }
                effect = .declarationsChanged
            }
            try queue(notice, for: records.endpoints, in: store, at: now)
        }
        return effect
    }

    /// Stores eight random letters and digits, so that receivers of two gateways do not confuse
    /// their notifications.
    static func makeTag(_ store: Store) throws(StorageError) {
        guard try store.catalog.meta(tagName) == nil else { return }
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        // Without random bytes the numbers alone must suffice.
        let bytes = SecureRandom.bytes(8)
        let tag = String(decoding: bytes.map { alphabet[Int($0 & 31)] }, as: UTF8.self)
        try store.catalog.set(meta: tagName, to: tag)
    }

    /// Disables a webhook. Returns false if it is disabled already or is gone.
    private static func disable(
        _ id: ID<Webhook>, in store: Store, at now: Instant
    ) throws(StorageError) -> Bool {
        guard let row = try store.catalog.webhook(id),
            var declaration = try? WebhookDeclaration.read(stored: Array(row.document.utf8)),
            declaration.status != .disabled
        else { return false }
        declaration.status = .disabled
        _ = try store.catalog.put(
            webhook: row.name, account: row.account,
            document: String(decoding: declaration.canonicalJSON, as: UTF8.self), secrets: nil,
            secretsChanged: false, at: now)
        return true
    }

    /// Queues a notification to the other webhooks of the account, under one number.
    private static func queue(
        _ notice: Records.Notice, for endpoints: [Endpoint], in store: Store, at now: Instant
    ) throws(StorageError) {
        let account = endpoints.first { $0.id == notice.webhook }?.account
        let recipients = endpoints.filter {
            $0.id != notice.webhook && $0.account == account && $0.status != .disabled
                && $0.events.contains(notice.type)
        }
        guard !recipients.isEmpty else { return }
        let entry = DeliveryTable.Entry(
            id: try store.numbers.nextNotification(), type: notice.type,
            subject: notice.webhook.number)
        for endpoint in recipients {
            try store.deliveries.queue([entry], for: endpoint.id, at: now)
        }
    }
}

extension Records.Notice {
    var type: NotificationType {
        switch kind {
        case .paused: .webhookPaused
        case .recovered: .webhookRecovered
        case .disabled: .webhookDisabled
        }
    }
}
