import Database
import Referrals
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
        case key(ID<Referrals.Key>)
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

    private struct Asked: Sendable {
        var question: Question
        var refuse: @Sendable () -> Void
    }

    private struct Mail: Sendable {
        var waiting = FairQueue<Client, Asked>(
            mostOfOne: ReadThread.mostOfOne, most: ReadThread.mostWaiting)
        var condition = Condition.idle
    }

    /// The largest number of one client's waiting queries.
    package static let mostOfOne = 256
    private static let mostWaiting = 1024

    private let worker = Worker(Mail())

    private let clock: @Sendable () -> MonotonicTime

    /// Makes a thread that does not run yet.
    ///
    /// - Parameter clock: The clock that `condition` is measured by.
    package init(clock: @escaping @Sendable () -> MonotonicTime = { .now() }) {
        self.clock = clock
    }

    /// Starts the thread with the store that `open` returns. Throws if the system refuses the
    /// thread.
    package func start(
        _ open: @escaping @Sendable () throws(DatabaseError) -> Store
    ) throws(SystemError) {
        try worker.start(name: "reader") { [self] in
            if let store = openAtLast(open) { run(store) }
        }
    }

    /// The state of the thread.
    package var condition: Condition { worker.withMail { $0.condition } }

    /// Queues a query. Returns false if too many of the client's queries wait already, or the
    /// thread is stopping.
    ///
    /// - Parameter refuse: Called instead of `question` if the query cannot run after all.
    package func ask(
        _ client: Client, _ question: @escaping Question, refuse: @escaping @Sendable () -> Void
    ) -> Bool {
        let asked = Asked(question: question, refuse: refuse)
        switch worker.put({ $0.waiting.append(asked, of: client) }) {
        case .refused?, nil: return false
        case .taken?: return true
        case .displaced(let other)?:
            other.refuse()
            return true
        }
    }

    /// Answers the queries that wait, then ends the thread. Returns when it has ended.
    package func stop() { worker.stop() }

    /// Opens the store, and retries until it can; refuses queries meanwhile. Returns nil if the
    /// thread must stop.
    private func openAtLast(
        _ open: @Sendable () throws(DatabaseError) -> Store
    ) -> Store? {
        while true {
            do throws(DatabaseError) {
                let store = try open()
                worker.withMail { $0.condition = .idle }
                return store
            } catch {
                worker.withMail { $0.condition = .cannotOpen(error) }
            }
            let (refused, isStopping) = worker.take { ($0.waiting.removeAll(), true) }
            for asked in refused { asked.refuse() }
            if isStopping { return nil }
            worker.wait(milliseconds: 250)
        }
    }

    private func run(_ store: Store) {
        while true {
            let now = clock()
            let (asked, isStopping) = worker.take { mail in
                let next = mail.waiting.next()
                mail.condition = next == nil ? .idle : .busy(since: now)
                return (next, next == nil)
            }
            if let asked {
                asked.question(store)
            } else if isStopping {
                return
            } else {
                worker.wait(milliseconds: 60_000)
            }
        }
    }
}
