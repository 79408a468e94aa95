import Glibc

/// Where the time of day comes from. Passed in, so that tests and replays choose it.
package struct WallClock: Sendable {
    package var now: @Sendable () -> Instant

    package init(now: @escaping @Sendable () -> Instant) {
        self.now = now
    }

    /// The machine's clock, which may be set back.
    package static let system = WallClock {
        var time = timespec()
        // The call fails only for a clock the kernel does not have; it has this one.
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(
            clampingMicroseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
