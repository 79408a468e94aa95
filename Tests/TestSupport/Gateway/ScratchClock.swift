import Synchronization
import Time

/// The machine's time, moved on by a test. It goes on by itself, as the gateway paces itself by it, unless
/// a test has it stand.
package final class ScratchClock: Sendable {
    private struct State {
        var offset = Duration.zero
        var stoodAt: Instant?
    }

    private let state = Mutex(State())

    package init() {}

    package func advance(by duration: Duration) { state.withLock { $0.offset += duration } }

    /// From here on only `advance` moves it.
    package func stand() { state.withLock { $0.stoodAt = WallClock.system.now() } }

    package var now: Instant {
        state.withLock { ($0.stoodAt ?? WallClock.system.now()) + $0.offset }
    }

    package var clock: WallClock { WallClock { self.now } }
}
