import SQLite
import Sockets
import Storage
import Synchronization

/// Cuts the write-ahead log again after somebody has read from one snapshot for a long time.
///
/// By then the log may hold gigabytes. A thread of its own moves them into the database over another connection,
/// while the writer goes on; the writer moves only what has come since, and cuts the file.
final class LogKeeper: Sendable {
    private enum State {
        case idle, moving
        /// The number of frames that were left.
        case moved(left: Int)
    }

    private let state = Mutex(State.idle)

    /// Called on the writer's thread again and again.
    func look(_ store: Store) {
        guard store.hasLongLog else { return }
        let isShort = state.withLock { state -> Bool? in
            switch state {
            case .moving: return nil
            case .idle:
                state = .moving
                return false
            case .moved(let left):
                // Where the cut fails since somebody reads, all of it is tried again.
                state = left < Database.longLogFrames ? .idle : .moving
                return left < Database.longLogFrames
            }
        }
        guard let isShort else { return }
        if isShort { store.cutLog() } else { move(store) }
    }

    private func move(_ store: Store) {
        guard let path = store.connection.path,
            let thread = try? Thread(name: "log", { self.move(path) })
        else { return state.withLock { $0 = .idle } }
        thread.detach()
    }

    private func move(_ path: String) {
        let connection = try? Connection(
            path: path, mode: .readWrite, vfs: Engine.writeCombining, busyTimeoutMilliseconds: 0)
        var left = connection?.checkpoint()
        // What was appended meanwhile takes less time than what was there.
        while let last = left, last >= Database.longLogFrames / 4,
            let now = connection?.checkpoint(), now < last
        {
            left = now
        }
        state.withLock { $0 = left.map { .moved(left: $0) } ?? .idle }
    }
}
