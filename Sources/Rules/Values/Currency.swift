/// How many decimals a currency has (ISO 4217, list one), and exact amounts from decimal text.
package enum Currency {
    private static let none: Set<String> = [
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
        "VUV", "XAF", "XOF", "XPF",
    ]
    private static let three: Set<String> = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
    private static let four: Set<String> = ["CLF", "UYW"]
    private static let two: Set<String> = [
        "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT",
        "BGN", "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF",
        "CHE", "CHF", "CHW", "CNY", "COP", "COU", "CRC", "CUC", "CUP", "CVE", "CZK", "DKK", "DOP",
        "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ",
        "GYD", "HKD", "HNL", "HRK", "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS",
        "KHR", "KPW", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD",
        "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN",
        "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON", "RSD",
        "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SLL", "SOS", "SRD", "SSP",
        "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH",
        "USD", "USN", "UYU", "UZS", "VED", "VES", "WST", "XAD", "XCD", "XCG", "YER", "ZAR", "ZMW",
        "ZWG", "ZWL",
    ]

    /// The codes of all currencies, sorted.
    package static var all: [String] { (Array(none) + three + four + two).sorted() }

    /// Digits after the point, for a code in upper or lower case; nil for what is no currency.
    package static func exponent(of code: String) -> Int? {
        let upper = upperCase(code)
        if two.contains(upper) { return 2 }
        if none.contains(upper) { return 0 }
        if three.contains(upper) { return 3 }
        return four.contains(upper) ? 4 : nil
    }

    /// Whether a text is a code in upper or lower case. It is asked of each event, and allocates nothing.
    package static func isKnown(_ code: String) -> Bool {
        guard let place = place(of: code) else { return false }
        return known[place >> 6] >> UInt64(place & 63) & 1 == 1
    }

    /// A bit for each word of three letters, set for those that are codes.
    private static let known: [UInt64] = {
        var known = [UInt64](repeating: 0, count: 26 * 26 * 26 / 64 + 1)
        for place in all.compactMap(place(of:)) { known[place >> 6] |= 1 << UInt64(place & 63) }
        return known
    }()

    /// The number of a word of three letters; nil for any other text.
    private static func place(of word: String) -> Int? {
        var (place, count) = (0, 0)
        for byte in word.utf8 {
            let letter = Int(byte | 0x20) - 0x61
            guard byte >= 0x41, 0..<26 ~= letter, count < 3 else { return nil }
            place = place * 26 + letter
            count += 1
        }
        return count == 3 ? place : nil
    }

    static func upperCase(_ code: String) -> String {
        String(
            decoding: code.utf8.map { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 }, as: UTF8.self)
    }

    enum Failure: Error, Equatable { case notDecimal, tooPrecise, tooLarge }

    /// `-12.5` with exponent 2 is -1250. Zeros beyond the exponent lose nothing and are allowed, and
    /// so is the exponent of a JSON number.
    static func minorUnits(of text: String, exponent: Int) -> Result<Int64, Failure> {
        guard let decimal = DecimalText(text) else { return .failure(.notDecimal) }
        if decimal.digits.isEmpty { return .success(0) }
        let shift = exponent - decimal.scale
        guard shift >= 0 else { return .failure(.tooPrecise) }
        guard decimal.digits.count + shift <= 19 else { return .failure(.tooLarge) }
        var value: Int64 = 0
        for digit in decimal.digits + Array(repeating: 0, count: shift) {
            let scaled = value.multipliedReportingOverflow(by: 10)
            let next = scaled.partialValue.subtractingReportingOverflow(Int64(digit))
            guard !scaled.overflow, !next.overflow else { return .failure(.tooLarge) }
            value = next.partialValue
        }
        if decimal.isNegative { return .success(value) }
        return value == .min ? .failure(.tooLarge) : .success(-value)
    }
}

/// A decimal number's significant digits: `digits` × 10^-`scale`.
private struct DecimalText {
    let isNegative: Bool
    let digits: [UInt8]
    let scale: Int

    /// An optional minus, digits with at most one point among them, and an exponent such as `e-3`.
    init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { bytes.removeFirst() }
        var exponent = 0
        if let mark = bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            let power = String(decoding: bytes[(mark + 1)...], as: UTF8.self)
            guard power.utf8.count <= 5, let value = Int(power) else { return nil }
            exponent = value
            bytes = bytes[..<mark]
        }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, !whole.isEmpty,
            parts.count == 1 || !parts[1].isEmpty,
            parts.allSatisfy({ $0.allSatisfy(\.isDigit) })
        else { return nil }
        let fraction = parts.count == 2 ? parts[1] : []
        var digits = (whole + fraction).map { $0 - 0x30 }[...]
        var scale = fraction.count - exponent
        while let last = digits.last, last == 0 {
            digits.removeLast()
            scale -= 1
        }
        self.digits = Array(digits.drop { $0 == 0 })
        self.scale = scale
    }
}
