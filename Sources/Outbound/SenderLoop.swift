import HTTP
import Referrals
import Sockets
import Storage
import Time
import Transport
import Webhooks

/// The part of the sender that runs on its loop around the schedule (`SendSchedule`): sockets,
/// timers, and the ways to the reader and the writer.
final class SenderLoop {
    private let loop: Loop
    private let client: HTTPClient
    private let reader: PageReader
    private let limits: OutboxSender.Limits
    private let clock: WallClock
    /// A random number from 0 to 1, which spreads the next attempt.
    private let chance: () -> Double
    private let observer: any SenderObserver
    private let record: OutboxSender.Record
    private let whenStopped: () -> Void

    private var schedule = SendSchedule()
    private var endpoints: [Endpoint] = []
    private var campaigns: [ID<Campaign>: CampaignNote] = [:]
    private var isReady = false
    /// True if something has changed in this turn.
    private var isDue = false
    private var isGathering = false
    private var hasStopped = false
    private var lookedAt = MonotonicTime(nanoseconds: 0)
    private var pace = Pace()
    private var isHeldBack = false

    /// The interval at which the wall clock is read, because it may be set.
    private static let pollInterval = Duration.milliseconds(250)

    init(
        loop: Loop, client: HTTPClient, reader: PageReader, limits: OutboxSender.Limits,
        clock: WallClock, chance: @escaping () -> Double, observer: any SenderObserver,
        record: @escaping OutboxSender.Record, whenStopped: @escaping () -> Void
    ) {
        self.loop = loop
        self.client = client
        self.reader = reader
        self.limits = limits
        self.clock = clock
        self.chance = chance
        self.observer = observer
        self.record = record
        self.whenStopped = whenStopped
        loop.atEndOfTurn { self.advance() }
    }

    // MARK: Start and stop

    /// Begins with the attempts that a killed gateway left under way.
    func start() {
        var records = Records()
        records.recovers = true
        submit(records) { senderLoop, isCommitted in
            guard isCommitted else { return senderLoop.startAgain() }
            let box = Box(senderLoop)
            senderLoop.reader.queues { queues in
                box.onLoop { senderLoop in
                    guard let queues else { return senderLoop.startAgain() }
                    senderLoop.schedule = SendSchedule(
                        stored: queues, mostUnderway: senderLoop.limits.connections)
                    senderLoop.schedule.declare(senderLoop.endpoints)
                    senderLoop.isReady = true
                    senderLoop.isDue = true
                    senderLoop.pollLater()
                }
            }
        }
    }

    private func startAgain() {
        guard !schedule.isStopping else { return finishStop() }
        loop.schedule(after: Self.pollInterval) { self.start() }
    }

    func declare(_ endpoints: [Endpoint], _ campaigns: [ID<Campaign>: CampaignNote]) {
        self.endpoints = endpoints
        self.campaigns = campaigns
        if isReady { schedule.declare(endpoints) }
        isDue = true
    }

    func wake(after commits: OutboxSender.Commits) {
        pace.committed(commits.requests, in: commits.count, at: loop.now)
        for webhook in commits.webhooks { schedule.wake(webhook) }
        for probe in commits.probes { schedule.probe(probe) }
        isDue = true
    }

    func stop() {
        schedule.stop()
        isDue = true
        guard isReady else { return finishStop() }
        loop.schedule(after: limits.grace) {
            // Attempts still under way are cut off here and made again after the next start.
            self.client.close()
            self.isDue = true
        }
        // A writer that accepts nothing more must not keep the process alive.
        loop.schedule(after: limits.grace + .seconds(2)) { self.finishStop() }
    }

    private func finishStop() {
        guard !hasStopped else { return }
        hasStopped = true
        client.close()
        whenStopped()
    }

    // MARK: Turns

    private func pollLater() {
        guard !hasStopped else { return }
        // Deliveries that operators or the passing of time make due are queued without a notice.
        if loop.now - lookedAt >= .seconds(1) {
            lookedAt = loop.now
            schedule.wakeAll()
        }
        var wait = Self.pollInterval
        let now = clock.now()
        if let wakeAt = schedule.wakeAt(after: now) {
            wait = max(.milliseconds(5), min(wait, wakeAt - now))
        }
        loop.schedule(after: wait) {
            self.isDue = true
            self.pollLater()
        }
    }

    private func advance() {
        guard isDue, isReady, !hasStopped else { return }
        isDue = false
        let now = clock.now()
        begin(at: now)
        for question in schedule.questions(at: now) { ask(question) }
        gather()
        if schedule.isStopping, schedule.underway == 0, schedule.isAllRecorded { finishStop() }
    }

    private func begin(at now: Instant) {
        let room = pace.room(at: loop.now)
        let starts = schedule.starts(at: now, atMost: room)
        for start in starts { attempt(start, at: now) }
        pace.begun(starts.count)
        guard starts.count == room, !isHeldBack else { return }
        isHeldBack = true
        loop.schedule(after: Pace.pause) {
            self.isHeldBack = false
            self.isDue = true
        }
    }

