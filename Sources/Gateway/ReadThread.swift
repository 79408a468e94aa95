import Database
import Sockets
import Storage
import Synchronization

/// A thread with a read-only connection of its own, for questions that would hold up a loop. Those who ask
/// take turns.
package final class ReadThread: Sendable {
    package typealias Question = @Sendable (Store) -> Void

    /// Who asks.
    package enum Client: Hashable, Sendable {
        case key(Int64)
        /// Those whose key has not been looked up yet, all together.
        case strangers
        /// Whoever needs no key, all together.
        case everybody
    }

    /// How the thread fares.
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

    package static let mostOfOne = 256
    private static let mostWaiting = 1024

    private let state = Mutex(State())
    private let wakeUp = WakeUp()
    private let stopped = Latch()

    package init() {}

    package func start(
        _ open: @escaping @Sendable () throws(DatabaseError) -> Store
    ) throws(SystemError) {
        let thread = try Thread(name: "reader") { [self] in
            if let store = openAtLast(open) { run(store) }
            stopped.open()
        }
        thread.detach()
    }

    package var condition: Condition { state.withLock { $0.condition } }

    /// False where too many questions of the client wait already, or the thread is stopping.
    ///
    /// - Parameter refuse: called instead of `question` where it cannot be asked after all.
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

    package func stop() {
        state.withLock { $0.isStopping = true }
        wakeUp.signal()
        stopped.wait()
    }

    /// A database that cannot be opened now is tried again until it can; nil where the thread is to stop. Who
    /// asks meanwhile is refused.
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
