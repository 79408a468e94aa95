import Time

extension Timestamp: CustomStringConvertible {
    /// Reads `2026-03-01T10:00:00.5Z` or with an offset such as `+02:00` (RFC 3339 section 5.6).
    package init?(_ text: String) {
        guard let instant = Instant(rfc3339: text) else { return nil }
        // Instants have six digits of the fraction; up to three more count here.
        let fraction = text.utf8.drop { $0 != UInt8(ascii: ".") }.dropFirst().prefix(
            while: \.isDigit)
        var finer: Int32 = 0
        for (place, digit) in fraction.prefix(9).enumerated().dropFirst(6) {
            finer += Int32(digit - 0x30) * (place == 6 ? 100 : place == 7 ? 10 : 1)
        }
        let whole = Timestamp(instant)
        self.init(seconds: whole.seconds, nanoseconds: whole.nanoseconds + finer)
    }

    /// `2026-03-01T10:00:00Z`; a fraction has as many digits as it needs.
    package var description: String {
        let civil = CivilTime(instant)
        let date = "\(padded(civil.year, 4))-\(padded(civil.month))-\(padded(civil.day))"
        let time = "\(padded(civil.hour)):\(padded(civil.minute)):\(padded(civil.second))"
        return "\(date)T\(time)\(fractionText(Int64(nanoseconds)))Z"
    }
}

func padded(_ value: some BinaryInteger, _ width: Int = 2) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// `.5` for half a second; empty for none.
private func fractionText(_ nanoseconds: Int64) -> String {
    guard nanoseconds > 0 else { return "" }
    var digits = padded(nanoseconds, 9)
    while digits.hasSuffix("0") { digits.removeLast() }
    return "." + digits
}

/// Durations as text, in Go's notation for reading and decimal seconds for writing.
enum DurationText {
    /// Reads `1h45m`, `-1.5s`, `300ms`, `0`; units h m s ms us µs ns.
    static func parse(_ text: String) -> Int64? {
        var reader = DigitReader(Array(text.utf8))
        let isNegative = reader.take("-")
        if !isNegative { _ = reader.take("+") }
        if reader.rest == "0" { return 0 }
        guard !reader.isAtEnd else { return nil }
        // Accumulated as a negative number: the most negative duration has no positive counterpart.
        var negated: Int64 = 0
        while !reader.isAtEnd {
            guard let part = reader.negatedDurationPart() else { return nil }
            let sum = negated.addingReportingOverflow(part)
            guard !sum.overflow else { return nil }
            negated = sum.partialValue
        }
        if isNegative { return negated }
        return negated == .min ? nil : -negated
    }

    /// `1.5s`: seconds with as many decimals as needed.
    static func format(_ nanoseconds: Int64) -> String {
        let magnitude = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        return
            "\(sign)\(magnitude / 1_000_000_000)\(fractionText(Int64(magnitude % 1_000_000_000)))s"
    }
}

/// A reader of the parts of dates, offsets and durations.
struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }
    var rest: String { String(decoding: bytes[position...], as: UTF8.self) }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, UInt32(bytes[position]) == character.value else {
            return false
        }
        position += 1
        return true
    }

    /// Reads exactly `count` digits.
    mutating func number(_ count: Int) -> Int64? {
        guard position + count <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[position..<position + count] {
            guard byte.isDigit else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        position += count
        return value
    }

    private mutating func digits() -> ArraySlice<UInt8> {
        let start = position
        while position < bytes.count, bytes[position].isDigit { position += 1 }
        return bytes[start..<position]
    }

    /// Reads an offset in seconds east of UTC: `+02:00`, `-09:30`.
    mutating func offset() -> Int64? {
        let isNegative = take("-")
        guard isNegative || take("+") else { return nil }
        guard let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return isNegative ? -seconds : seconds
    }

    /// Reads a decimal number and its unit, as negative nanoseconds; digits beyond the nanosecond
    /// are dropped.
    mutating func negatedDurationPart() -> Int64? {
        let whole = digits()
        let fraction = take(".") ? digits() : []
        guard !whole.isEmpty || !fraction.isEmpty, let unit = durationUnit() else { return nil }
        var value: Int64 = 0
        for digit in whole {
            let scaled = value.multipliedReportingOverflow(by: 10)
            let sum = scaled.partialValue.subtractingReportingOverflow(Int64(digit - 0x30))
            guard !scaled.overflow, !sum.overflow else { return nil }
            value = sum.partialValue
        }
        let product = value.multipliedReportingOverflow(by: unit)
        guard !product.overflow else { return nil }
        var part: Int64 = 0
        var scale = unit
        for digit in fraction {
            scale /= 10
            part += Int64(digit - 0x30) * scale
        }
        let sum = product.partialValue.subtractingReportingOverflow(part)
        return sum.overflow ? nil : sum.partialValue
    }

    private mutating func durationUnit() -> Int64? {
        if take("h") { return 3_600_000_000_000 }
        if take("s") { return 1_000_000_000 }
        if take("m") { return take("s") ? 1_000_000 : 60_000_000_000 }
        if take("n") { return take("s") ? 1 : nil }
        // Micro is written u, or with either of Unicode's two characters for it.
        if take("u") { return take("s") ? 1000 : nil }
        if position + 1 < bytes.count,
            (bytes[position], bytes[position + 1]) == (0xC2, 0xB5)
                || (bytes[position], bytes[position + 1]) == (0xCE, 0xBC)
        {
            position += 2
            return take("s") ? 1000 : nil
        }
        return nil
    }
}
