import Database
import Referrals
import Sockets
import Storage
import Synchronization
import Time

/// The queue in front of the one thread that writes. Messages that have gathered while the writer
/// was busy are processed in one transaction, so that they share one fsync; no response is sent
/// before that commit has returned. `WriterThread` does the work.
///
/// Large work is a task that stops at the end of its turn and returns the rest (see `Slice`). The
/// writer commits, processes the messages that wait, and continues the task in its next
/// transaction:
///
///     queue.submit({ processor, now, turn in
///         try eraseSome(of: rows[...], processor, turn)
///     }, done: { outcome in … })
///
///     func eraseSome(
///         of rows: ArraySlice<Row>, _ processor: EventProcessor, _ turn: Turn
///     ) throws -> Slice<Int> {
///         var rows = rows
///         while let row = rows.popFirst() {
///             try erase(row, processor)
///             if turn.isOver, !rows.isEmpty {
///                 return .more { [rows] processor, _, turn in
///                     try eraseSome(of: rows, processor, turn)
///                 }
///             }
///         }
///         return .done(count)
///     }
package final class WriteQueue: Sendable {
    /// The bounds of the queue and of a transaction.
    package struct Limits: Sendable {
        /// The largest number of requests that wait; beyond it, responses are 503.
        package var waiting = 4096
        /// The largest number of messages in one transaction.
        package var group = 256
        /// The time that the writer works in one transaction before it commits.
        package var turn = Turn.length

        /// The limits that a gateway runs with.
        package init() {}
    }

    /// Work other than messages, such as operators' changes. Each slice runs in a transaction of
    /// its own, which an error undoes. If a slice throws, the task ends there; the changes of
    /// earlier slices stay.
    package typealias Task<Value: Sendable> =
        @Sendable (EventProcessor, Instant, Turn) throws -> Slice<Value>

    /// The end of a transaction.
    package enum Ending: Sendable {
        case changed
        /// The transaction was committed and wrote nothing, which shows nothing about the disk.
        case unchanged
        case failed(StorageError)
    }

    /// Answers requests whose results are committed. Called on the writer's thread, so it must not
    /// wait; the responses are made elsewhere.
    package typealias Answering = @Sendable ([PostResult]) -> Void

    enum Work {
        case post(Post)
        /// A task as submitted; the argument is the time of arrival.
        case task(@Sendable (MonotonicTime) -> Job)
        /// Work that shares the transaction of the messages around it.
        case joined(@Sendable (MonotonicTime) -> Job)
        case poll(@Sendable () -> Void)
    }

    private let worker = Worker<[Work]>([])
    private let limits: Limits
    private let clock: WallClock
    private let ticks: Turn.Clock
    /// Makes the event processor on the writer's thread, which it never leaves.
    private let open: @Sendable () throws -> EventProcessor
    /// Reads the declarations again after another connection has changed them.
    private let reload: @Sendable (EventProcessor) throws -> Void
    private let observer: any WriteObserver
    private let answer: Answering

    /// - Parameters:
    ///   - ticks: The monotonic clock that measures turns.
    ///   - answer: Answers the partners' requests.
    package init(
        limits: Limits = Limits(), clock: WallClock,
        ticks: @escaping Turn.Clock = MonotonicTime.now,
        observer: any WriteObserver,
        answer: @escaping Answering,
        open: @escaping @Sendable () throws -> EventProcessor,
        reload: @escaping @Sendable (EventProcessor) throws -> Void
    ) {
        self.limits = limits
        self.clock = clock
        self.ticks = ticks
        self.observer = observer
        self.answer = answer
        self.open = open
        self.reload = reload
    }

    // MARK: From other threads

    /// Hands over the messages that a loop has gathered in one turn. Returns those for which the
    /// queue has no room.
    package func submit(_ posts: [Post]) -> ArraySlice<Post> {
        let taken = worker.put { waiting in
            let room = max(0, limits.waiting - waiting.count)
            for post in posts.prefix(room) { waiting.append(.post(post)) }
            return min(room, posts.count)
        }
        return posts.dropFirst(taken ?? 0)
    }

    /// Queues operators' work. `done` is called on the writer's thread: with the task's value after
    /// the commit of its last slice, or with the error that ended it.
    ///
    /// - Returns: False if the queue is stopping; `done` is then never called.
    package func submit<Value>(
        _ task: @escaping Task<Value>, done: @escaping @Sendable (Completion<Value>) -> Void
    ) -> Bool {
        submit(.task { Job(task, since: $0, done: done) })
    }

    /// Has the writer check at once for changes made by others and for work that has become due.
    /// `done` is called on the writer's thread after that. Returns false if the queue is stopping.
    package func poll(done: @escaping @Sendable () -> Void) -> Bool { submit(.poll(done)) }

    private func submit(_ work: Work) -> Bool { worker.put { $0.append(work) } != nil }

    /// Queues work that shares a commit with the messages processed at the same time. It must not
    /// change anything that decisions on messages depend on. `done` is called as by
    /// ``submit(_:done:)``. Returns false if the queue is stopping.
    package func enqueueWithNextGroup<Value>(
        _ task: @escaping Task<Value>, done: @escaping @Sendable (Completion<Value>) -> Void
    ) -> Bool {
        submit(.joined { Job(task, since: $0, done: done) })
    }

    /// Starts the thread. Throws the errors of `open`.
    package func start() throws {
        let opened = Latch()
        let failure = Mutex<(any Error)?>(nil)
        try worker.start(name: "writer") { [self] in
            do {
                let writer = WriterThread(
                    try open(), limits: limits, clock: clock, ticks: ticks, reload: reload,
                    observer: observer, answer: answer)
                opened.open()
                run(writer)
            } catch {
                failure.withLock { $0 = error }
                opened.open()
            }
        }
        opened.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Settles what is queued, then ends the thread.
    package func stop() { worker.stop() }

    // MARK: On the writer's thread

    private func run(_ writer: WriterThread) {
        while true {
            let (work, isStopping) = worker.take { waiting in
                defer { waiting = [] }
                return (waiting, waiting.isEmpty && writer.isIdle)
            }
            let mayWait = work.isEmpty && writer.isIdle
            writer.add(work)
            if isStopping, !writer.owesAnswers { return writer.end() }
            writer.takeTurns()
            // Nothing came and nothing was left: submitters know that they must signal. A writer
            // that has become idle in this very round checks once more first, since submissions
            // during the round gave no signal.
            if mayWait, writer.isIdle {
                worker.wait(milliseconds: WriterThread.housekeepingMilliseconds)
            }
        }
    }
}

/// The receiver of reports on commits; called on the writer's thread.
package protocol WriteObserver: Sendable {
    /// Reports the end of a transaction.
    ///
    /// - Parameters:
    ///   - count: The messages in the transaction; 0 for a slice of other work.
    ///   - took: The time from the start of the transaction to the end of its commit.
    ///   - failure: The failure; nil if the transaction is committed.
    ///   - queues: The queues of deliveries that the transaction has extended.
    func committed(count: Int, took: Duration, failure: StorageError?, queues: QueueChanges)
    func housekeepingFailed(_ error: StorageError)
    /// Reports automatic work that failed, and is not tried again before the next start, or for a
    /// while.
    func setAside(_ item: SetAside.Item, _ failure: StorageError)
    /// Reports that automatic work which had failed has succeeded.
    func recovered(_ item: SetAside.Item)
    /// Reports that the writer begins a round; called several times a second.
    func turned()
    /// Reports a time that the writer worked without a pause: on one transaction, or between two. A
    /// new message waits for a few of these at most, so each should stay below 20 ms. The wait for
    /// another process's lock is not counted.
    func turnEnded(after took: Duration)
    /// Reports the end of a transaction of any kind.
    func ended(_ ending: WriteQueue.Ending)
    /// Reports that a request was refused because another process held the lock too long; called
    /// once per wait.
    func refusedForLock()
    /// Reports that the writer has the lock again; called after a refusal.
    ///
    /// - Parameter wait: The time since the lock was first found to be held.
    func lockIsBack(after wait: Duration)
    /// Reports that the database's file is not at its path any more; from now on nothing is
    /// written.
    func storageReplaced()
}

// Observers implement only the reports that they need.
extension WriteObserver {
    package func setAside(_ item: SetAside.Item, _ failure: StorageError) {}
    package func recovered(_ item: SetAside.Item) {}
    package func turned() {}
    package func turnEnded(after took: Duration) {}
    package func ended(_ ending: WriteQueue.Ending) {}
    package func refusedForLock() {}
    package func lockIsBack(after wait: Duration) {}
    package func storageReplaced() {}
}
