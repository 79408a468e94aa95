import Glibc

/// A source of the time of day. It is passed in, so that tests and replays choose the time.
package struct WallClock: Sendable {
    /// Returns the time of day; it can jump when the machine's clock is set.
    package var now: @Sendable () -> Instant
    /// Returns the time since a fixed point in the past; setting the machine's clock does not
    /// change it.
    package var uptime: @Sendable () -> Duration

    /// - Parameter uptime: if nil, the uptime follows `now`, as if the clock were never set.
    package init(
        now: @escaping @Sendable () -> Instant, uptime: (@Sendable () -> Duration)? = nil
    ) {
        self.now = now
        self.uptime = uptime ?? { now() - .earliest }
    }

    /// The machine's clock, which may be set back.
    package static let system = WallClock(
        now: { Instant(clampingMicroseconds: microseconds(CLOCK_REALTIME)) },
        // CLOCK_BOOTTIME advances while the machine sleeps.
        uptime: { .microseconds(microseconds(CLOCK_BOOTTIME)) })

    private static func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // The call fails only for a clock that the kernel does not have; it has both of these.
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
