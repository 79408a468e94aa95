import Glibc

/// Where the time of day comes from. Passed in, so that tests and replays choose it.
package struct WallClock: Sendable {
    package var now: @Sendable () -> Instant
    /// Time since some moment in the past, which nobody can set.
    package var uptime: @Sendable () -> Duration

    /// - Parameter uptime: where nothing is said it goes with `now`, as if that were never set.
    package init(
        now: @escaping @Sendable () -> Instant, uptime: (@Sendable () -> Duration)? = nil
    ) {
        self.now = now
        self.uptime = uptime ?? { now() - .earliest }
    }

    /// The machine's clock, which may be set back.
    package static let system = WallClock(
        now: { Instant(clampingMicroseconds: microseconds(CLOCK_REALTIME)) },
        // It goes on while the machine sleeps.
        uptime: { .microseconds(microseconds(CLOCK_BOOTTIME)) })

    private static func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // The call fails only for a clock the kernel does not have; it has these.
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
