import Time

/// Reads the time that a sender wrote beside its signature, and holds it to a window around now.
enum Timestamp {
    /// A whole number as decimal digits only: no sign, no fraction, no leading zero, nothing past
    /// Int64. What is signed is the text itself; it is never printed again.
    static func number(_ text: Span<UInt8>) -> Int64? {
        guard text.count > 0 else { return nil }
        if text[0] == UInt8(ascii: "0") && text.count > 1 { return nil }
        var value: Int64 = 0
        for index in text.indices {
            let byte = text[index]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }

    /// Throws unless the text is a time in this unit, no farther from now than the tolerance, both
    /// edges included. Whole units are compared: 300.9 seconds late is 300 seconds late.
    static func read(
        _ text: Span<UInt8>, _ unit: Signing.TimeSource.Unit, now: Instant,
        toleranceSeconds: Int64
    ) throws(Refusal) -> Instant {
        switch unit {
        case .seconds:
            try check(number(text), now.seconds, toleranceSeconds, Instant.init(seconds:))
        case .milliseconds:
            try check(
                number(text), now.milliseconds, toleranceSeconds * 1000,
                Instant.init(milliseconds:))
        case .iso8601:
            try check(
                Instant(rfc3339: text)?.microseconds, now.microseconds,
                toleranceSeconds * 1_000_000, Instant.init(microseconds:))
        }
    }

    /// The clock and the tolerance are small numbers; what the sender stated may be huge, so it is
    /// compared, never computed with.
    private static func check(
        _ stated: Int64?, _ now: Int64, _ tolerance: Int64, _ instant: (Int64) -> Instant?
    ) throws(Refusal) -> Instant {
        guard let stated else { throw .timestampMalformed }
        if stated < now - tolerance { throw .timestampTooOld }
        if stated > now + tolerance { throw .timestampInFuture }
        guard let instant = instant(stated) else { throw .timestampMalformed }
        return instant
    }
}
