/// `Date` as IMF-fixdate (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum HTTPDate {
    /// The whole field line for a time in seconds since 1970.
    package static func line(secondsSince1970 seconds: Int64) -> [UInt8] {
        let (days, secondOfDay) = floorDivide(seconds, by: 86400)
        let (year, month, day) = civil(fromDays: days)
        // The first of January 1970 was a Thursday.
        let weekday = Int(floorDivide(days + 4, by: 7).remainder)
        var line: [UInt8] = []
        line.reserveCapacity(40)
        line.append("Date: ")
        line.append(weekdays[weekday])
        line.append(", ")
        line.appendTwoDigits(day)
        line.append(" ")
        line.append(months[month - 1])
        line.append(" ")
        line.appendTwoDigits(year / 100)
        line.appendTwoDigits(year % 100)
        line.append(" ")
        line.appendTwoDigits(Int(secondOfDay) / 3600)
        line.append(":")
        line.appendTwoDigits(Int(secondOfDay) / 60 % 60)
        line.append(":")
        line.appendTwoDigits(Int(secondOfDay) % 60)
        line.append(" GMT\r\n")
        return line
    }

    private static let weekdays: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func floorDivide(
        _ number: Int64, by divisor: Int64
    ) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// The proleptic Gregorian date, counted in eras of 400 years that start in March, so that the
    /// leap day is the last of a year.
    private static func civil(fromDays days: Int64) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floorDivide(days + 719_468, by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (Int(year), Int(month), Int(day))
    }
}

extension [UInt8] {
    fileprivate mutating func appendTwoDigits(_ number: Int) {
        append(UInt8(truncatingIfNeeded: number / 10 % 10) + 0x30)
        append(UInt8(truncatingIfNeeded: number % 10) + 0x30)
    }
}
