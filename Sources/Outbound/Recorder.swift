import Crypto
import Database
import Declarations
import JSON
import Referrals
import Storage
import Time

/// Writes what the dispatcher has to record; called on the writer's thread, inside a transaction.
package enum Recorder {
    /// Whether what is declared has changed, so that it is to be read anew.
    package enum Effect: Equatable, Sendable {
        case none, declarationsChanged
        /// Nothing but some of the recovery was written: the same records are to be written again.
        case recoversMore
    }

    /// Attempts that are recovered in one transaction.
    static let mostRecovered = 256

    /// Where the tag is kept that tells this database's notifications from others'.
    static let tagName = "notification_tag"

    package static func write(
        _ records: Records, to store: Store, at now: Instant
    ) throws(StorageError) -> Effect {
        if records.recovers {
            try makeTag(store)
            let count = try store.outbox.recover(at: now, limit: mostRecovered)
            if count == mostRecovered { return .recoversMore }
        }
        // A delivery may wait again and be begun again before either is recorded.
        for name in records.takenBack {
            try store.outbox.markWaiting(name.delivery, of: name.webhook)
        }
        for name in records.started {
            try store.outbox.markSending(name.delivery, of: name.webhook)
        }
        for name in records.skipped { try store.outbox.skip(name.delivery, of: name.webhook) }
        for one in records.ended {
            try store.outbox.record(
                one.attempt, of: one.delivery, webhook: one.webhook, one.outcome, body: one.body)
        }
        for queue in records.queues { try store.outbox.put(queue) }
        var effect = Effect.none
        for notice in records.notices {
            if notice.kind == .disabled {
                // Each attempt that was under way may have been told so.
                guard try disable(notice.webhook, in: store, at: now) else { continue }
                effect = .declarationsChanged
            }
            try queue(notice, for: records.endpoints, in: store, at: now)
        }
        return effect
    }

    /// Eight letters and digits, so that receivers of two gateways do not take one's notification for the
    /// other's.
    static func makeTag(_ store: Store) throws(StorageError) {
        guard try store.catalog.meta(tagName) == nil else { return }
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        // Without random bytes the numbers alone have to do.
        let bytes = SecureRandom.bytes(8)
        let tag = String(decoding: bytes.map { alphabet[Int($0 & 31)] }, as: UTF8.self)
        try store.catalog.set(meta: tagName, to: tag)
    }

    /// False where it is disabled already, or is gone.
    private static func disable(
        _ id: Int64, in store: Store, at now: Instant
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

    /// Tells the other webhooks of the account, under one number.
    private static func queue(
        _ notice: Records.Notice, for endpoints: [Endpoint], in store: Store, at now: Instant
    ) throws(StorageError) {
        let account = endpoints.first { $0.id == notice.webhook }?.account
        let told = endpoints.filter {
            $0.id != notice.webhook && $0.account == account && $0.status != .disabled
                && $0.events.contains(notice.type)
        }
        guard !told.isEmpty else { return }
        let entry = DeliveryTable.Entry(
            id: try store.numbers.nextNotification(), type: notice.type.rawValue,
            subject: notice.webhook)
        for endpoint in told {
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
