import Database
import HTTP
import Ledger
import Sockets
import Storage
import Synchronization
import Time
import Transport

/// Collects the gateway's state for requests without a key.
///
/// Recent findings are returned at once. Old findings are renewed once for all requests that arrive
/// meanwhile, and no request waits longer for that than `patience`: neither for the writer nor for
/// the reader, which is not the operators' one. So a flood of requests costs one commit and one
/// query of the tables per `freshness`.
package final class Health: Sendable {
    /// The time for which findings are returned again.
    static let freshness = Duration.milliseconds(250)
    static let patience = Duration.milliseconds(500)

    /// The parts that a response is made from.
    enum Need: Sendable { case writer, all }

    /// The state as found.
    struct Findings: Sendable {
        var now: MonotonicTime
        var writer: WriterWatch.Facts
        /// True if the writer should have proved by now that it can write, and has not.
        var isProofOverdue: Bool
        /// Nil if the tables could not be read in time.
        var outbox: OutboxFacts?
    }

    private struct Asked {
        var reply: Reply
        var at: MonotonicTime
        var need: Need
        var render: @Sendable (Findings) -> Response
    }

    private struct State {
        var asked: [Asked] = []
        /// The time since which a proof is awaited from the writer.
        var proofSince: MonotonicTime?
        /// The time since which the outbox is being read.
        var readingSince: MonotonicTime?
        var outbox: OutboxFacts?
        var outboxAt: MonotonicTime?

        func isOutboxFresh(at now: MonotonicTime) -> Bool {
            outboxAt.map { now - $0 < Health.freshness } ?? false
        }

        func isOverdue(_ since: MonotonicTime?, _ now: MonotonicTime) -> Bool {
            since.map { now - $0 >= Health.patience } ?? false
        }

        /// Takes out the requests that can be answered: all they need is known, or they have waited
        /// long enough.
        mutating func takeAnswerable(at now: MonotonicTime) -> [Asked] {
            let isAnswerable: (Asked) -> Bool = { [proofSince, readingSince] asked in
                let isKnown = proofSince == nil && (asked.need == .writer || readingSince == nil)
                return isKnown || now - asked.at >= Health.patience
            }
            let answerable = asked.filter(isAnswerable)
            asked.removeAll(where: isAnswerable)
            return answerable
        }
    }

    private let state = Mutex(State())
    private let writer: WriterWatch
    private let queue: WriteQueue
    private let reader: ReadThread
    private let clock: WallClock
    private let monotonic: @Sendable () -> MonotonicTime

    /// - Parameters:
    ///   - reader: A reader for these queries only.
    ///   - monotonic: The clock of the loops and of `writer`.
    package init(
        writer: WriterWatch, queue: WriteQueue, reader: ReadThread, clock: WallClock,
        monotonic: @escaping @Sendable () -> MonotonicTime = { .now() }
    ) {
        self.monotonic = monotonic
        self.writer = writer
        self.queue = queue
        self.reader = reader
        self.clock = clock
    }

    /// Answers at once, or within `patience`. Called on the reply's loop.
    func answer(
        _ reply: Reply, need: Need, _ render: @escaping @Sendable (Findings) -> Response
    ) {
        let now = monotonic()
        let isWriterFresh = writer.facts.isFresh(at: now)
        let (isKnown, asksWriter, asksReader) = state.withLock { state in
            let needsOutbox = need == .all && !state.isOutboxFresh(at: now)
            let isKnown =
                (isWriterFresh || state.isOverdue(state.proofSince, now))
                && (!needsOutbox || state.isOverdue(state.readingSince, now))
            if !isKnown {
                state.asked.append(Asked(reply: reply, at: now, need: need, render: render))
            }
            let asksWriter = !isWriterFresh && state.proofSince == nil
            let asksReader = needsOutbox && state.readingSince == nil
            if asksWriter { state.proofSince = now }
            if asksReader { state.readingSince = now }
            return (isKnown, asksWriter, asksReader)
        }
        if isKnown {
            reply.answer(render(findings(at: now)))
        } else {
            reply.loop.schedule(after: Self.patience) { self.answerAsked() }
        }
        if asksWriter { askForProof() }
        if asksReader { readOutbox() }
    }

    private func answerAsked() {
        let now = monotonic()
        let asked = state.withLock { $0.takeAnswerable(at: now) }
        guard !asked.isEmpty else { return }
        let findings = findings(at: now)
        Reply.answer(asked.map { ($0.reply, $0.render(findings)) })
    }

    private func findings(at now: MonotonicTime) -> Findings {
        let writer = writer.facts
        return state.withLock { state in
            // A missing proof means nothing if the writer has written since.
            let isOverdue =
                state.isOverdue(state.proofSince, now)
                && writer.wroteAt ?? MonotonicTime(nanoseconds: .min) < state.proofSince ?? now
            return Findings(
                now: now, writer: writer, isProofOverdue: isOverdue,
                outbox: state.isOverdue(state.readingSince, now) ? nil : state.outbox)
        }
    }

    // MARK: Collecting

    private func askForProof() {
        let isTaken = queue.submit { processor, _, _ in
            try processor.store.catalog.proveRoom()
            return .done(())
        } done: { [self] (outcome: Completion<Void>) in
            if case .failure(let failure as StorageError) = outcome.result {
                writer.proofFailed(failure)
            }
            proofEnded()
        }
        // If the queue is stopping, the last findings are returned.
        if !isTaken { proofEnded() }
    }

    private func proofEnded() {
        state.withLock { $0.proofSince = nil }
        answerAsked()
    }

    private func readOutbox() {
        let isTaken = reader.ask(.everybody) { [self] store in
            outboxRead(OutboxFacts.read(store, at: clock.now()))
        } refuse: { [self] in
            outboxRead(.unreadable)
        }
        if !isTaken { outboxRead(.unreadable) }
    }

    private func outboxRead(_ outbox: OutboxFacts) {
        let now = monotonic()
        state.withLock { state in
            state.outbox = outbox
            state.outboxAt = now
            state.readingSince = nil
        }
        answerAsked()
    }
}

extension WriterWatch.Facts {
    /// True if it was found recently that the writer can write, or that it cannot.
    fileprivate func isFresh(at now: MonotonicTime) -> Bool {
        let latest = failure?.at ?? wroteAt
        return latest.map { now - $0 < Health.freshness } ?? false
    }
}
