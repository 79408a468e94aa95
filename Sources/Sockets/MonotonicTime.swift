import Glibc

/// A point on the monotonic clock, in nanoseconds. A plain integer: each turn of a loop reads one,
/// and `Duration` is 128 bits wide.
package struct MonotonicTime: Comparable, Hashable, Sendable {
    /// Nanoseconds since an arbitrary start, usually that of the machine.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Later than any real time.
    package static let never = MonotonicTime(nanoseconds: .max)

    /// Orders by time.
    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Adds nanoseconds; overflow stops at `never`.
    package static func + (moment: MonotonicTime, nanoseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: moment.nanoseconds &+ nanoseconds)
    }

    /// Adds a duration; overflow stops at `never`.
    package static func + (moment: MonotonicTime, duration: Duration) -> MonotonicTime {
        moment + duration.inNanoseconds
    }

    /// The time from `right` to `left`.
    package static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
        .nanoseconds(left.nanoseconds &- right.nanoseconds)
    }

    /// The machine's monotonic clock.
    package static func now() -> MonotonicTime {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(
            nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }
}

extension Duration {
    /// Whole nanoseconds; durations beyond 64 bits (292 years) become the largest number.
    package var inNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflowed ? .max : scaled &+ attoseconds / 1_000_000_000
    }
}

/// The time of day in nanoseconds since 1970.
package func wallClockNanoseconds() -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
}