    private func ask(_ question: EndpointQueue.Question) {
        guard let endpoint = endpoints.first(where: { $0.id == question.webhook }) else {
            return schedule.pageFailed(question)
        }
        let box = Box(self)
        let setting = PageReader.Setting(campaigns: campaigns, endpoint: endpoint)
        reader.read(question, setting) { page in
            box.onLoop { senderLoop in
                guard let page else {
                    // A database that cannot be read now is asked again at the next reading of
                    // the clock.
                    return senderLoop.schedule.pageFailed(question)
                }
                senderLoop.schedule.take(page)
                senderLoop.isDue = true
            }
        }
    }

    // MARK: Attempts

    private func attempt(_ start: SendSchedule.Start, at now: Instant) {
        let name = start.name
        let began = loop.now
        switch start.endpoint.target {
        case .failure(let fault):
            ended(start, .failure(.addressRefused(fault)), since: began)
        case .success(let target):
            let signature: [(name: String, value: String)]
            do {
                signature = try start.endpoint.signature(
                    id: start.ready.id, at: now, body: start.ready.body)
            } catch {
                // OpenSSL could not sign the request. Ending the attempt within this call would
                // loop for ever.
                loop.schedule(after: .zero) { self.lacked(name, .tls) }
                return
            }
            client.call(
                target.destination,
                target.head.request(adding: signature, body: start.ready.body),
                of: start.endpoint.id.number, within: limits.patience
            ) { outcome in
                self.ended(start, outcome, since: began)
            }
        }
    }

    private func ended(
        _ start: SendSchedule.Start, _ outcome: HTTPClient.Outcome, since began: MonotonicTime
    ) {
        let took = loop.clock() - began
        let now = clock.now()
        var attempt = OutboxTable.Attempt(startedAt: now, latency: took)
        let result: AttemptOutcome
        let code: String
        switch outcome {
        case .success(let response):
            let status = Int(response.status.code)
            code = "\(status)"
            attempt.status = status
            attempt.answer = String(decoding: response.body, as: UTF8.self)
            if !response.status.isSuccess {
                attempt.error = "status"
                attempt.detail = Self.words(for: status)
            }
            result = .answered(
                status: status,
                retryAfter: response.fields.first("retry-after").flatMap {
                    RetryAfter.read($0, now: now)
                })
        case .failure(.lacking(let lack)): return lacked(start.name, lack)
        case .failure(let failure):
            code = failure.code
            attempt.error = failure.code
            attempt.detail = failure.description
            result = failure == .stopped ? .cutOff : .failed
        }
        ended(start, result, attempt, code: code, took: took)
    }

    private func ended(
        _ start: SendSchedule.Start, _ outcome: AttemptOutcome, _ attempt: OutboxTable.Attempt,
        code: String, took: Duration
    ) {
        let consequence = schedule.ended(
            start.name, outcome, attempt, at: clock.now(),
            chance: outcome.isSuccess ? 0 : chance())
        isDue = true
        guard let consequence else { return }
        observer.attempted(
            AttemptReport(
                webhook: start.name.webhook, delivery: start.name.delivery, id: start.ready.id,
                consequence: consequence, code: code, took: took),
            underway: schedule.underway)
    }

    /// Makes the delivery due again soon; nothing of this attempt is recorded.
    private func lacked(_ name: DeliveryKey, _ lack: Lack) {
        schedule.lacked(name, at: clock.now())
        isDue = true
        observer.lacked(lack, webhook: name.webhook)
    }

    private static func words(for status: Int) -> String {
        switch status {
        case 300..<400: "the receiver answered \(status); redirects are not followed"
        case 410: "the receiver answered 410, which disables the webhook"
        default: "the receiver answered \(status)"
        }
    }

    // MARK: Records

    /// Waits for more results before writing: a commit costs the main path more than a row.
    private func gather() {
        guard !isGathering else { return }
        isGathering = true
        loop.schedule(after: schedule.isStopping ? .zero : limits.gathering) {
            self.isGathering = false
            self.write()
        }
    }

    private func write() {
        guard let records = schedule.takeRecords(at: clock.now()) else { return }
        submit(records) { senderLoop, isCommitted in
            if isCommitted {
                senderLoop.schedule.recorded()
                senderLoop.isDue = true
            } else {
                senderLoop.schedule.notRecorded()
                senderLoop.observer.recordingFailed(attempts: records.attempts)
                // The records are written again at the next reading of the clock.
            }
        }
    }

    private func submit(_ records: Records, then: @escaping @Sendable (SenderLoop, Bool) -> Void) {
        let box = Box(self)
        let isTaken = record(records) { isCommitted in
            box.onLoop { senderLoop in then(senderLoop, isCommitted) }
        }
        if !isTaken { then(self, false) }
    }

    /// Carries the shell through other threads back to the loop's own.
    // Sendable because only the loop's thread opens it.
    private struct Box: @unchecked Sendable {
        private let senderLoop: SenderLoop
        private let loop: Loop

        init(_ senderLoop: SenderLoop) {
            self.senderLoop = senderLoop
            loop = senderLoop.loop
        }

        func onLoop(_ work: @escaping @Sendable (SenderLoop) -> Void) {
            loop.execute { work(senderLoop) }
        }
    }
}
