import Sockets
import Synchronization

/// The text of `/metrics`, rendered once for all requests of one turn of a loop, so that a flood of
/// requests costs little more than its responses. No response is older than its request: no other
/// response is sent between the two.
final class RenderedFigures: Sendable {
    private struct State {
        var turn: MonotonicTime?
        var text: [UInt8] = []
    }

    private let state = Mutex(State())

    /// - Parameter turn: The time at which the turn of the loop began.
    func text(at turn: MonotonicTime, _ render: () -> [UInt8]) -> [UInt8] {
        state.withLock { state in
            if state.turn != turn {
                state.text = render()
                state.turn = turn
            }
            return state.text
        }
    }
}
