import Database
import Referrals
import Sockets
import Storage
import Synchronization
import Time
import Transport

/// The way to the one thread that writes. What has gathered while it was busy is settled in one transaction, so
/// that all who wait share one fsync; nobody is answered before that commit has returned. `WriterThread` does the work.
///
/// Large work is a task that stops at the end of its turn and returns what is left (see `Slice`). The writer
/// commits, settles the messages that wait, and continues the task in its next transaction:
///
///     queue.submit({ settlement, now, turn in
///         try eraseSome(of: rows[...], settlement, turn)
///     }, done: { outcome in … })
///
///     func eraseSome(
///         of rows: ArraySlice<Row>, _ settlement: Settlement, _ turn: Turn
///     ) throws -> Slice<Int> {
///         var rows = rows
///         while let row = rows.popFirst() {
///             try erase(row, settlement)
///             if turn.isOver, !rows.isEmpty {
///                 return .more { [rows] settlement, _, turn in
///                     try eraseSome(of: rows, settlement, turn)
///                 }
///             }
///         }
///         return .done(count)
///     }
package final class CommitQueue: Sendable {
    package struct Limits: Sendable {
        /// Requests that wait; beyond, 503.
        package var waiting = 4096
        /// Messages in one transaction.
        package var group = 256
        /// How long the writer works in one transaction before it commits.
        package var turn = Turn.length

        package init() {}
    }

    /// Work beside messages: operators' changes. Each slice runs in a transaction of its own, which an error
    /// undoes. Where a slice throws, the task ends there; the changes of earlier slices stay.
    package typealias Task<Value: Sendable> =
        @Sendable (Settlement, Instant, Turn) throws -> Slice<Value>

    /// How a transaction ended.
    package enum Ending: Sendable {
        case changed
        /// Committed, and nothing was written: that says nothing of the disk.
        case unchanged
        case failed(StorageError)
    }

    enum Work {
        case post(Post)
        /// A task, as it arrives.
        case task(@Sendable (MonotonicTime) -> Job)
        /// Shares the transaction of the messages around it.
        case rider(@Sendable (MonotonicTime) -> Job)
        case look(@Sendable () -> Void)
    }

    private struct State {
        var waiting: [Work] = []
        var isAsleep = false
        var isStopping = false
    }

    private let state = Mutex(State())
    private let wakeUp = WakeUp()
    private let stopped = Latch()
    private let limits: Limits
    private let clock: WallClock
    private let ticks: Turn.Clock
    /// Makes the settlement on the writer's thread, which it never leaves.
    private let open: @Sendable () throws -> Settlement
    /// Reads what is declared, after another connection may have changed it.
    private let reload: @Sendable (Settlement) throws -> Void
    private let observer: any CommitObserver

    /// - Parameter ticks: the monotonic clock, which turns are measured by.
    package init(
        limits: Limits = Limits(), clock: WallClock,
        ticks: @escaping Turn.Clock = MonotonicTime.now,
        observer: any CommitObserver,
        open: @escaping @Sendable () throws -> Settlement,
        reload: @escaping @Sendable (Settlement) throws -> Void
    ) {
        self.limits = limits
        self.clock = clock
        self.ticks = ticks
        self.observer = observer
        self.open = open
        self.reload = reload
    }

    // MARK: From other threads

    /// Hands over what a loop has gathered in one turn. What finds no place is returned.
    package func submit(_ posts: [Post]) -> ArraySlice<Post> {
        let (refused, mustSignal) = state.withLock { state -> (ArraySlice<Post>, Bool) in
            guard !state.isStopping else { return (posts[...], false) }
            let room = max(0, limits.waiting - state.waiting.count)
            for post in posts.prefix(room) { state.waiting.append(.post(post)) }
            defer { state.isAsleep = false }
            return (posts.dropFirst(room), state.isAsleep)
        }
        if mustSignal { wakeUp.signal() }
        return refused
    }

    /// Queues operators' work. `done` is called on the writer's thread: with the task's value after the commit of
    /// its last slice, or with the error that ended it.
    ///
    /// - Returns: false if the queue is stopping; `done` is then never called.
    package func submit<Value>(
        _ task: @escaping Task<Value>, done: @escaping @Sendable (Completion<Value>) -> Void
    ) -> Bool {
        submit(.task { Job(task, since: $0, done: done) })
    }

    /// Has the writer look for what others have changed and what may move on, without waiting for its next
    /// look; `done` is called on its thread after that. False where the queue is stopping.
    package func look(done: @escaping @Sendable () -> Void) -> Bool { submit(.look(done)) }

    private func submit(_ work: Work) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isStopping else { return false }
            state.waiting.append(work)
            state.isAsleep = false
            return true
        }
        if isTaken { wakeUp.signal() }
        return isTaken
    }

    /// Queues work that shares a commit with whatever is settled with it. It must not change what messages
    /// are settled by. `done` as above; false where the queue is stopping.
    package func ride<Value>(
        _ task: @escaping Task<Value>, done: @escaping @Sendable (Completion<Value>) -> Void
    ) -> Bool {
        let (isTaken, mustSignal) = state.withLock { state -> (Bool, Bool) in
            guard !state.isStopping else { return (false, false) }
            state.waiting.append(.rider { Job(task, since: $0, done: done) })
            defer { state.isAsleep = false }
            return (true, state.isAsleep)
        }
        if mustSignal { wakeUp.signal() }
        return isTaken
    }

    /// Starts the thread; throws what `open` throws.
    package func start() throws {
        let opened = Latch()
        let failure = Mutex<(any Error)?>(nil)
        let thread = try Thread(name: "writer") { [self] in
            do {
                let writer = WriterThread(
                    try open(), limits: limits, clock: clock, ticks: ticks, reload: reload,
                    observer: observer)
                opened.open()
                run(writer)
            } catch {
                failure.withLock { $0 = error }
                opened.open()
            }
            stopped.open()
        }
        thread.detach()
        opened.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Settles what is queued, then ends the thread.
    package func stop() {
        state.withLock { $0.isStopping = true }
        wakeUp.signal()
        stopped.wait()
    }

    // MARK: On the writer's thread

    private func run(_ writer: WriterThread) {
        while true {
            let (work, isStopping, mayWait) = state.withLock { state -> ([Work], Bool, Bool) in
                let taken = state.waiting
                state.waiting = []
                state.isAsleep = taken.isEmpty && writer.isIdle
                return (taken, state.isStopping, state.isAsleep)
            }
            writer.add(work)
            if isStopping, !writer.owesAnswers { return writer.end() }
            writer.takeTurns()
            // Nothing came and nothing was left: submitters know that they have to ring. A writer that has fallen
            // idle only in this round looks once more first, as what came meanwhile did not ring.
            if mayWait, writer.isIdle {
                _ = wakeUp.wait(milliseconds: WriterThread.lookMilliseconds)
            }
        }
    }
}

