/// A point in time in microseconds since 1970-01-01T00:00:00Z, always within the years 0001 to
/// 9999, so that RFC 3339 can always express it.
package struct Instant: Hashable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before it.
    package let microseconds: Int64

    /// 0001-01-01T00:00:00Z.
    package static let earliest = Instant(unchecked: -62_135_596_800_000_000)
    /// 9999-12-31T23:59:59.999999Z.
    package static let latest = Instant(unchecked: 253_402_300_799_999_999)

    /// Returns nil outside the years 0001 to 9999.
    package init?(microseconds: Int64) {
        guard microseconds >= Self.earliest.microseconds else { return nil }
        guard microseconds <= Self.latest.microseconds else { return nil }
        self.microseconds = microseconds
    }

    /// Returns nil outside the years 0001 to 9999.
    package init?(milliseconds: Int64) {
        self.init(milliseconds, of: 1000)
    }

    /// Returns nil outside the years 0001 to 9999.
    package init?(seconds: Int64) {
        self.init(seconds, of: 1_000_000)
    }

    /// The nearest instant within the years 0001 to 9999.
    package init(clampingMicroseconds microseconds: Int64) {
        self.init(
            unchecked: min(
                max(microseconds, Self.earliest.microseconds), Self.latest.microseconds))
    }

    private init?(_ count: Int64, of unit: Int64) {
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        self.init(microseconds: product)
    }

    private init(unchecked microseconds: Int64) {
        self.microseconds = microseconds
    }
}

extension Instant {
    /// Whole milliseconds since 1970, rounded down.
    package var milliseconds: Int64 { floorDivide(microseconds, 1000).quotient }
    /// Whole seconds since 1970, rounded down.
    package var seconds: Int64 { floorDivide(microseconds, 1_000_000).quotient }
}

extension Instant: Comparable {
    /// Orders instants by time.
    package static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }
}

// MARK: Arithmetic

extension Instant {
    /// Adds a duration and stops at the earliest and the latest instant. The part of the duration
    /// below a microsecond is dropped.
    package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(clamping: Int128(instant.microseconds) + microseconds(in: duration))
    }

    /// Subtracts a duration, with the limits of `+`.
    package static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(clamping: Int128(instant.microseconds) - microseconds(in: duration))
    }

    /// The duration in microseconds. 128 bits hold any duration, while `components` traps beyond
    /// 2^63 seconds.
    private static func microseconds(in duration: Duration) -> Int128 {
        duration.attoseconds / 1_000_000_000_000
    }

    private init(clamping microseconds: Int128) {
        self.init(clampingMicroseconds: Int64(clamping: microseconds))
    }

    /// The time from `right` to `left`; negative if `left` is earlier.
    package static func - (left: Instant, right: Instant) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }

    /// Adds a duration, with the limits of `+`.
    package static func += (instant: inout Instant, duration: Duration) {
        instant = instant + duration
    }

    /// Subtracts a duration, with the limits of `+`.
    package static func -= (instant: inout Instant, duration: Duration) {
        instant = instant - duration
    }
}

/// The quotient rounded down and the remainder, which is never negative; the divisor must be
/// positive.
func floorDivide(_ dividend: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}
