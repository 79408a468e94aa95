/// A moment between the years 1 and 9999, to the nanosecond (RFC 3339, UTC).
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Since 1970-01-01T00:00:00Z.
    package let seconds: Int64
    /// 0…999,999,999, counted forward from the second.
    package let nanoseconds: Int32

    static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Nothing outside the years 1…9999.
    package init?(seconds: Int64, nanoseconds: Int32 = 0) {
        guard Timestamp.secondsRange.contains(seconds), 0..<1_000_000_000 ~= nanoseconds else {
            return nil
        }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// The moment this many nanoseconds later, or nothing beyond the range.
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

    /// Nanoseconds from `other` to this, or nothing beyond what a duration holds.
    func nanoseconds(since other: Timestamp) -> Int64? {
        let whole = (seconds - other.seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !whole.overflow else { return nil }
        let sum = whole.partialValue.addingReportingOverflow(
            Int64(nanoseconds) - Int64(other.nanoseconds))
        return sum.overflow ? nil : sum.partialValue
    }
}

/// A date and time of day in some zone.
struct CivilTime {
    var year: Int64
    /// 1…12
    var month: Int64
    /// 1…31
    var day: Int64
    var hour: Int64 = 0
    var minute: Int64 = 0
    var second: Int64 = 0

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// From seconds since 1970 as a clock on the wall counts them.
    init(wallSeconds: Int64) {
        let days = wallSeconds.floorDivided(by: 86_400)
        let rest = wallSeconds - days * 86_400
        self.init(daysSince1970: days)
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
    }

    /// Years begin in March here, so that the leap day comes last (the method of H. Hinnant's
    /// "chrono-compatible low-level date algorithms").
    private init(daysSince1970: Int64) {
        let shifted = daysSince1970 + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.floorDivided(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let shiftedMonth = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    var wallSeconds: Int64 { daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second }

    /// Sunday is 0.
    var dayOfWeek: Int64 { (daysSince1970 + 4).floorRemainder(by: 7) }

    /// From 0.
    var dayOfYear: Int64 {
        daysSince1970 - CivilTime(year: year, month: 1, day: 1).daysSince1970
    }

    static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
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
