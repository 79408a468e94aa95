import Synchronization
import Time

/// A clock that moves only by `advance`.
package final class StageClock: Sendable {
    private let time: Mutex<Instant>

    /// Creates a clock at an instant.
    package init(at start: Instant) { time = Mutex(start) }

    /// The current instant of the clock.
    package var now: Instant { time.withLock { $0 } }

    /// Moves the clock forward.
    package func advance(by duration: Duration) { time.withLock { $0 += duration } }

    /// The clock in the form that the gateway uses.
    package var clock: WallClock { WallClock { self.now } }
}
