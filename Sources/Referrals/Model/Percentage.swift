/// A share of an amount in millionths: 12.5 % is 125,000. From 0 to 100 %, with at most four
/// decimals.
package struct Percentage: Hashable, Sendable {
    /// The number of millionths in 100 %.
    package static let whole: Int64 = 1_000_000

    /// The share in millionths.
    package let millionths: Int64

    /// Returns nil for a share below 0 or above 100 %.
    package init?(millionths: Int64) {
        guard millionths >= 0, millionths <= Self.whole else { return nil }
        self.millionths = millionths
    }

    /// Reads decimal text such as `10`, `12.5` or `0.0625`; returns nil for any other text.
    package init?(_ text: String) {
        var value: Int64 = 0
        var decimals: Int?
        var digits = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "."), decimals == nil, digits > 0 {
                decimals = 0
                continue
            }
            guard byte >= 0x30, byte <= 0x39, digits < 8, decimals ?? 0 < 4 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
            digits += 1
            if let seen = decimals { decimals = seen + 1 }
        }
        guard digits > 0, decimals != 0 else { return nil }
        for _ in (decimals ?? 0)..<4 { value *= 10 }
        self.init(millionths: value)
    }

    /// Returns the share of a non-negative amount, rounded to the nearest minor unit with halves
    /// up.
    package func of(_ amount: Int64) -> Int64 {
        proportion(of: amount, millionths, in: Self.whole)
    }
}

extension Percentage: CustomStringConvertible {
    /// Decimal text without trailing zeros: `12.5`.
    package var description: String {
        let (units, rest) = millionths.quotientAndRemainder(dividingBy: 10_000)
        guard rest > 0 else { return String(units) }
        var decimals = String(rest)
        decimals = String(repeating: "0", count: 4 - decimals.utf8.count) + decimals
        while decimals.utf8.last == UInt8(ascii: "0") { decimals.removeLast() }
        return "\(units).\(decimals)"
    }
}
