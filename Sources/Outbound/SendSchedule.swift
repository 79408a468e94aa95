import Referrals
import Storage
import Time
import Transport

/// The schedule of all deliveries: which is sent when, over all webhooks. It receives declarations,
/// pages, results, records and the time, and returns the pages to read, the attempts to make and
/// the records to write.
///
/// Each webhook has a queue of its own, and no queue waits for another.
struct SendSchedule {
    /// An attempt that is to be made now.
    struct Start: Sendable {
        var endpoint: Endpoint
        var ready: EndpointQueue.Ready

        var name: DeliveryKey { DeliveryKey(webhook: endpoint.id, delivery: ready.due.id) }
    }

    /// The largest number of attempts that may have ended without being recorded. Beyond it no
    /// attempt begins, because a delivery that cannot be recorded would be sent again and again.
    static let mostUnrecorded = 8192

    /// The largest number of attempts under way at once, over all webhooks; each takes a
    /// connection.
    private let mostUnderway: Int
    private var queues: [ID<Webhook>: EndpointQueue] = [:]
    private var stored: [ID<Webhook>: OutboxTable.Queue] = [:]
    private var records = Records()
    /// The records that are being written, until the result of the write is known.
    private var pending: Records?
    private(set) var isStopping = false
    /// The number of attempts under way.
    private(set) var underway = 0
    /// The webhooks in the order of their turns, and the index of the next.
    private var order: [ID<Webhook>] = []
    private var next = 0
    /// The latest time that was passed in.
    private var latestNow = Instant.earliest

    init(stored: [OutboxTable.Queue] = [], mostUnderway: Int = 1024) {
        self.mostUnderway = mostUnderway
        self.stored = Dictionary(stored.map { ($0.webhook, $0) }, uniquingKeysWith: { $1 })
    }

    // MARK: Input

    mutating func declare(_ endpoints: [Endpoint]) {
        let ids = Set(endpoints.map(\.id))
        for id in queues.keys where !ids.contains(id) {
            queues[id]?.retire()
            forgetIfOver(id)
        }
        for endpoint in endpoints {
            if queues[endpoint.id] == nil {
                queues[endpoint.id] = EndpointQueue(endpoint, stored[endpoint.id])
            } else {
                queues[endpoint.id]?.declare(endpoint)
            }
        }
        order = endpoints.map(\.id)
    }

    /// Forgets a webhook that is no longer declared, once none of its attempts is under way: a
    /// later webhook with the same number must not inherit them.
    private mutating func forgetIfOver(_ id: ID<Webhook>) {
        guard queues[id]?.isOver == true else { return }
        queues[id] = nil
        stored[id] = nil
    }

    /// Notes that deliveries were queued for a webhook.
    mutating func wake(_ webhook: ID<Webhook>) { queues[webhook]?.wake() }

    /// Makes an attempt to a webhook due at once.
    mutating func probe(_ probe: QueueChanges.Probe) {
        queues[probe.webhook]?.probe(sending: probe.delivery)
    }

    /// Notes that deliveries may have been queued for any webhook.
    mutating func wakeAll() {
        for id in queues.keys { queues[id]?.wake() }
    }

    mutating func take(_ page: EndpointQueue.Page) {
        guard let skipped = queues[page.webhook]?.take(page) else { return }
        records.skipped += skipped
    }

    mutating func pageFailed(_ question: EndpointQueue.Question) {
        queues[question.webhook]?.pageFailed()
    }

    /// Begins no more attempts.
    mutating func stop() { isStopping = true }

    // MARK: Output

    mutating func questions(at now: Instant) -> [EndpointQueue.Question] {
        observe(now)
        guard !isStopping, hasRoom else { return [] }
        var questions: [EndpointQueue.Question] = []
        for id in queues.keys {
            if let question = queues[id]?.question(at: now) { questions.append(question) }
        }
        return questions
    }

    /// Detects that the clock was set back.
    private mutating func observe(_ now: Instant) {
        if latestNow - now >= Self.setback {
            for id in queues.keys { queues[id]?.clockWentBack() }
        }
        latestNow = now
    }

    /// The smallest setback that counts. A smaller one makes waits longer by at most this much.
    private static let setback = Duration.seconds(1)

    /// The next attempts of one turn: one of each queue in turn, each queue's deliveries in their
    /// order.
    ///
    /// - Parameter most: The number of attempts. If it does not suffice for all queues, the next
    ///   turn continues with the queue after the last.
    mutating func starts(at now: Instant, atMost most: Int = .max) -> [Start] {
        guard !isStopping, hasRoom else { return [] }
        var starts: [Start] = []
        var passed = 0
        let room = min(most, mostUnderway - underway)
        while passed < order.count, starts.count < room {
            next = next < order.count ? next : 0
            let id = order[next]
            next += 1
            let share = share(of: mostUnderway - underway - starts.count)
            if let ready = queues[id]?.start(at: now, share: share),
                let endpoint = queues[id]?.endpoint
            {
                starts.append(Start(endpoint: endpoint, ready: ready))
                passed = 0
            } else {
                passed += 1
            }
        }
        underway += starts.count
        return starts
    }

