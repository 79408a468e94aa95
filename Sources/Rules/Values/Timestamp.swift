import Time

/// A point in time between the years 1 and 9999 in nanoseconds, as CEL defines it; the gateway's
/// own instants have microseconds.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Since 1970-01-01T00:00:00Z.
    package let seconds: Int64
    /// 0…999,999,999, counted forward from the second.
    package let nanoseconds: Int32

    static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Returns nil outside the years 1…9999.
    package init?(seconds: Int64, nanoseconds: Int32 = 0) {
        guard Timestamp.secondsRange.contains(seconds), 0..<1_000_000_000 ~= nanoseconds else {
            return nil
        }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    package init(_ instant: Instant) {
        seconds = instant.seconds
        nanoseconds = Int32(instant.microseconds.floorRemainder(by: 1_000_000)) * 1000
    }

    /// The instant, without the digits beyond the microsecond.
    package var instant: Instant {
        Instant(clampingMicroseconds: seconds * 1_000_000 + Int64(nanoseconds / 1000))
    }

    /// Orders by time.
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// The time plus a number of nanoseconds; nil outside the range.
    func advanced(byNanoseconds amount: Int64) -> Timestamp? {
        let (whole, part) = amount.quotientAndRemainder(dividingBy: 1_000_000_000)
        var seconds = seconds + whole
        var nanoseconds = Int64(nanoseconds) + part
        if nanoseconds < 0 {
            seconds -= 1
            nanoseconds += 1_000_000_000
        } else if nanoseconds >= 1_000_000_000 {
            seconds += 1
            nanoseconds -= 1_000_000_000
        }
        return Timestamp(seconds: seconds, nanoseconds: Int32(nanoseconds))
    }

    /// The nanoseconds from `other` to this; nil beyond the range of a duration.
    func nanoseconds(since other: Timestamp) -> Int64? {
        let whole = (seconds - other.seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !whole.overflow else { return nil }
        let sum = whole.partialValue.addingReportingOverflow(
            Int64(nanoseconds) - Int64(other.nanoseconds))
        return sum.overflow ? nil : sum.partialValue
    }
}

extension Int64 {
    func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    func floorRemainder(by divisor: Int64) -> Int64 {
        let rest = self % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
