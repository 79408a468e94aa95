import Time

/// The rule of a zone for times after its table: `CST6CDT,M3.2.0,M11.1.0` (POSIX `TZ`, RFC 9636
/// section 3.3.1).
struct ZoneRule: Sendable {
    private let standard: Int64
    private let summer: (offset: Int64, start: Switch, end: Switch)?

    /// The time of a change: a day of the year and the seconds into it.
    private struct Switch: Sendable {
        enum Day: Sendable {
            /// Month, week (5 is the last) and weekday (0 is Sunday).
            case weekday(month: Int64, week: Int64, day: Int64)
            /// 1…365, never counting 29 February.
            case julian(Int64)
            /// 0…365
            case ordinal(Int64)
        }

        let day: Day
        let seconds: Int64
    }

    init?(_ text: String) {
        var reader = RuleReader(Array(text.utf8))
        guard reader.name(), let offset = reader.time() else { return nil }
        standard = -offset
        guard !reader.isAtEnd else {
            summer = nil
            return
        }
        guard reader.name() else { return nil }
        var summerOffset = standard + 3600
        if !reader.at(",") {
            guard let offset = reader.time() else { return nil }
            summerOffset = -offset
        }
        guard let start = ZoneRule.readSwitch(&reader), let end = ZoneRule.readSwitch(&reader),
            reader.isAtEnd
        else { return nil }
        summer = (summerOffset, start, end)
    }

    private static func readSwitch(_ reader: inout RuleReader) -> Switch? {
        guard reader.take(",") else { return nil }
        let day: Switch.Day
        if reader.take("M") {
            guard let month = reader.number(), reader.take("."), let week = reader.number(),
                reader.take("."), let weekday = reader.number(),
                1...12 ~= month, 1...5 ~= week, 0...6 ~= weekday
            else { return nil }
            day = .weekday(month: month, week: week, day: weekday)
        } else if reader.take("J") {
            guard let number = reader.number(), 1...365 ~= number else { return nil }
            day = .julian(number)
        } else {
            guard let number = reader.number(), 0...365 ~= number else { return nil }
            day = .ordinal(number)
        }
        guard reader.take("/") else { return Switch(day: day, seconds: 7200) }
        guard let seconds = reader.time() else { return nil }
        return Switch(day: day, seconds: seconds)
    }

    /// The seconds east of UTC at a time in seconds since 1970.
    func offset(at seconds: Int64) -> Int64 {
        guard let summer else { return standard }
        let year = Year(containing: seconds + standard)
        let start = year.moment(of: summer.start) - standard
        let end = year.moment(of: summer.end) - summer.offset
        let isSummer =
            start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
        return isSummer ? summer.offset : standard
    }

    /// The year of a local time, computed without a calendar.
    private struct Year {
        let number: Int
        /// Days from 1970 to New Year's Day.
        let start: Int64

        init(containing wallSeconds: Int64) {
            let civil = CivilTime(Instant(clampingMicroseconds: wallSeconds * 1_000_000))
            number = civil.year
            start = wallSeconds.floorDivided(by: 86_400) - Int64(civil.dayOfYear - 1)
        }

        /// The time of a change in seconds of the local clock before it.
        func moment(of change: Switch) -> Int64 {
            let day: Int64
            switch change.day {
            case .ordinal(let ordinal): day = ordinal
            case .julian(let julian):
                day = julian - 1 + (CivilTime.isLeap(year: number) && julian > 59 ? 1 : 0)
            case .weekday(let month, let week, let weekday):
                let length = Int64(CivilTime.days(inMonth: Int(month), ofYear: number))
                let first = (1..<Int(month)).reduce(Int64(0)) {
                    $0 + Int64(CivilTime.days(inMonth: $1, ofYear: number))
                }
                // 1970-01-01 was a Thursday.
                let ahead = (weekday - (start + first + 4)).floorRemainder(by: 7)
                let offset = ahead + (week - 1) * 7
                day = first + (offset >= length ? offset - 7 : offset)
            }
            return (start + day) * 86_400 + change.seconds
        }
    }
}

private struct RuleReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    func at(_ character: Unicode.Scalar) -> Bool {
        position < bytes.count && UInt32(bytes[position]) == character.value
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard at(character) else { return false }
        position += 1
        return true
    }

    /// `CST`, or `<+0330>`.
    mutating func name() -> Bool {
        let start = position
        if take("<") {
            while position < bytes.count, !at(">") { position += 1 }
            return take(">")
        }
        while position < bytes.count, bytes[position].isLetter { position += 1 }
        return position > start
    }

    mutating func number() -> Int64? {
        let start = position
        var value: Int64 = 0
        while position < bytes.count, bytes[position].isDigit, position - start < 4 {
            value = value * 10 + Int64(bytes[position] - 0x30)
            position += 1
        }
        return position > start ? value : nil
    }

    /// `[+-]h[h[h]][:mm[:ss]]` in seconds.
    mutating func time() -> Int64? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard let hours = number() else { return nil }
        var seconds = hours * 3600
        if take(":") {
            guard let minutes = number() else { return nil }
            seconds += minutes * 60
            if take(":") {
                guard let rest = number() else { return nil }
                seconds += rest
            }
        }
        return isNegative ? -seconds : seconds
    }
}
