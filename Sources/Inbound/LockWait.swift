import Database
import Sockets

/// The writer's wait for the database's lock while another process holds it.
///
/// The lock is tried again and again, each time for a moment, for all requests that wait together. Between two tries
/// each request that has waited long enough is refused, whatever its place in the line: no wait is added to another.
struct LockWait {
    /// How long the lock is waited for in one try.
    static let tryMilliseconds: Int32 = 40
    /// How long anybody waits for the lock: with a try before and one after it, less than a second.
    static let patience = Duration.milliseconds(850)

    /// Whether the last try of this round failed.
    var isHeldElsewhere = false
    /// The last failure and when the first one of this wait came; nil where the lock was free at the last try.
    private(set) var failure: (StorageError, since: MonotonicTime)?
    private var hasRefused = false

    mutating func failed(_ error: StorageError, at now: MonotonicTime) {
        isHeldElsewhere = true
        failure = (error, failure?.since ?? now)
    }

    /// Notes that somebody was refused; true the first time in this wait.
    mutating func noteRefusal() -> Bool {
        defer { hasRefused = true }
        return !hasRefused
    }

    /// Notes that the lock was free.
    ///
    /// - Returns: how long the wait was, where anybody was refused in it.
    mutating func ended(at clock: () -> MonotonicTime) -> Duration? {
        guard let since = failure?.since else { return nil }
        failure = nil
        guard hasRefused else { return nil }
        hasRefused = false
        return clock() - since
    }
}