/// Hears how commits go; called on the writer's thread.
package protocol CommitObserver: Sendable {
    /// A transaction of the writer has ended.
    ///
    /// - Parameters:
    ///   - count: the messages in it; 0 for a slice of other work.
    ///   - took: the time from its start to the end of its commit.
    ///   - failure: nil for a transaction that is committed.
    ///   - queues: the queues of deliveries that it has made longer.
    func committed(count: Int, took: Duration, failure: StorageError?, queues: QueueChanges)
    func lookFailed(_ error: StorageError)
    /// Something that moves on by itself failed, and is not tried again before the next start.
    func setAside(_ item: SetAside.Item, _ failure: StorageError)
    /// The writer goes on to what has gathered meanwhile; called several times a second.
    func turned()
    /// The writer has worked without a pause: on one transaction, or between two. What arrives waits for a few of
    /// these at most, so each should stay below 20 ms. The wait for another process's lock is not counted.
    func turnEnded(after took: Duration)
    /// A transaction of any kind has ended.
    func ended(_ ending: CommitQueue.Ending)
    /// Somebody waited too long for the lock that another process holds; the first of one wait.
    func refusedForLock()
    /// The writer has the lock again; called after a refusal.
    ///
    /// - Parameter wait: since the lock was first found to be held.
    func lockIsBack(after wait: Duration)
    /// The database's file is not at its path any more; from now on nothing is written.
    func storageReplaced()
}

extension CommitObserver {
    package func setAside(_ item: SetAside.Item, _ failure: StorageError) {}
    package func turned() {}
    package func turnEnded(after took: Duration) {}
    package func ended(_ ending: CommitQueue.Ending) {}
    package func refusedForLock() {}
    package func lockIsBack(after wait: Duration) {}
    package func storageReplaced() {}
}
