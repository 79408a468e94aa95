import Sockets
import Synchronization

/// The loops of a running server, and the state of their stop.
final class ServerLoops: Sendable {
    private struct State {
        var all: [ServerLoop] = []
        var running = 0
    }

    private let state = Mutex(State())
    let allStopped = Latch()

    var all: [ServerLoop] { state.withLock { $0.all } }

    func opened(_ serverLoops: [ServerLoop]) {
        state.withLock { state in
            precondition(state.all.isEmpty, "a server is started once")
            state.all = serverLoops
            state.running = serverLoops.count
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
