/// A decimal number's significant digits: `digits` × 10^-`scale`.
struct DecimalText {
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

    enum Failure: Error, Equatable { case notDecimal, tooPrecise, tooLarge }

    /// The amount of a decimal text in minor units: `-12.5` with exponent 2 is -1250. Nothing is rounded. Zeros
    /// beyond the exponent are allowed, and so is the exponent of a JSON number.
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
