import Database
import Ledger
import Mapping
import SQLite
import Sockets
import Synchronization
import TestSupport
import Testing
import Time
import Transport

@testable import Storage

/// How long the writer works without a pause, as it reports it.
@Suite(.timeLimit(.minutes(1))) struct WriterTurnTests {
    /// A clock that stands still, but for what a task adds.
    private final class Ticks: Sendable {
        private let nanoseconds = Mutex<Int64>(0)

        var now: MonotonicTime { MonotonicTime(nanoseconds: nanoseconds.withLock { $0 }) }

        func advance(milliseconds: Int64) {
            nanoseconds.withLock { $0 += milliseconds * 1_000_000 }
        }
    }

    private final class Turns: WriteObserver {
        let taken = Mutex<[Duration]>([])

        func committed(
            count: Int, took: Duration, failure: StorageError?, queues: QueueChanges
        ) {}
        func housekeepingFailed(_ error: StorageError) {}
        func turnEnded(after took: Duration) { taken.withLock { $0.append(took) } }

        var long: [Duration] { taken.withLock { $0.filter { $0 > .zero } } }
    }

    private func queue(
        on database: ScratchDatabase, _ ticks: Ticks, _ turns: Turns
    ) -> WriteQueue {
        WriteQueue(
            clock: .system, ticks: { ticks.now }, observer: turns, answer: { _ in },
            open: {
                EventProcessor(
                    try Store.open(database.path, for: .writer),
                    declarations: CompiledDeclarations(sources: [], campaigns: [], webhooks: []),
                    randomBytes: { Array(repeating: 0, count: $0) })
            }, reload: { _ in })
    }

    @Test func `each slice of a task is a turn of its own, and one that is too long shows`() throws
    {
        let database = try ScratchDatabase()
        let (ticks, turns) = (Ticks(), Turns())
        let queue = queue(on: database, ticks, turns)
        try queue.start()
        let done = Latch()
        let isQueued = queue.submit(
            { _, _, _ in
                ticks.advance(milliseconds: 7)
                return .more { _, _, _ in
                    ticks.advance(milliseconds: 30)
                    return .done(())
                }
            }, done: { _ in done.open() })
        #expect(isQueued)
        done.wait()
        queue.stop()
        #expect(turns.long == [.milliseconds(7), .milliseconds(30)])
    }

    /// The writer looks four times a second by itself; work must not have to wait for that.
    @Test func `what arrives as the writer falls idle is done without waiting for its next look`()
        throws
    {
        let rounds = 8
        var took = Duration.zero
        for _ in 0..<rounds {
            let database = try ScratchDatabase()
            let queue = queue(on: database, Ticks(), Turns())
            try queue.start()
            defer { queue.stop() }
            let began = ContinuousClock.now
            let done = Latch()
            // The last slice is done in a round that began with nothing new.
            let isQueued = queue.submit(
                { _, _, _ in .more { _, _, _ in .done(()) } },
                done: { _ in
                    let isTaken = queue.enqueueWithNextGroup(
                        { _, _, _ in .done(()) }, done: { _ in done.open() })
                    if !isTaken { done.open() }
                })
            #expect(isQueued)
            done.wait()
            took += ContinuousClock.now - began
        }
        #expect(took < .milliseconds(250 * rounds / 2))
    }
}
