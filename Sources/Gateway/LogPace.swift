import Sockets
import Synchronization

/// Lets one line through for each interval and counts the rest: what goes wrong under load goes wrong thousands of
/// times a second.
final class LogPace: Sendable {
    private struct State {
        var saidAt: MonotonicTime?
        var reason = ""
        var unsaid = 0
    }

    private let state = Mutex(State())
    private let interval: Duration

    init(_ interval: Duration = .seconds(10)) { self.interval = interval }

    /// How many times it happened since the last line, this time included; nil where no line is due. Another reason
    /// than the last one is due after a second.
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
