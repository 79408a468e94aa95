import Database
import Sockets
import Storage
import Synchronization

/// Shortens the write-ahead log after a connection has read from one snapshot for a long time.
///
/// By then the log may hold gigabytes. A thread of its own moves them into the database over
/// another connection, while the writer continues; the writer moves only the frames written since,
/// and truncates the file.
final class LogKeeper: Sendable {
    private enum State {
        case idle, moving
        /// The move is over; `left` is the number of frames that remain in the log.
        case moved(left: Int)
    }

    private let state = Mutex(State.idle)

    /// Checks the log; called repeatedly on the writer's thread.
    func check(_ store: Store) {
        guard store.hasLongLog else { return }
        let isShort = state.withLock { state -> Bool? in
            switch state {
            case .moving: return nil
            case .idle:
                state = .moving
                return false
            case .moved(let left):
                // If the log cannot be truncated because of a reader, the whole move is tried
                // again.
                let isShort = LogMove.isShort(frames: left)
                state = isShort ? .idle : .moving
                return isShort
            }
        }
        guard let isShort else { return }
        if isShort { store.cutLog() } else { move(store) }
    }

    private func move(_ store: Store) {
        guard let move = store.logMove,
            let thread = try? Thread(
                name: "log",
                { [self] in
                    let left = move.run()
                    state.withLock { $0 = left.map { .moved(left: $0) } ?? .idle }
                })
        else { return state.withLock { $0 = .idle } }
        thread.detach()
    }
}
