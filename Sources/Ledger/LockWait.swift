import Database
import Sockets

/// The writer's wait for the database's lock while another process holds it.
///
/// The lock is tried repeatedly, each time briefly, for all requests that wait together. Between
/// two tries each request that has waited long enough is refused, whatever its place in the queue:
/// no wait is added to another.
struct LockWait {
    /// The time that one try waits for the lock.
    static let tryMilliseconds: Int32 = 40
    /// The longest wait of a request for the lock: with a try before and one after it, less than a
    /// second.
    static let patience = Duration.milliseconds(850)

    /// True if the last try of this round failed.
    var isHeldElsewhere = false
    /// The last failure and the time of the first one of this wait; nil if the lock was free at the
    /// last try.
    private(set) var failure: (StorageError, since: MonotonicTime)?
    private var hasRefused = false

    mutating func failed(_ error: StorageError, at now: MonotonicTime) {
        isHeldElsewhere = true
        failure = (error, failure?.since ?? now)
    }

    /// Notes that a request was refused. Returns true the first time in this wait.
    mutating func noteRefusal() -> Bool {
        defer { hasRefused = true }
        return !hasRefused
    }

    /// Notes that the lock was free.
    ///
    /// - Returns: The length of the wait, if a request was refused in it.
    mutating func ended(at clock: () -> MonotonicTime) -> Duration? {
        guard let since = failure?.since else { return nil }
        failure = nil
        guard hasRefused else { return nil }
        hasRefused = false
        return clock() - since
    }
}
