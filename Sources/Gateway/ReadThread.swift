import Database
import Sockets
import Storage
import Synchronization

/// A thread with its own read-only connection, for queries that would block a loop. Clients take
/// turns.
package final class ReadThread: Sendable {
    /// A query; it runs on the thread.
    package typealias Question = @Sendable (Store) -> Void

    /// The client of a query, whose queries wait in one queue.
    package enum Client: Hashable, Sendable {
        case key(Int64)
        /// All clients whose key has not been looked up yet.
        case strangers
        /// All clients of routes that need no key.
        case everybody
    }

    /// The state of the thread.
    package enum Condition: Sendable {
        case idle
        case busy(since: MonotonicTime)
        case cannotOpen(DatabaseError)
    }

    private struct Asked {
        var question: Question
        var refuse: @Sendable () -> Void
    }

    private struct State {
        var waiting = FairQueue<Client, Asked>(
            mostOfOne: ReadThread.mostOfOne, most: ReadThread.mostWaiting)
        var condition = Condition.idle
        var isStopping = false
    }

    /// The largest number of one client's waiting queries.
    package static let mostOfOne = 256
    private static let mostWaiting = 1024

    private let state = Mutex(State())
    private let wakeUp = WakeUp()
    private let stopped = Latch()

    /// Makes a thread that does not run yet.
    package init() {}

    /// Starts the thread with the store that `open` returns. Throws if the system refuses the
    /// thread.
    package func start(
        _ open: @escaping @Sendable () throws(DatabaseError) -> Store
    ) throws(SystemError) {
        let thread = try Thread(name: "reader") { [self] in
            if let store = openAtLast(open) { run(store) }
            stopped.open()
        }
        thread.detach()
    }

    /// The state of the thread.
    package var condition: Condition { state.withLock { $0.condition } }

    /// Queues a query. Returns false if too many of the client's queries wait already, or the
    /// thread is stopping.
    ///
    /// - Parameter refuse: Called instead of `question` if the query cannot run after all.
    package func ask(
        _ client: Client, _ question: @escaping Question, refuse: @escaping @Sendable () -> Void
    ) -> Bool {
        let asked = Asked(question: question, refuse: refuse)
        let admission = state.withLock { state in
            state.isStopping ? .refused : state.waiting.append(asked, of: client)
        }
        switch admission {
        case .refused: return false
        case .taken: break
        case .displaced(let other): other.refuse()
        }
        wakeUp.signal()
        return true
    }

    /// Answers the queries that wait, then ends the thread. Returns when it has ended.
    package func stop() {
        state.withLock { $0.isStopping = true }
        wakeUp.signal()
        stopped.wait()
    }

    /// Opens the store, and retries until it can; refuses queries meanwhile. Returns nil if the
    /// thread must stop.
    private func openAtLast(
        _ open: @Sendable () throws(DatabaseError) -> Store
    ) -> Store? {
        while true {
            do throws(DatabaseError) {
                let store = try open()
                state.withLock { $0.condition = .idle }
                return store
            } catch {
                state.withLock { $0.condition = .cannotOpen(error) }
            }
            let (refused, isStopping) = state.withLock { state in
                (state.waiting.removeAll(), state.isStopping)
            }
            for asked in refused { asked.refuse() }
            if isStopping { return nil }
            _ = wakeUp.wait(milliseconds: 250)
        }
    }

    private func run(_ store: Store) {
        while true {
            let now = MonotonicTime.now()
            let (asked, isStopping) = state.withLock { state in
                let next = state.waiting.next()
                state.condition = next == nil ? .idle : .busy(since: now)
                return (next, state.isStopping)
            }
            if let asked {
                asked.question(store)
            } else if isStopping {
                return
            } else {
                _ = wakeUp.wait(milliseconds: 60_000)
            }
        }
    }
}
