// RFC 3339 section 5.6. Written in UTC with capital letters; read with any offset.

extension Instant {
    /// The RFC 3339 text in UTC, such as `2026-11-21T07:07:07Z`: no fraction if it is zero, else
    /// three digits, or six.
    package var rfc3339: String {
        var bytes: [UInt8] = []
        append(rfc3339To: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the text of `rfc3339` as bytes.
    package func append(rfc3339To bytes: inout [UInt8]) {
        func digits(_ value: Int, _ unit: Int) {
            var unit = unit
            while unit > 0 {
                bytes.append(UInt8(truncatingIfNeeded: 0x30 + value / unit % 10))
                unit /= 10
            }
        }
        func digits(_ value: Int, _ unit: Int, after separator: Unicode.Scalar) {
            bytes.append(UInt8(ascii: separator))
            digits(value, unit)
        }
        let time = CivilTime(self)
        bytes.reserveCapacity(bytes.count + 27)
        digits(time.year, 1000)
        digits(time.month, 10, after: "-")
        digits(time.day, 10, after: "-")
        digits(time.hour, 10, after: "T")
        digits(time.minute, 10, after: ":")
        digits(time.second, 10, after: ":")
        if time.microsecond % 1000 != 0 {
            digits(time.microsecond, 100_000, after: ".")
        } else if time.microsecond != 0 {
            digits(time.microsecond / 1000, 100, after: ".")
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Reads a `date-time` of RFC 3339 with nothing around it. T and Z may be lower case; the
    /// fraction may have any number of digits, of which those after the sixth are dropped. Returns
    /// nil for any other text, for days that the month does not have, and for times outside the
    /// years 0001 to 9999 in UTC. A leap second (23:59:60 in UTC) is read as the second after it,
    /// since `Instant` has no leap seconds; 60 in any other minute is refused.
    package init?(rfc3339 text: Span<UInt8>) {
        var reader = Reader()
        guard let instant = reader.dateTime(text), reader.position == text.count else {
            return nil
        }
        self = instant
    }

    /// Reads a `date-time` of RFC 3339 from UTF-8 bytes.
    package init?(rfc3339 text: [UInt8]) {
        self.init(rfc3339: text.span)
    }

    /// Reads a `date-time` of RFC 3339 from a string.
    package init?(rfc3339 text: String) {
        self.init(rfc3339: text.utf8.span)
    }
}

extension Instant: CustomStringConvertible {
    /// The same as `rfc3339`.
    package var description: String { rfc3339 }
}

/// A reader of one text from its start. Each method takes the text as a parameter, since a span
/// cannot be stored; a generic collection instead cost fifty times as much from another module.
private struct Reader {
    var position = 0

    mutating func dateTime(_ text: Span<UInt8>) -> Instant? {
        guard
            let year = number(text, digits: 4, in: 1...9999), skip(text, "-"),
            let month = number(text, digits: 2, in: 1...12), skip(text, "-"),
            let day = number(
                text, digits: 2, in: 1...CivilTime.days(inMonth: month, ofYear: year)),
            skip(text, "T") || skip(text, "t"),
            let hour = number(text, digits: 2, in: 0...23), skip(text, ":"),
            let minute = number(text, digits: 2, in: 0...59), skip(text, ":"),
            let second = number(text, digits: 2, in: 0...60),
            let microsecond = fraction(text),
            let offset = secondsEastOfUTC(text)
        else { return nil }
        let days = CivilTime.day(ofYear: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        if second == 60, !seconds.isMultiple(of: 86_400) { return nil }
        return Instant(microseconds: Int64(seconds) * 1_000_000 + Int64(microsecond))
    }

    private mutating func number(
        _ text: Span<UInt8>, digits: Int, in range: ClosedRange<Int>
    ) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit(text) else { return nil }
            value = value * 10 + digit
        }
        return range.contains(value) ? value : nil
    }

    /// Reads the fraction in microseconds; 0 if the text has none.
    private mutating func fraction(_ text: Span<UInt8>) -> Int? {
        guard skip(text, ".") else { return 0 }
        guard var value = digit(text) else { return nil }
        var digits = 1
        while let digit = digit(text) {
            if digits < 6 {
                value = value * 10 + digit
                digits += 1
            }
        }
        for _ in digits..<6 { value *= 10 }
        return value
    }

    /// Reads Z, or a sign, hours and minutes; -00:00 (an unknown local offset) counts as UTC.
    private mutating func secondsEastOfUTC(_ text: Span<UInt8>) -> Int? {
        if skip(text, "Z") || skip(text, "z") { return 0 }
        let sign: Int
        if skip(text, "+") {
            sign = 1
        } else if skip(text, "-") {
            sign = -1
        } else {
            return nil
        }
        guard let hours = number(text, digits: 2, in: 0...23), skip(text, ":"),
            let minutes = number(text, digits: 2, in: 0...59)
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private mutating func digit(_ text: Span<UInt8>) -> Int? {
        guard position < text.count else { return nil }
        let byte = text[position]
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        position += 1
        return Int(byte) - 0x30
    }

    private mutating func skip(_ text: Span<UInt8>, _ character: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: character) else {
            return false
        }
        position += 1
        return true
    }
}
