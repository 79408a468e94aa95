import Storage
import Synchronization

/// The visits that are not stored yet. They are written with the writer's next commit. Visits that
/// wait are lost if the process is killed; no answer says that a visit is counted.
final class VisitLog: Sendable {
    private struct State {
        var waiting: Set<Visit> = []
        var isWriting = false
    }

    /// The largest number of visits that wait. Further ones are dropped.
    private static let most = 10_000
    /// The number of visits written in one slice.
    static let slice = 200

    private let state = Mutex(State())

    /// Adds a visit. Returns true if no writing is under way, so that the caller must start one.
    func add(_ visit: Visit) -> Bool {
        state.withLock { state in
            guard state.waiting.count < Self.most else { return false }
            state.waiting.insert(visit)
            guard !state.isWriting else { return false }
            state.isWriting = true
            return true
        }
    }

    /// Removes and returns the next visits to write; none if all are written.
    func take() -> [Visit] {
        state.withLock { state in
            var taken: [Visit] = []
            while taken.count < Self.slice, let visit = state.waiting.popFirst() {
                taken.append(visit)
            }
            return taken
        }
    }

    /// Ends the writing. Returns true if more visits came meanwhile, and the writing continues.
    func end() -> Bool {
        state.withLock { state in
            state.isWriting = !state.waiting.isEmpty
            return state.isWriting
        }
    }
}
