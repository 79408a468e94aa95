/// The time that a sender wrote beside its signature, and the window it must lie in.
struct Timestamp: Equatable {
    let milliseconds: Int64

    /// Reads a whole number as decimal digits only: no sign, no fraction, no leading zero, nothing
    /// past Int64. What is signed is the text itself; it is never printed again.
    static func digits(_ text: ArraySlice<UInt8>) -> Int64? {
        guard let first = text.first else { return nil }
        if first == UInt8(ascii: "0") && text.count > 1 { return nil }
        var value: Int64 = 0
        for byte in text {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }

    /// Throws unless the text is a time in this unit, no further from now than the tolerance, both
    /// edges included. Whole seconds are compared with the current whole second.
    init(
        _ text: ArraySlice<UInt8>, _ unit: Signing.TimeSource.Unit, nowMilliseconds: Int64,
        toleranceSeconds: Int64
    ) throws(Refusal) {
        let stated: Int64?
        let scale: Int64
        switch unit {
        case .seconds: (stated, scale) = (Self.digits(text), 1000)
        case .milliseconds: (stated, scale) = (Self.digits(text), 1)
        case .iso8601: (stated, scale) = (nil, 1)
        }
        guard let stated else { throw .timestampMalformed }
        // Division rounds towards zero; the clock stands well after 1970.
        let now = nowMilliseconds / scale
        let tolerance = toleranceSeconds * 1000 / scale
        // The clock and the tolerance are small; only what the sender stated may be huge, and it is
        // compared, never computed with.
        if stated < now - tolerance { throw .timestampTooOld }
        if stated > now + tolerance { throw .timestampInFuture }
        milliseconds = stated * scale
    }
}
