import SQLite
import Sockets
import Storage
import Synchronization

/// A thread with a read-only connection of its own, for questions that would hold up a loop.
package final class ReadThread: Sendable {
    package typealias Question = @Sendable (Store) -> Void

    private struct State {
        var waiting: [Question] = []
        var isStopping = false
    }

    private static let mostWaiting = 256

    private let state = Mutex(State())
    private let bell = Doorbell()
    private let stopped = Latch()

    package init() {}

    package func start(
        _ open: @escaping @Sendable () throws(DatabaseError) -> Store
    ) throws(SystemError) {
        let thread = try Thread(name: "reader") { [self] in
            if let store = try? open() { run(store) }
            stopped.open()
        }
        thread.detach()
    }

    /// False where too many wait already, or it is stopping.
    package func ask(_ question: @escaping Question) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isStopping, state.waiting.count < Self.mostWaiting else { return false }
            state.waiting.append(question)
            return true
        }
        if isTaken { bell.ring() }
        return isTaken
    }

    package func stop() {
        state.withLock { $0.isStopping = true }
        bell.ring()
        stopped.wait()
    }

    private func run(_ store: Store) {
        while true {
            let (questions, isStopping) = state.withLock { state -> ([Question], Bool) in
                defer { state.waiting = [] }
                return (state.waiting, state.isStopping)
            }
            for question in questions { question(store) }
            if questions.isEmpty {
                if isStopping { return }
                _ = bell.wait(milliseconds: 60_000)
            }
        }
    }
}
