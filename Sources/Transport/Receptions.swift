import Sockets
import Synchronization

/// The loops of a running server, and the state of their stop.
final class Receptions: Sendable {
    private struct State {
        var all: [Reception] = []
        var running = 0
    }

    private let state = Mutex(State())
    let allStopped = Latch()

    var all: [Reception] { state.withLock { $0.all } }

    func opened(_ receptions: [Reception]) {
        state.withLock { state in
            precondition(state.all.isEmpty, "a server is started once")
            state.all = receptions
            state.running = receptions.count
        }
    }

    func oneStopped() {
        let isLast = state.withLock { state in
            state.running -= 1
            return state.running == 0
        }
        if isLast { allStopped.open() }
    }
}
