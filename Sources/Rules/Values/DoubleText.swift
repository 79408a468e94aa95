/// Doubles as text, in the form that Go writes (`strconv.FormatFloat`).
enum DoubleText {
    /// The shortest text that reads back the same: `1`, `123.456`, `1e+06`, `-4.5e-05`.
    static func shortest(_ value: Double) -> String {
        guard value.isFinite else { return special(value) }
        let decimal = Decimal(shortest: value)
        let exponent = decimal.exponent
        // The bounds within which Go writes no exponent.
        guard exponent < -4 || exponent >= 6 else {
            return decimal.sign + decimal.plain
        }
        let mantissa =
            decimal.digits.count == 1
            ? text(decimal.digits) : text(decimal.digits[..<1]) + "." + text(decimal.digits[1...])
        return decimal.sign + mantissa + exponentText(exponent)
    }

    /// The shortest text without an exponent: `1000000`, `0.00001`.
    static func plain(_ value: Double) -> String {
        guard value.isFinite else { return special(value) }
        let decimal = Decimal(shortest: value)
        return decimal.sign + decimal.plain
    }

    /// The given number of digits after the point, rounded half to even on the exact value.
    static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return special(value) }
        let decimal = Decimal(exact: value).rounded(to: decimals)
        var text = decimal.plain
        if decimals > 0 {
            let fraction = text.split(separator: ".").dropFirst().first?.count ?? 0
            if fraction == 0 { text += "." }
            text += String(repeating: "0", count: decimals - fraction)
        }
        return decimal.sign + text
    }

    /// One digit, the given number of decimals and an exponent: `2.718280e+00`.
    static func scientific(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return special(value) }
        let exact = Decimal(exact: value)
        let decimal = exact.rounded(to: decimals - exact.exponent)
        var digits = text(decimal.digits)
        digits += String(repeating: "0", count: max(0, decimals + 1 - digits.count))
        let first = String(digits.removeFirst())
        let mantissa = decimals > 0 ? first + "." + digits : first
        return decimal.sign + mantissa + exponentText(decimal.isZero ? 0 : decimal.exponent)
    }

    private static func special(_ value: Double) -> String {
        value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
    }

    private static func exponentText(_ exponent: Int) -> String {
        "e\(exponent < 0 ? "-" : "+")\(padded(Int64(exponent.magnitude)))"
    }
}

private func text(_ digits: some Sequence<UInt8>) -> String {
    String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
}

/// A number in decimal digits: 0.d₀d₁d₂… × 10^point.
private struct Decimal {
    /// The digits without leading or trailing zeros; empty for zero.
    private(set) var digits: [UInt8]
    private(set) var point: Int
    let isNegative: Bool

    var sign: String { isNegative ? "-" : "" }
    var isZero: Bool { digits == [0] }
    /// The power of ten of the first digit.
    var exponent: Int { point - 1 }

    private init(digits: [UInt8], point: Int, isNegative: Bool) {
        var digits = digits[...]
        var point = point
        while digits.count > 1, digits.last == 0 { digits.removeLast() }
        while digits.count > 1, digits.first == 0 {
            digits.removeFirst()
            point -= 1
        }
        if digits.isEmpty || digits == [0] {
            digits = [0]
            point = 1
        }
        self.digits = Array(digits)
        self.point = point
        self.isNegative = isNegative
    }

    /// Reads Swift's own shortest text, such as `1.25e-07`.
    init(shortest value: Double) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        let parts = value.magnitude.description.split(separator: "e")
        for byte in parts[0].utf8 {
            if byte == UInt8(ascii: ".") {
                point = digits.count
            } else {
                digits.append(byte - 0x30)
            }
        }
        if parts.count > 1 { exponent = Int(parts[1]) ?? 0 }
        self.init(
            digits: digits, point: (point ?? digits.count) + exponent,
            isNegative: value.sign == .minus)
    }

    /// All digits of the value, which is a whole number times a power of two.
    init(exact value: Double) {
        var whole = BigNatural(value.significandBitPattern | (value.isNormal ? 1 << 52 : 0))
        let exponent = max(Int(value.exponentBitPattern), 1) - 1075
        if exponent >= 0 {
            whole.multiply(by: 2, times: exponent)
        } else {
            // m / 2^k is m·5^k / 10^k.
            whole.multiply(by: 5, times: -exponent)
        }
        let digits = whole.digits
        self.init(
            digits: digits, point: digits.count + min(exponent, 0),
            isNegative: value.sign == .minus)
    }

    /// Rounds half to even at the given number of digits after the point; a negative number rounds
    /// before it.
    func rounded(to decimals: Int) -> Decimal {
        let kept = point + decimals
        guard kept < digits.count else { return self }
        guard kept >= 0 else { return Decimal(digits: [0], point: 1, isNegative: isNegative) }
        var result = [0] + digits[..<kept]
        let rest = digits[kept...]
        let isHalf = rest.first == 5 && rest.count == 1
        if isHalf ? result[kept] % 2 == 1 : rest.first.map({ $0 >= 5 }) ?? false {
            var index = kept
            while result[index] == 9 {
                result[index] = 0
                index -= 1
            }
            result[index] += 1
        }
        return Decimal(digits: result, point: point + 1, isNegative: isNegative)
    }

    /// Without sign and exponent.
    var plain: String {
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + text(digits) }
        if point >= digits.count {
            return text(digits) + String(repeating: "0", count: point - digits.count)
        }
        return text(digits[..<point]) + "." + text(digits[point...])
    }
}

/// A natural number of any size, for the exact digits of a double.
private struct BigNatural {
    /// Base 10^9, the lowest first.
    private var limbs: [UInt64]

    init(_ value: UInt64) {
        limbs = [value % 1_000_000_000, value / 1_000_000_000 % 1_000_000_000]
    }

    /// Multiplies repeatedly, combining small factors.
    mutating func multiply(by factor: UInt64, times: Int) {
        var left = times
        while left > 0 {
            let count = min(left, 12)
            multiply(by: (0..<count).reduce(1) { product, _ in product * factor })
            left -= count
        }
    }

    private mutating func multiply(by factor: UInt64) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let product = limbs[index] * factor + carry
            limbs[index] = product % 1_000_000_000
            carry = product / 1_000_000_000
        }
        if carry > 0 { limbs.append(carry) }
    }

    var digits: [UInt8] {
        limbs.reversed().flatMap { padded(Int64($0), 9).utf8.map { $0 - 0x30 } }
    }
}
