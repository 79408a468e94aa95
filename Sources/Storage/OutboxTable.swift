import Database
import Referrals
import Time

/// Deliveries in progress: those that are due, the results of attempts, and the state of each
/// webhook's queue.
package final class OutboxTable {
    private let fresh, again, overlong, misdated, nextAgain, one, interrupted: any Statement
    private let queues, queue: any Statement
    private let settle, mark, append, putQueue, forgetErased: any Statement
    private let addresses: DeletedSignups
    private let states: RareStates

    /// The columns as read. A body that names a deleted person is not sent again: it is rendered again
    /// from the rows.
    private static let columns =
        "id, type, subject, created_at, attempts, uncounted, \(Withheld.ofDelivery("body"))"

    init(_ session: any Session) throws(StorageError) {
        states = RareStates(session)
        fresh = try session.prepare(
            """
            SELECT \(Self.columns) FROM deliveries
            WHERE webhook_id = ?1 AND id >= ?2 AND attempts = 0 AND status = \(status: .pending)
            ORDER BY id LIMIT ?3
            """)
        again = try session.prepare(
            """
            SELECT \(Self.columns) FROM deliveries \(sqlite: "INDEXED BY deliveries_again")
            WHERE webhook_id = ?1 AND attempts > 0 AND next_attempt_at <= ?2
                AND status = \(status: .pending)
            ORDER BY next_attempt_at LIMIT ?3
            """)
        overlong = try session.prepare(
            """
            SELECT \(Self.columns) FROM deliveries \(sqlite: "INDEXED BY deliveries_again")
            WHERE webhook_id = ?1 AND attempts > 0 AND next_attempt_at > ?2
                AND status = \(status: .pending)
            ORDER BY next_attempt_at LIMIT ?3
            """)
        misdated = try session.prepare(
            """
            SELECT \(Self.columns) FROM (
                SELECT * FROM deliveries \(sqlite: "INDEXED BY deliveries_again")
                WHERE webhook_id = ?1 AND attempts > 0 AND next_attempt_at > ?2
                    AND status = \(status: .pending)
                ORDER BY next_attempt_at DESC LIMIT \(Self.mostChecked)) AS deliveries
            WHERE (SELECT started_at FROM attempts
                WHERE webhook_id = deliveries.webhook_id AND delivery_id = deliveries.id
                ORDER BY number DESC LIMIT 1) > ?2
            LIMIT ?3
            """)
        nextAgain = try session.prepare(
            """
            SELECT min(next_attempt_at) FROM deliveries \(sqlite: "INDEXED BY deliveries_again")
            WHERE webhook_id = ?1 AND attempts > 0 AND next_attempt_at > ?2
                AND next_attempt_at <= ?3
            """)
        one = try session.prepare(
            """
            SELECT \(Self.columns) FROM deliveries
            WHERE webhook_id = ?1 AND id = ?2 AND status = \(status: .pending)
            """)
        // A first attempt under way lies between head and seen, any other in the index.
        interrupted = try session.prepare(
            """
            SELECT id FROM deliveries
            WHERE webhook_id = ?1 AND id >= ?2 AND id < ?3 AND attempts = 0
                AND status = \(status: .sending)
            UNION ALL
            SELECT id FROM deliveries \(sqlite: "INDEXED BY deliveries_again")
            WHERE webhook_id = ?1 AND attempts > 0 AND next_attempt_at IS NOT NULL
                AND status = \(status: .sending)
            """)
        let queueColumns =
            "webhook_id, head, seen, failures, failing_since, opened_at, rounds, open_since"
        queues = try session.prepare("SELECT \(queueColumns) FROM webhook_queues")
        queue = try session.prepare(
            "SELECT \(queueColumns) FROM webhook_queues WHERE webhook_id = ?1")
        settle = try session.prepare(
            """
            UPDATE deliveries SET status = ?3, attempts = attempts + 1, uncounted = uncounted + ?4,
                next_attempt_at = ?5, body = coalesce(body, ?6)
            WHERE webhook_id = ?1 AND id = ?2 AND status IN (\(statuses: [.pending, .sending]))
            """)
        mark = try session.prepare(
            """
            UPDATE deliveries SET status = ?3,
                next_attempt_at = CASE WHEN ?3 <> 'cancelled' THEN next_attempt_at END
            WHERE webhook_id = ?1 AND id = ?2 AND status = ?4
            """)
        append = try session.prepare(
            """
            INSERT INTO attempts(webhook_id, delivery_id, number, started_at, latency, status, error, detail, answer) VALUES (?1, ?2, (SELECT coalesce(max(number), 0) + 1 FROM attempts
                WHERE webhook_id = ?1 AND delivery_id = ?2), ?3, ?4, ?5, ?6, ?7, ?8)
            """)
        // A person deleted while an attempt was under way must not be named by its record.
        forgetErased = try session.prepare(
            """
            UPDATE deliveries SET body = NULL
            WHERE webhook_id = ?1 AND id = ?2 AND \(Withheld.namesErased)
            """)
        addresses = try DeletedSignups(session)
        putQueue = try session.prepare(
            """
            INSERT INTO webhook_queues(\(queueColumns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (webhook_id) DO UPDATE SET head = excluded.head, seen = excluded.seen,
                failures = excluded.failures, failing_since = excluded.failing_since,
                opened_at = excluded.opened_at, rounds = excluded.rounds,
                open_since = excluded.open_since
            """)
    }

    // MARK: What is due

    /// Deliveries without an attempt, from a number on, in the order of the queue.
    package func fresh(
        of webhook: ID<Webhook>, from first: Int64, limit: Int
    ) throws(StorageError) -> [Due] {
        try fresh.bind(1, webhook)
        try fresh.bind(2, first)
        try fresh.bind(3, limit)
        return try rows(fresh)
    }

    /// Deliveries whose next attempt is due, those due first in front.
    package func again(
        of webhook: ID<Webhook>, at now: Instant, limit: Int
    ) throws(StorageError) -> [Due] {
        try again.bind(1, webhook)
        try again.bind(2, now.microseconds)
        try again.bind(3, limit)
        return try rows(again)
    }

    /// Deliveries whose next attempt is later than any can be: a clock that was ahead has dated
    /// them.
    package func overlong(
        of webhook: ID<Webhook>, after latest: Instant, limit: Int
    ) throws(StorageError) -> [Due] {
        try overlong.bind(1, webhook)
        try overlong.bind(2, latest.microseconds)
        try overlong.bind(3, limit)
        return try rows(overlong)
    }

    /// Deliveries whose next attempt is not due, and whose last one began in the future: a clock
    /// that was ahead has dated both.
    package func misdated(
        of webhook: ID<Webhook>, at now: Instant, limit: Int
    ) throws(StorageError) -> [Due] {
        try misdated.bind(1, webhook)
        try misdated.bind(2, now.microseconds)
        try misdated.bind(3, limit)
        return try rows(misdated)
    }

    /// The number of waiting deliveries whose dates are checked; those that are due last come
    /// first.
    private static let mostChecked = 10_000

    /// A delivery that waits, regardless of when it is due.
    package func pending(_ delivery: Int64, of webhook: ID<Webhook>) throws(StorageError) -> Due? {
        try one.bind(1, webhook)
        try one.bind(2, delivery)
        return try rows(one).first
    }

    /// The first due time of a next attempt after one time and no later than another.
    package func nextAgain(
        of webhook: ID<Webhook>, after now: Instant, until latest: Instant
    ) throws(StorageError) -> Instant? {
        try nextAgain.bind(1, webhook)
        try nextAgain.bind(2, now.microseconds)
        try nextAgain.bind(3, latest.microseconds)
        guard try nextAgain.step() else { return nil }
        defer { nextAgain.reset() }
        return nextAgain.optionalInteger(0).map { Instant(clampingMicroseconds: $0) }
    }

    private func rows(_ statement: any Statement) throws(StorageError) -> [Due] {
        var rows: [Due] = []
        while try statement.step() {
            rows.append(
                Due(
                    id: statement.integer(0), type: Stored(statement.text(1)),
                    subject: statement.integer(2),
                    createdAt: Instant(clampingMicroseconds: statement.integer(3)),
                    attempts: Int(statement.integer(4)), uncounted: Int(statement.integer(5)),
                    body: statement.optionalBytes(6)))
        }
        return rows
    }

    // MARK: Queues

    /// The states of all queues.
    package func allQueues() throws(StorageError) -> [Queue] {
        var all: [Queue] = []
        while try queues.step() { all.append(Self.queue(queues)) }
        return all
    }

    /// The state of a webhook's queue; nil if none is stored.
    package func queue(of webhook: ID<Webhook>) throws(StorageError) -> Queue? {
        try queue.bind(1, webhook)
        guard try queue.step() else { return nil }
        defer { queue.reset() }
        return Self.queue(queue)
    }

    private static func queue(_ row: any Statement) -> Queue {
        func instant(_ column: Int32) -> Instant? {
            row.optionalInteger(column).map { Instant(clampingMicroseconds: $0) }
        }
        return Queue(
            webhook: row.id(0), head: row.integer(1), seen: row.integer(2),
            failures: Int(row.integer(3)), failingSince: instant(4), openedAt: instant(5),
            rounds: Int(row.integer(6)), openSince: instant(7))
    }

    /// Stores the state of a queue.
    package func put(_ queue: Queue) throws(StorageError) {
        try putQueue.bind(1, queue.webhook)
        try putQueue.bind(2, queue.head)
        try putQueue.bind(3, queue.seen)
        try putQueue.bind(4, queue.failures)
        try putQueue.bind(5, queue.failingSince?.microseconds)
        try putQueue.bind(6, queue.openedAt?.microseconds)
        try putQueue.bind(7, queue.rounds)
        try putQueue.bind(8, queue.openSince?.microseconds)
        try putQueue.run()
    }

    // MARK: Results of attempts

    /// An attempt that has ended.
    package struct Attempt: Equatable, Sendable {
        /// The time at which the attempt began.
        package var startedAt: Instant
        /// The time that it took; nil if its end is unknown.
        package var latency: Duration?
        /// The status of the response, if there was one.
        package var status: Int?
        /// The code of the failure; nil for a success.
        package var error: String?
        /// The failure in words.
        package var detail: String?
        /// The beginning of the response's body.
        package var answer: String?

        package init(
            startedAt: Instant, latency: Duration? = nil, status: Int? = nil,
            error: String? = nil, detail: String? = nil, answer: String? = nil
        ) {
            self.startedAt = startedAt
            self.latency = latency
            self.status = status
            self.error = error
            self.detail = detail
            self.answer = answer
        }
    }

    /// Records an attempt. A delivery that was cancelled meanwhile stays so.
    ///
    /// - Parameter body: The body that was sent, for further attempts.
    package func record(
        _ attempt: Attempt, of delivery: Int64, webhook: ID<Webhook>, _ outcome: Outcome,
        body: [UInt8]?
    ) throws(StorageError) {
        try settle.bind(1, webhook)
        try settle.bind(2, delivery)
        try settle.bind(3, outcome.status.rawValue)
        try settle.bind(4, 0)
        try settle.bindNull(5)
        try settle.bind(6, body)
        switch outcome {
        case .delivered, .failed: break
        case .again(let time): try settle.bind(5, time.microseconds)
        case .cutOff(let time):
            try settle.bind(4, 1)
            try settle.bind(5, time.microseconds)
        }
        try settle.run()
        if outcome.status.isRare {
            try states.refreshDeliveries(of: webhook, delivery..<delivery + 1)
        }
        if body != nil {
            try forgetErased.bind(1, webhook)
            try forgetErased.bind(2, delivery)
            try forgetErased.run()
        }
        switch outcome {
        case .delivered, .failed: try addresses.forget(after: delivery, to: webhook)
        case .again, .cutOff: break
        }
        try append.bind(1, webhook)
        try append.bind(2, delivery)
        try append.bind(3, attempt.startedAt.microseconds)
        try append.bind(4, attempt.latency.map { $0.inMicroseconds })
        try append.bind(5, attempt.status.map { Int64($0) })
        try append.bind(6, attempt.error)
        try append.bind(7, attempt.detail)
        try append.bind(8, attempt.answer)
        try append.run()
    }

    /// Records that an attempt is under way.
    package func markSending(_ delivery: Int64, of webhook: ID<Webhook>) throws(StorageError) {
        try set(.sending, delivery, webhook)
    }

    /// Records that an attempt under way could not be made, and that the delivery waits for it.
    package func markWaiting(_ delivery: Int64, of webhook: ID<Webhook>) throws(StorageError) {
        try set(.pending, delivery, webhook, from: .sending)
    }

    /// Cancels a delivery that has nothing to send, because its subject or its person is gone.
    package func cancel(_ delivery: Int64, of webhook: ID<Webhook>) throws(StorageError) {
        try set(.cancelled, delivery, webhook)
    }

    private func set(
        _ status: DeliveryStatus, _ delivery: Int64, _ webhook: ID<Webhook>,
        from former: DeliveryStatus = .pending
    ) throws(StorageError) {
        try mark.bind(1, webhook)
        try mark.bind(2, delivery)
        try mark.bind(3, status.rawValue)
        try mark.bind(4, former.rawValue)
        try mark.run()
        if status.isRare { try states.refreshDeliveries(of: webhook, delivery..<delivery + 1) }
    }

    /// Makes attempts due again that were under way when the gateway was killed: their results are
    /// unknown. Returns their number.
    package func recover(at now: Instant, limit: Int) throws(StorageError) -> Int {
        var count = 0
        for queue in try allQueues() {
            try interrupted.bind(1, queue.webhook)
            try interrupted.bind(2, queue.head)
            try interrupted.bind(3, queue.seen)
            var ids: [Int64] = []
            while ids.count < limit - count, try interrupted.step() {
                ids.append(interrupted.integer(0))
            }
            interrupted.reset()
            for id in ids {
                try record(
                    Attempt(
                        startedAt: now, error: "unknown",
                        detail: "the gateway ended while the attempt was under way"),
                    of: id, webhook: queue.webhook, .cutOff(at: now), body: nil)
            }
            count += ids.count
        }
        return count
    }
}

extension Duration {
    fileprivate var inMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
