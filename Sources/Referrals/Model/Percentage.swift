/// A share of an amount in millionths: 12.5 % are 125,000. Between 0 and 100 %, at most four decimals.
package struct Percentage: Hashable, Sendable {
    package static let whole: Int64 = 1_000_000

    package let millionths: Int64

    package init?(millionths: Int64) {
        guard millionths >= 0, millionths <= Self.whole else { return nil }
        self.millionths = millionths
    }

    /// From decimal text such as `10`, `12.5` or `0.0625`.
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

    /// The share of an amount that isn't negative, to the nearest minor unit with halves up.
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
