import Storage
import Time
import Transport

/// Which delivery is sent when, over all webhooks: told what is declared, read, answered and recorded, and
/// the time; it says what is to be read, sent and written.
///
/// Each webhook has a queue of its own, and none waits for another.
struct Dispatch {
    /// An attempt to be made.
    struct Start: Sendable {
        var endpoint: Endpoint
        var ready: EndpointQueue.Ready

        var name: Records.Name { Records.Name(webhook: endpoint.id, delivery: ready.due.id) }
    }

    /// Attempts that may have ended without being on record; beyond, no new ones are made, since what
    /// cannot be recorded would be sent again and again.
    static let mostUnrecorded = 8192

    /// Attempts at once, of all webhooks: each takes a connection.
    private let mostUnderway: Int
    private var queues: [Int64: EndpointQueue] = [:]
    private var stored: [Int64: OutboxTable.Queue] = [:]
    private var records = Records()
    /// Handed out to be written, until it is said how that went.
    private var pending: Records?
    private(set) var isStopping = false
    /// Attempts under way.
    private(set) var underway = 0
    /// The webhooks in the order of their turns, and whose is next.
    private var order: [Int64] = []
    private var next = 0
    /// The last time that was told.
    private var toldNow = Instant.earliest

    init(stored: [OutboxTable.Queue] = [], mostUnderway: Int = 1024) {
        self.mostUnderway = mostUnderway
        self.stored = Dictionary(stored.map { ($0.webhook, $0) }, uniquingKeysWith: { $1 })
    }

    // MARK: What is told

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

    /// A webhook that is declared no more is forgotten once nothing of it is under way: what a later one
    /// with its number has is no business of its.
    private mutating func forgetIfOver(_ id: Int64) {
        guard queues[id]?.isOver == true else { return }
        queues[id] = nil
        stored[id] = nil
    }

    /// Something was queued for a webhook.
    mutating func wake(_ webhook: Int64) { queues[webhook]?.wake() }

    /// A webhook is to be tried at once.
    mutating func probe(_ probe: QueueChanges.Probe) {
        queues[probe.webhook]?.probe(sending: probe.delivery)
    }

    /// Something may have been queued for any.
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

    /// No more attempts are begun.
    mutating func stop() { isStopping = true }

    // MARK: What is to be done

    mutating func questions(at now: Instant) -> [EndpointQueue.Question] {
        observe(now)
        guard !isStopping, hasRoom else { return [] }
        var questions: [EndpointQueue.Question] = []
        for id in queues.keys {
            if let question = queues[id]?.question(at: now) { questions.append(question) }
        }
        return questions
    }

    /// Notices that the clock was set back.
    private mutating func observe(_ now: Instant) {
        if toldNow - now >= Self.setback {
            for id in queues.keys { queues[id]?.clockWentBack() }
        }
        toldNow = now
    }

    /// A clock that is set back by less makes waits longer by no more than this.
    private static let setback = Duration.seconds(1)

    /// The next attempts of one turn: one of each queue in turn, each queue's own in its order.
    ///
    /// - Parameter most: attempts; where they do not suffice for all queues, the next turn goes on with
    ///   the queue after the last.
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

    /// The fewer attempts are left, the fewer one webhook may have: slow receivers, however many, leave
    /// some for others.
    private func share(of left: Int) -> Int {
        max(1, min(EndpointQueue.mostUnderway, left / 16))
    }

    private var hasRoom: Bool {
        records.ended.count + (pending?.ended.count ?? 0) < Self.mostUnrecorded
    }

    /// When something will be due by itself. What is due already waits for an attempt or a page to end.
    func wakeAt(after now: Instant) -> Instant? {
        queues.values.compactMap(\.wakeAt).filter { $0 > now }.min()
    }

    // MARK: Attempts

    /// How an attempt ended.
    ///
    /// - Parameter attempt: what is to be kept of it; when it began is known here.
    mutating func ended(
        _ name: Records.Name, _ outcome: AttemptOutcome, _ attempt: OutboxTable.Attempt,
        at now: Instant, chance: Double
    ) -> Verdict? {
        guard
            let end = queues[name.webhook]?.ended(
                name.delivery, outcome, at: now, chance: chance)
        else { return nil }
        underway -= 1
        var attempt = attempt
        attempt.startedAt = end.startedAt
        let result: OutboxTable.Outcome =
            switch end.verdict {
            case .delivered: .delivered
            case .again(let time): .again(at: time)
            case .cutOff: .cutOff(at: now)
            case .failed, .gone: .failed
            }
        records.ended.append(
            Records.Ended(
                webhook: name.webhook, delivery: name.delivery, attempt: attempt, outcome: result,
                body: end.verdict == .delivered ? nil : end.ready.body))
        switch end.notice {
        case .opened: records.notices.append(.init(kind: .paused, webhook: name.webhook))
        case .recovered: records.notices.append(.init(kind: .recovered, webhook: name.webhook))
        case nil: break
        }
        if end.verdict == .gone {
            records.notices.append(.init(kind: .disabled, webhook: name.webhook))
        }
        return end.verdict
    }

    /// An attempt could not be made, for want of something that the gateway itself needs. It does not
    /// count, neither for the delivery nor for the breaker, and nothing of it is kept.
    mutating func lacked(_ name: Records.Name, at now: Instant) {
        guard let isOnRecord = queues[name.webhook]?.lacked(name.delivery, at: now) else { return }
        underway -= 1
        records.started.removeAll { $0 == name }
        if isOnRecord { records.takenBack.append(name) }
        forgetIfOver(name.webhook)
    }

    // MARK: Recording

    /// Ends of attempts that are written in one transaction. The others wait for the next one, so that the writer's
    /// turn stays short however many endpoints answer at once.
    static let mostEnded = 256

    /// What is to be written now; nil while the last is not written, or where there is nothing.
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
            batch.ended.map { Records.Name(webhook: $0.webhook, delivery: $0.delivery) })
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

    /// It could not be written, and is to be tried again with what has come since.
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
    /// An attempt that a clock has dated which was ahead is made again at once.
    fileprivate mutating func amend(at now: Instant) {
        guard case .again = outcome, attempt.startedAt > now else { return }
        outcome = .again(at: now)
    }
}
