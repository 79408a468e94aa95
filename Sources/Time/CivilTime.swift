/// The date and time of day of an instant at a fixed distance from UTC, in the Gregorian calendar,
/// which is extended back before its introduction.
package struct CivilTime: Equatable, Sendable {
    /// 1 to 9999; 0 or 10000 where the distance from UTC leads out of the years that an instant can
    /// have.
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int
    /// 0 to 23.
    package let hour: Int
    /// 0 to 59.
    package let minute: Int
    /// 0 to 59: there are no leap seconds.
    package let second: Int
    /// 0 to 999,999.
    package let microsecond: Int
    /// 0 is Sunday.
    package let weekday: Int
    /// 1 to 366.
    package let dayOfYear: Int

    /// - Parameter secondsEastOfUTC: the offset from UTC, at most a day either way.
    package init(_ instant: Instant, secondsEastOfUTC: Int = 0) {
        precondition(abs(secondsEastOfUTC) <= 86_400, "no zone is farther from UTC than a day")
        let (seconds, microsecond) = floorDivide(instant.microseconds, 1_000_000)
        let (days, secondOfDay) = floorDivide(seconds + Int64(secondsEastOfUTC), 86_400)
        let date = CivilTime.date(ofDay: Int(days))
        (year, month, day) = date
        hour = Int(secondOfDay) / 3600
        minute = Int(secondOfDay) / 60 % 60
        second = Int(secondOfDay) % 60
        self.microsecond = Int(microsecond)
        weekday = Int(floorDivide(days + 4, 7).remainder)  // 1970-01-01 was a Thursday.
        dayOfYear = Int(days) - CivilTime.day(ofYear: date.year, month: 1, day: 1) + 1
    }

    /// True if February of the year has 29 days.
    package static func isLeap(year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    /// The number of days of a month; `month` is 1 to 12.
    package static func days(inMonth month: Int, ofYear year: Int) -> Int {
        switch month {
        case 2: isLeap(year: year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

// Days since 1970-01-01 and back, after Howard Hinnant, "chrono-Compatible Low-Level Date
// Algorithms": years start in March, so that the leap day comes last, and are grouped in eras of
// 400 years of equal length. All years that occur here are above -400, so adding one era keeps
// every division away from negative numbers.

extension CivilTime {
    private static let daysInEra = 146_097
    /// The number of days from 0000-03-01 to 1970-01-01.
    private static let daysBefore1970 = 719_468

    static func day(ofYear year: Int, month: Int, day: Int) -> Int {
        let marchYear = (month <= 2 ? year - 1 : year) + 400
        let yearOfEra = marchYear % 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (marchYear / 400 - 1) * daysInEra + dayOfEra - daysBefore1970
    }

    private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + daysBefore1970 + daysInEra
        let dayOfEra = shifted % daysInEra
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let marchYear = yearOfEra + (shifted / daysInEra - 1) * 400
        return (
            month <= 2 ? marchYear + 1 : marchYear, month,
            dayOfYear - (153 * marchMonth + 2) / 5 + 1
        )
    }
}
