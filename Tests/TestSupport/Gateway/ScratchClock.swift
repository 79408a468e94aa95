import Synchronization
import Time

/// The machine's time, moved on by a test. It goes on by itself, as the gateway paces itself by it, unless
/// a test has it stand.
package final class ScratchClock: Sendable {
    private struct State {
        var offset = Duration.zero
        /// How far the clock is set off the time that has passed.
        var jump = Duration.zero
        var stoodAt: Instant?
    }

    private let state = Mutex(State())

    package init() {}

    package func advance(by duration: Duration) { state.withLock { $0.offset += duration } }

    /// Sets the clock ahead, or back, while no time passes.
    package func jump(by duration: Duration) { state.withLock { $0.jump += duration } }

    /// From here on only `advance` moves it.
    package func stand() { state.withLock { $0.stoodAt = WallClock.system.now() } }

    package var now: Instant {
        state.withLock { ($0.stoodAt ?? WallClock.system.now()) + $0.offset + $0.jump }
    }

    private var uptime: Duration {
        state.withLock { ($0.stoodAt ?? WallClock.system.now()) + $0.offset - .earliest }
    }

    package var clock: WallClock { WallClock(now: { self.now }, uptime: { self.uptime }) }
}