    /// The number of attempts that one webhook may have under way. It shrinks with the attempts
    /// left, so that slow receivers, however many, leave some for others.
    private func share(of left: Int) -> Int {
        max(1, min(EndpointQueue.mostUnderway, left / 16))
    }

    private var hasRoom: Bool {
        records.ended.count + (pending?.ended.count ?? 0) < Self.mostUnrecorded
    }

    /// The time at which something becomes due by itself. Deliveries that are due already wait for
    /// an attempt or a page to end.
    func wakeAt(after now: Instant) -> Instant? {
        queues.values.compactMap(\.wakeAt).filter { $0 > now }.min()
    }

    // MARK: Attempts

    /// Takes in the end of an attempt.
    ///
    /// - Parameter attempt: The facts to record; its beginning is already known here.
    mutating func ended(
        _ name: DeliveryKey, _ outcome: AttemptOutcome, _ attempt: OutboxTable.Attempt,
        at now: Instant, chance: Double
    ) -> AttemptConsequence? {
        guard
            let end = queues[name.webhook]?.ended(
                name.delivery, outcome, at: now, chance: chance)
        else { return nil }
        underway -= 1
        var attempt = attempt
        attempt.startedAt = end.startedAt
        let result: OutboxTable.Outcome =
            switch end.consequence {
            case .delivered: .delivered
            case .again(let time): .again(at: time)
            case .cutOff: .cutOff(at: now)
            case .failed, .gone: .failed
            }
        records.ended.append(
            Records.Ended(
                webhook: name.webhook, delivery: name.delivery, attempt: attempt, outcome: result,
                body: end.consequence == .delivered ? nil : end.ready.body))
        switch end.notice {
        case .opened: records.notices.append(.init(kind: .paused, webhook: name.webhook))
        case .recovered: records.notices.append(.init(kind: .recovered, webhook: name.webhook))
        case nil: break
        }
        if end.consequence == .gone {
            records.notices.append(.init(kind: .disabled, webhook: name.webhook))
        }
        return end.consequence
    }

    /// Takes back an attempt that could not be made because the gateway itself lacked a resource.
    /// It counts neither for the delivery nor for the breaker, and is not recorded.
    mutating func lacked(_ name: DeliveryKey, at now: Instant) {
        guard let isOnRecord = queues[name.webhook]?.lacked(name.delivery, at: now) else { return }
        underway -= 1
        records.started.removeAll { $0 == name }
        if isOnRecord { records.takenBack.append(name) }
        forgetIfOver(name.webhook)
    }

    // MARK: Recording

    /// The largest number of ended attempts in one transaction. The others wait for the next, so
    /// that the writer's turn stays short however many endpoints answer at once.
    static let mostEnded = 256

    /// The records to write now; nil while the previous ones are being written or if there are
    /// none.
    mutating func takeRecords(at now: Instant) -> Records? {
        guard pending == nil else { return nil }
        var batch = records
        let later = Array(batch.ended.dropFirst(Self.mostEnded))
        batch.ended.removeLast(later.count)
        for id in queues.keys { batch.started += queues[id]?.takeStarted(at: now) ?? [] }
        guard !batch.hasNothing else { return nil }
        records = Records()
        records.ended = later
        for index in batch.ended.indices { batch.ended[index].amend(at: now) }
        let ended = Set(
            batch.ended.map { DeliveryKey(webhook: $0.webhook, delivery: $0.delivery) })
        let touched = Set(
            batch.ended.map(\.webhook) + batch.started.map(\.webhook)
                + batch.skipped.map(\.webhook))
        batch.queues = touched.compactMap { queues[$0]?.standing(ended: ended) }
        batch.endpoints = queues.values.map(\.endpoint)
        pending = batch
        return batch
    }

    mutating func recorded() {
        guard let batch = pending else { return }
        pending = nil
        for name in batch.takenBack {
            queues[name.webhook]?.takenBack(name.delivery)
            forgetIfOver(name.webhook)
        }
        for ended in batch.ended {
            queues[ended.webhook]?.recorded(ended.delivery, dueAgain: ended.outcome.dueAgain)
            forgetIfOver(ended.webhook)
        }
    }

    /// Takes back records that could not be written; they are written again together with later
    /// ones.
    mutating func notRecorded() {
        guard let batch = pending else { return }
        pending = nil
        records.ended = batch.ended + records.ended
        let takenBack = Set(records.takenBack)
        records.started = batch.started.filter { !takenBack.contains($0) } + records.started
        records.takenBack = batch.takenBack + records.takenBack
        records.skipped = batch.skipped + records.skipped
        records.notices = batch.notices + records.notices
    }

    var isAllRecorded: Bool {
        pending == nil && records.ended.isEmpty && records.skipped.isEmpty
            && records.takenBack.isEmpty
    }
}

extension OutboxTable.Outcome {
    fileprivate var dueAgain: Instant? {
        switch self {
        case .again(let time), .cutOff(let time): time
        case .delivered, .failed: nil
        }
    }
}

extension Records.Ended {
    /// Makes a delivery due at once if its attempt was dated by a clock that was ahead.
    fileprivate mutating func amend(at now: Instant) {
        guard case .again = outcome, attempt.startedAt > now else { return }
        outcome = .again(at: now)
    }
}
