import Synchronization
import Time

/// The machine's time, moved on by a test. It goes on by itself, as the gateway paces itself by it.
package final class ScratchClock: Sendable {
    private let offset = Mutex(Duration.zero)

    package init() {}

    package func advance(by duration: Duration) { offset.withLock { $0 += duration } }

    package var now: Instant { WallClock.system.now() + offset.withLock { $0 } }

    package var clock: WallClock { WallClock { self.now } }
}
