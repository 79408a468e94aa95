import Database
import Referrals
import Time

/// The deliveries of webhooks with their results, for operators: listed, and sent again.
package final class DeliveryLog {
    /// A delivery as operators see it.
    package struct Row: Equatable, Sendable {
        /// The webhook's number.
        package var webhook: ID<Webhook>
        /// The number of the notification.
        package var id: Int64
        /// The type of the notification.
        package var type: Stored<NotificationType>
        /// The number of the subject; see `DeliveryTable.Entry`.
        package var subject: Int64
        /// The number of the subject as users see it.
        package var shownSubject: Int64 { type.value?.shown(subject: subject) ?? subject }
        /// The time of queueing.
        package var createdAt: Instant
        /// The status of the delivery.
        package var status: Stored<DeliveryStatus>
        /// The number of attempts made.
        package var attempts: Int
        /// The time of the next attempt as stored; nil if there is none.
        package var nextAttemptAt: Instant?
    }

    let session: any Session

    init(_ session: any Session) { self.session = session }

    static let columns =
        "webhook_id, id, type, subject, created_at, status, attempts, next_attempt_at"

    /// A delivery by its number and webhook.
    package func delivery(_ id: Int64, of webhook: ID<Webhook>) throws(StorageError) -> Row? {
        let statement = try session.prepare(
            "SELECT \(Self.columns) FROM deliveries WHERE webhook_id = ?1 AND id = ?2")
        try statement.bind(1, webhook)
        try statement.bind(2, id)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return Self.row(statement)
    }

    /// The body of a delivery as sent; nil if it is not stored.
    package func body(
        of id: Int64, to webhook: ID<Webhook>
    ) throws(StorageError) -> [UInt8]? {
        let statement = try session.prepare(
            """
            SELECT \(Withheld.ofDelivery("body")) FROM deliveries
            WHERE webhook_id = ?1 AND id = ?2
            """)
        try statement.bind(1, webhook)
        try statement.bind(2, id)
        defer { statement.reset() }
        return try statement.step() ? statement.optionalBytes(0) : nil
    }

    /// The attempts of a delivery, in their order.
    package func attempts(
        at delivery: Int64, of webhook: ID<Webhook>
    ) throws(StorageError) -> [OutboxTable.Attempt] {
        let statement = try session.prepare(
            """
            SELECT a.started_at, a.latency, a.status, a.error,
                \(Withheld.ofDelivery("a.detail")), \(Withheld.ofDelivery("a.answer"))
            FROM deliveries JOIN attempts AS a
                ON a.webhook_id = deliveries.webhook_id AND a.delivery_id = deliveries.id
            WHERE deliveries.webhook_id = ?1 AND deliveries.id = ?2 ORDER BY a.number
            """)
        try statement.bind(1, webhook)
        try statement.bind(2, delivery)
        var attempts: [OutboxTable.Attempt] = []
        while try statement.step() {
            attempts.append(
                OutboxTable.Attempt(
                    startedAt: Instant(clampingMicroseconds: statement.integer(0)),
                    latency: statement.optionalInteger(1).map { .microseconds($0) },
                    status: statement.optionalInteger(2).map { Int($0) },
                    error: statement.optionalText(3), detail: statement.optionalText(4),
                    answer: statement.optionalText(5)))
        }
        return attempts
    }

    /// The number of active webhooks with a delivery in their queue that was due before a time, and
    /// no open breaker.
    package func overdue(before time: Instant) throws(StorageError) -> Int {
        let statement = try session.prepare(
            """
            SELECT count(*) FROM webhooks AS w LEFT JOIN webhook_queues AS q ON q.webhook_id = w.id
            WHERE w.deleted_at IS NULL AND coalesce(w.document ->> 'status', 'active') = 'active'
                AND q.opened_at IS NULL
                AND (EXISTS (SELECT 1 FROM (SELECT status, next_attempt_at FROM deliveries
                        WHERE webhook_id = w.id AND id >= coalesce(q.head, 0) AND attempts = 0
                        ORDER BY id LIMIT 1)
                    WHERE status = \(status: .pending) AND next_attempt_at < ?1)
                OR EXISTS (SELECT 1 FROM deliveries WHERE webhook_id = w.id AND attempts > 0
                    AND next_attempt_at < ?1 AND status = \(status: .pending)))
            """)
        try statement.bind(1, time.microseconds)
        guard try statement.step() else { return 0 }
        defer { statement.reset() }
        return Int(statement.integer(0))
    }

    /// The state of the receivers of active webhooks.
    package struct QueueHealth: Equatable, Sendable {
        /// The number of webhooks with an open breaker.
        package var open: Int
        /// The number of webhooks whose last attempt failed, and whose breaker is not open.
        package var failing: Int
    }

    /// The state of the receivers of all active webhooks.
    package func queueHealth() throws(StorageError) -> QueueHealth {
        let statement = try session.prepare(
            """
            SELECT count(q.opened_at), count(*) - count(q.opened_at)
            FROM webhooks AS w JOIN webhook_queues AS q ON q.webhook_id = w.id
            WHERE w.deleted_at IS NULL AND coalesce(w.document ->> 'status', 'active') = 'active'
                AND q.failures > 0
            """)
        guard try statement.step() else { return QueueHealth(open: 0, failing: 0) }
        defer { statement.reset() }
        return QueueHealth(
            open: Int(statement.integer(0)), failing: Int(statement.integer(1)))
    }

    // MARK: Sending again

    /// Queues a delivery again that has come to its end, under the same id, with its whole schedule
    /// of attempts. Returns false if it waits still, or was never attempted.
    package func resend(
        _ id: Int64, of webhook: ID<Webhook>, at now: Instant
    ) throws(StorageError) -> Bool {
        let update = try session.prepare(
            """
            UPDATE deliveries SET status = \(status: .pending), uncounted = attempts,
                next_attempt_at = ?2
            WHERE webhook_id = ?1 AND \(Self.isAtEnd) AND id = ?3
            """)
        try update.bind(1, webhook)
        try update.bind(2, now.microseconds)
        try update.bind(3, id)
        guard try update.runCountingChanges() == 1 else { return false }
        try RareStates(session).refreshDeliveries(of: webhook, id..<id + 1)
        return true
    }

    /// A range of times at which deliveries were queued.
    package struct TimeRange: Sendable {
        /// The beginning, inclusive.
        package var since: Instant
        /// The end, inclusive; nil if there is none.
        package var until: Instant?

        package init(since: Instant, until: Instant?) {
            self.since = since
            self.until = until
        }
    }

    /// The number of deliveries read at once.
    private static let page = 500

    /// Queues failed deliveries again that were queued in a range of times, among a page of a
    /// webhook's deliveries from a number on.
    ///
    /// - Returns: The number of deliveries queued again, and the beginning of the next page; nil
    ///   after the last one.
    package func resendFailed(
        of webhook: ID<Webhook>, _ range: TimeRange, from first: Int64, at now: Instant
    ) throws(StorageError) -> (count: Int, next: Int64?) {
        let next = try start(ofPageAfter: first, of: webhook)
        let update = try session.prepare(
            """
            UPDATE deliveries SET status = \(status: .pending), uncounted = attempts,
                next_attempt_at = ?2
            WHERE webhook_id = ?1 AND \(Self.isAtEnd) AND status = \(status: .failed)
                AND created_at >= ?3 AND created_at <= ?4 AND id >= ?5 AND id < ?6
            """)
        try update.bind(1, webhook)
        try update.bind(2, now.microseconds)
        try update.bind(3, range.since.microseconds)
        try update.bind(4, range.until?.microseconds ?? Int64.max)
        try update.bind(5, first)
        try update.bind(6, next ?? Int64.max)
        let count = Int(try update.runCountingChanges())
        try RareStates(session).refreshDeliveries(of: webhook, first..<(next ?? Int64.max))
        return (count, next)
    }

    /// Cancels waiting deliveries among a page of a webhook's deliveries. Returns the beginning of
    /// the next page.
    package func cancelWaiting(
        of webhook: ID<Webhook>, from first: Int64
    ) throws(StorageError) -> Int64? {
        let next = try start(ofPageAfter: first, of: webhook)
        let update = try session.prepare(
            """
            UPDATE deliveries SET status = \(status: .cancelled), next_attempt_at = NULL
            WHERE webhook_id = ?1 AND id >= ?2 AND id < ?3
                AND status IN (\(statuses: [.pending, .sending]))
            """)
        try update.bind(1, webhook)
        try update.bind(2, first)
        try update.bind(3, next ?? Int64.max)
        try update.run()
        try RareStates(session).refreshDeliveries(of: webhook, first..<(next ?? Int64.max))
        let forget = try session.prepare(
            """
            UPDATE signup_notices SET email = NULL
            WHERE email IS NOT NULL AND id IN (SELECT subject FROM deliveries AS o
                WHERE o.webhook_id = ?1 AND o.id >= ?2 AND o.id < ?3 AND o.type = 'signup.deleted'
                    AND NOT EXISTS (SELECT 1 FROM webhooks AS w CROSS JOIN deliveries AS d
                        WHERE d.webhook_id = w.id AND d.id = o.id
                            AND d.status IN ('pending', 'sending')))
            """)
        try forget.bind(1, webhook)
        try forget.bind(2, first)
        try forget.bind(3, next ?? Int64.max)
        try forget.run()
        return next
    }

    private func start(ofPageAfter first: Int64, of webhook: ID<Webhook>) throws(StorageError)
        -> Int64?
    {
        let statement = try session.prepare(
            "SELECT id FROM deliveries WHERE webhook_id = ?1 AND id >= ?2 ORDER BY id LIMIT 1 OFFSET ?3"
        )
        try statement.bind(1, webhook)
        try statement.bind(2, first)
        try statement.bind(3, Self.page)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return statement.integer(0)
    }

    /// True if a delivery was attempted, and has come to its end.
    private static let isAtEnd: SQL =
        "attempts > 0 AND status IN (\(statuses: [.failed, .delivered, .cancelled]))"

    static func row(_ statement: any Statement) -> Row {
        Row(
            webhook: statement.id(0), id: statement.integer(1), type: Stored(statement.text(2)),
            subject: statement.integer(3),
            createdAt: Instant(clampingMicroseconds: statement.integer(4)),
            status: Stored(statement.text(5)), attempts: Int(statement.integer(6)),
            nextAttemptAt: statement.optionalInteger(7).map { Instant(clampingMicroseconds: $0) })
    }
}
