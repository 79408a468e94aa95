import Sockets
import Synchronization

/// A rate limit for one kind of log line: one line per interval, with a count of the others. Errors
/// under load occur thousands of times a second.
final class LogPace: Sendable {
    private struct State {
        var saidAt: MonotonicTime?
        var reason = ""
        var unsaid = 0
    }

    private let state = Mutex(State())
    private let interval: Duration

    init(_ interval: Duration = .seconds(10)) { self.interval = interval }

    /// The number of occurrences since the last line, including this one; nil if no line is due. A
    /// new reason is due after a second.
    func count(_ reason: String = "", at now: MonotonicTime = .now()) -> Int? {
        state.withLock { state in
            state.unsaid += 1
            let pause = reason == state.reason ? interval : min(interval, .seconds(1))
            if let saidAt = state.saidAt, now - saidAt < pause { return nil }
            defer { state = State(saidAt: now, reason: reason) }
            return state.unsaid
        }
    }
}
