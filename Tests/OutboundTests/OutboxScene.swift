import Database
import Declarations
import Referrals
import SQLite
import Storage
import TestSupport
import Time
import Transport
import Webhooks

@testable import Outbound

/// A dispatch over a real database, in a time of its own: nothing is sent, and answers are said by the test.
final class OutboxScene {
    /// One attempt as the receiver would see it.
    struct Attempt: Equatable {
        var webhook: ID<Webhook>
        var delivery: Int64
        var id: String
        var at: Instant
        var body: [UInt8]
    }

    let database: ScratchDatabase
    let store: Store
    private(set) var endpoints: [Endpoint] = []
    var schedule = SendSchedule()
    private(set) var attempts: [Attempt] = []
    let start: Instant
    fileprivate(set) var now: Instant
    /// How long each attempt takes.
    var latency = Duration.zero
    var outcome: (Attempt, Int) -> AttemptOutcome = { _, _ in
        .answered(status: 500, retryAfter: nil)
    }

    init(_ webhooks: [[String: Any]]) throws {
        let start = Instant(rfc3339: "2026-11-21T12:00:00Z") ?? .earliest
        self.start = start
        now = start
        database = try ScratchDatabase()
        var declared = DeclaredWorkspace(leads: 3)
        declared.webhooks = webhooks.enumerated().map { number, webhook in
            var one: [String: Any] = [
                "name": "w\(number + 1)", "url": "https://hooks.example.com/in",
                "events": [
                    "lead.created", "webhook.paused", "webhook.recovered", "webhook.disabled",
                ],
            ]
            one.merge(webhook) { $1 }
            return one
        }
        try database.apply(declared, at: start)
        store = try Store.open(database.path, for: .writer)
        try write { _ = try OutboxRecorder.write(recovery, to: store, at: now) }
        try declare()
    }

    private var recovery: Records {
        var records = Records()
        records.recovers = true
        return records
    }

    /// Reads what is declared anew.
    func declare() throws {
        endpoints = try store.catalog.webhooks().map { row in
            try Endpoint(
                id: row.id, account: row.account,
                WebhookDeclaration.read(stored: Array(row.document.utf8)),
                WebhookSecrets(secrets: [SecretSpec(Sender.secret)]), rules: DestinationRules())
        }
        schedule.declare(endpoints)
    }

    /// Queues notifications of the leads for a webhook.
    func queue(_ count: Int, for webhook: ID<Webhook> = 1) throws {
        try write {
            let entries = try (0..<count).map { index in
                DeliveryTable.Entry(
                    id: try store.numbers.nextNotification(), type: .leadCreated,
                    subject: Int64(2 + index % 3))
            }
            try store.deliveries.queue(entries, for: webhook, at: now)
        }
        schedule.wake(webhook)
    }

    /// As after a kill: what was in memory is gone.
    func restart() throws {
        try write { _ = try OutboxRecorder.write(recovery, to: store, at: now) }
        schedule = SendSchedule(stored: try store.outbox.allQueues())
        try declare()
    }

    func write(_ body: () throws -> Void) throws {
        try store.write { _ in try body() }
    }

    /// Begins what is due, without an end to it, and records that it is under way.
    func begin() throws -> [Attempt] {
        try read()
        let begun = schedule.starts(at: now).map(note)
        try record(after: EndpointQueue.briefness)
        return begun
    }

    /// Goes on until nothing more is due before the end.
    func run(until end: Instant) throws {
        while true {
            try read()
            let starts = schedule.starts(at: now)
            if starts.isEmpty {
                try record()
                guard let wakeAt = schedule.wakeAt(after: .earliest), wakeAt <= end else {
                    now = end
                    return
                }
                now = max(wakeAt, now + .microseconds(1))
                continue
            }
            let begun = starts.map(note)
            now += latency
            for (start, attempt) in zip(starts, begun) {
                let number = attempts.filter {
                    $0.webhook == attempt.webhook && $0.delivery == attempt.delivery
                }.count
                _ = schedule.ended(
                    start.name, outcome(attempt, number),
                    OutboxTable.Attempt(startedAt: now, latency: latency), at: now, chance: 0)
            }
            try record()
        }
    }

    func run(for duration: Duration) throws { try run(until: now + duration) }

    /// The machine's clock is set.
    func setClock(_ instant: Instant) { now = instant }

    func read() throws {
        for question in schedule.questions(at: now) {
            guard let endpoint = endpoints.first(where: { $0.id == question.webhook }) else {
                continue
            }
            schedule.take(
                try PageReader.page(
                    question, PageReader.Setting(campaigns: [:], endpoint: endpoint), store))
        }
    }

    /// Begins what is due, and records nothing.
    func beginUnrecorded() throws -> [Attempt] {
        try read()
        return schedule.starts(at: now).map(note)
    }

    private func note(_ start: SendSchedule.Start) -> Attempt {
        let attempt = Attempt(
            webhook: start.endpoint.id, delivery: start.ready.due.id, id: start.ready.id, at: now,
            body: start.ready.body)
        attempts.append(attempt)
        return attempt
    }

    private func record(after briefness: Duration = .zero) throws {
        while let records = schedule.takeRecords(at: now + briefness) {
            var effect = OutboxRecorder.Effect.none
            try write { effect = try OutboxRecorder.write(records, to: store, at: now) }
            schedule.recorded()
            if !records.notices.isEmpty { schedule.wakeAll() }
            if effect == .declarationsChanged { try declare() }
        }
    }

    // MARK: What is on record

    /// Seconds from the start to each attempt.
    var seconds: [Int] { attempts.map { Int(($0.at - start).components.seconds) } }

    func states(of webhook: ID<Webhook> = 1) throws -> [String] {
        try database.rows(
            "SELECT status FROM deliveries WHERE webhook_id = \(webhook.number) ORDER BY id")
    }

    /// Counted and uncounted attempts of the first delivery, and how each ended.
    func history() throws -> [String] {
        try database.rows(
            """
            SELECT number || ' ' || coalesce(error, 'answered') FROM attempts
            WHERE webhook_id = 1 AND delivery_id = 1 ORDER BY number
            """)
    }
}

extension OutboxScene {
    /// An attempt that was begun could not be made.
    func lack(_ attempt: Attempt) {
        schedule.lacked(
            DeliveryKey(webhook: attempt.webhook, delivery: attempt.delivery), at: now)
    }

    func pass(_ duration: Duration) { now += duration }

    /// As a gateway with so few connections.
    func limitAttempts(to most: Int) {
        schedule = SendSchedule(mostUnderway: most)
        schedule.declare(endpoints)
    }

    /// Ends an attempt that was begun; it is recorded with what comes next.
    func end(_ attempt: Attempt, _ outcome: AttemptOutcome) {
        _ = schedule.ended(
            DeliveryKey(webhook: attempt.webhook, delivery: attempt.delivery), outcome,
            OutboxTable.Attempt(startedAt: now), at: now, chance: 0)
    }
}
