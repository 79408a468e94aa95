import Database
import Referrals
import Time

/// The outbox: the notifications to be sent, one queue per webhook.
package final class DeliveryTable: ForgettableRows {
    private let session: any Session
    private let insertOne, insertTwo: any Statement
    /// The changes of the open transaction.
    private var changes = QueueChanges()

    init(_ session: any Session) throws(StorageError) {
        self.session = session
        let columns =
            "deliveries(webhook_id, id, type, subject, created_at, status, next_attempt_at)"
        insertOne = try session.prepare(
            "INSERT INTO \(columns) VALUES (?1, ?2, ?3, ?4, ?5, \(status: .pending), ?5)")
        insertTwo = try session.prepare(
            """
            INSERT INTO \(columns) VALUES (?1, ?2, ?3, ?4, ?5, \(status: .pending), ?5),
                (?1, ?6, ?7, ?8, ?5, \(status: .pending), ?5)
            """)
    }

    /// One notification for one webhook. `subject` is the number of a row of the kind that
    /// `NotificationType.subject` names.
    package struct Entry: Equatable, Sendable {
        /// The number of the notification.
        package var id: Int64
        /// The type of the notification.
        package var type: NotificationType
        /// The number of the subject.
        package var subject: Int64

        package init(id: Int64, type: NotificationType, subject: Int64) {
            self.id = id
            self.type = type
            self.subject = subject
        }
    }

    /// Queues notifications for a webhook, two per statement.
    package func queue(
        _ entries: [Entry], for webhook: ID<Webhook>, at now: Instant
    ) throws(StorageError) {
        if !entries.isEmpty { changes.noteGrowth(of: webhook) }
        var index = 0
        while index < entries.count {
            let isPair = index + 1 < entries.count
            let statement = isPair ? insertTwo : insertOne
            try statement.bind(1, webhook)
            try statement.bind(2, entries[index].id)
            try statement.bind(3, entries[index].type.rawValue)
            try statement.bind(4, entries[index].subject)
            try statement.bind(5, now.microseconds)
            if isPair {
                try statement.bind(6, entries[index + 1].id)
                try statement.bind(7, entries[index + 1].type.rawValue)
                try statement.bind(8, entries[index + 1].subject)
            }
            try statement.run()
            index += isPair ? 2 : 1
        }
    }

    /// Queues a test notification, whose body is made before.
    package func queue(
        trial id: Int64, type: NotificationType, body: [UInt8], for webhook: ID<Webhook>,
        at now: Instant
    ) throws(StorageError) {
        let statement = try session.prepare(
            """
            INSERT INTO deliveries(webhook_id, id, type, subject, created_at, status,
                next_attempt_at, body)
            VALUES (?1, ?2, ?3, 0, ?4, \(status: .pending), ?4, ?5)
            """)
        try statement.bind(1, webhook)
        try statement.bind(2, id)
        try statement.bind(3, type.rawValue)
        try statement.bind(4, now.microseconds)
        try statement.bind(5, body)
        try statement.run()
        try probe(webhook, sending: id)
    }

    /// Makes an attempt to a webhook due at once, even if its breaker is open.
    ///
    /// - Parameter delivery: The delivery to send before all others.
    package func probe(
        _ webhook: ID<Webhook>, sending delivery: Int64? = nil
    ) throws(StorageError) {
        let update = try session.prepare(
            """
            UPDATE webhook_queues SET open_since = coalesce(open_since, opened_at), opened_at = ?2
            WHERE webhook_id = ?1 AND opened_at IS NOT NULL
            """)
        try update.bind(1, webhook)
        try update.bind(2, OutboxTable.Queue.longAgo.microseconds)
        try update.run()
        changes.noteGrowth(of: webhook)
        changes.probes.append(QueueChanges.Probe(webhook: webhook, delivery: delivery))
    }

    /// Notes that deliveries of a webhook wait again.
    package func noteGrowth(of webhook: ID<Webhook>) { changes.noteGrowth(of: webhook) }

    /// Takes out the changes of the committed transaction.
    func takeChanges() -> QueueChanges {
        defer { forget() }
        return changes
    }

    /// Drops the changes of a transaction that was rolled back.
    package func forget() { changes = QueueChanges() }

    /// The highest number of a notification. It is read from the end of each webhook's queue.
    package func lastID() throws(StorageError) -> Int64 {
        try session.integer(
            """
            SELECT max((SELECT max(id) FROM deliveries WHERE webhook_id = webhooks.id)) FROM webhooks
            """) ?? 0
    }

    /// The number of all deliveries.
    package func count() throws(StorageError) -> Int {
        Int(try session.integer("SELECT count(*) FROM deliveries") ?? 0)
    }
}
