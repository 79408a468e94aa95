import Synchronization
import Time

/// A clock that stands still until it is moved on.
package final class StageClock: Sendable {
    private let time: Mutex<Instant>

    package init(at start: Instant) { time = Mutex(start) }

    package var now: Instant { time.withLock { $0 } }

    package func advance(by duration: Duration) { time.withLock { $0 += duration } }

    package var clock: WallClock { WallClock { self.now } }
}
