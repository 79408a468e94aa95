import Sockets
import Synchronization

/// The text of `/metrics`, rendered once for all who ask in one turn of a loop, so that a flood of questions costs
/// little more than its answers. No answer is older than its request: nobody has been answered between.
final class RenderedFigures: Sendable {
    private struct State {
        var turn: Moment?
        var text: [UInt8] = []
    }

    private let state = Mutex(State())

    /// - Parameter turn: when the turn of the loop began.
    func text(at turn: Moment, _ render: () -> [UInt8]) -> [UInt8] {
        state.withLock { state in
            if state.turn != turn {
                state.text = render()
                state.turn = turn
            }
            return state.text
        }
    }
}
