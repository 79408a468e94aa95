import Time

/// Reads the time that a sender states with its signature, and checks that it is near the current
/// time.
enum Timestamp {
    /// A whole number of decimal digits only: no sign, no fraction, no leading zero, nothing beyond
    /// Int64. The signature covers the text itself, which is never formatted again.
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
    /// ends included. Whole units are compared: 300.9 seconds late counts as 300 seconds late.
    static func read(
        _ text: Span<UInt8>, _ unit: Signing.TimeSource.Unit, now: Instant,
        toleranceSeconds: Int64
    ) throws(Refusal) -> Instant {
        switch unit {
        case .seconds:
            let number = number(text)
            try check(unitOf: number, is: .seconds)
            return try check(number, now.seconds, toleranceSeconds, Instant.init(seconds:))
        case .milliseconds:
            let number = number(text)
            try check(unitOf: number, is: .milliseconds)
            return try check(
                number, now.milliseconds, toleranceSeconds * 1000, Instant.init(milliseconds:))
        case .iso8601:
            return try check(
                Instant(rfc3339: text)?.microseconds, now.microseconds,
                toleranceSeconds * 1_000_000, Instant.init(microseconds:))
        }
    }

    /// Throws for a number in another unit, which would otherwise be reported as a time thousands
    /// of years away.
    private static func check(
        unitOf number: Int64?, is wanted: UnixCount.Unit
    ) throws(Refusal) {
        guard let found = number.flatMap({ UnixCount($0) })?.unit, found != wanted else { return }
        throw .timestampUnit(found: found, wanted: wanted)
    }

    /// Compares the stated time with the window. The clock and the tolerance are small numbers, but
    /// the stated one may be huge, so no arithmetic is done with it.
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
