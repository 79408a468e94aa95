/// A count since 1970-01-01T00:00:00Z whose unit is recognised by its number of digits.
///
/// Times from 1973 to 5138 have 9 to 11 digits in seconds, 12 to 14 in milliseconds and 15 to 17 in
/// microseconds, so a number has one meaning only. Numbers of other lengths are not accepted.
package struct UnixCount: Equatable, Sendable {
    /// The unit of a count.
    package enum Unit: String, Equatable, Sendable { case seconds, milliseconds, microseconds }

    /// The unit recognised from the number of digits.
    package let unit: Unit
    /// The point in time that the count means.
    package let instant: Instant

    private static let least: Int64 = 100_000_000
    private static let most: Int64 = 100_000_000_000

    /// Returns nil for a number that does not have 9 to 17 digits.
    package init?(_ number: Int64) {
        let count: (unit: Unit, instant: Instant?)
        switch number {
        case Self.least..<Self.most: count = (.seconds, Instant(seconds: number))
        case Self.least * 1000..<Self.most * 1000:
            count = (.milliseconds, Instant(milliseconds: number))
        case Self.least * 1_000_000..<Self.most * 1_000_000:
            count = (.microseconds, Instant(microseconds: number))
        default: return nil
        }
        guard let instant = count.instant else { return nil }
        unit = count.unit
        self.instant = instant
    }

    /// Reads a text of decimal digits only; returns nil for any other.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let number = Int64(text)
        else { return nil }
        self.init(number)
    }
}
