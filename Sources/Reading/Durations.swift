/// Returns the seconds of `90`, `90s`, `5m`, `24h`, `7d`, or of an ISO 8601 duration whose units
/// have a fixed length: `PT1H30M`, `P7D`, `P2W`. Returns nil for any other text.
package func durationSeconds(_ text: String) -> Int64? {
    let upper = text.uppercased()
    if upper.utf8.first == UInt8(ascii: "P") { return isoSeconds(upper.utf8.dropFirst()) }
    guard let last = upper.utf8.last else { return nil }
    guard let unit = [0x53: 1, 0x4D: 60, 0x48: 3600, 0x44: 86_400][Int(last)] else {
        return digits(upper.utf8[...])
    }
    return digits(upper.utf8.dropLast()).flatMap { product($0, Int64(unit)) }
}

private func isoSeconds(_ text: Substring.UTF8View) -> Int64? {
    var total: Int64 = 0
    var isTime = false
    // Units appear from the longest to the shortest, each at most once.
    var lastUnit = Int64.max
    var rest = text
    while let first = rest.first {
        if first == UInt8(ascii: "T") {
            guard !isTime, rest.count > 1 else { return nil }
            isTime = true
            rest = rest.dropFirst()
            continue
        }
        let number = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
        rest = rest[number.endIndex...]
        guard let value = digits(number), let letter = rest.popFirst() else { return nil }
        let unit: Int64
        switch (letter, isTime) {
        case (UInt8(ascii: "W"), false): unit = 604_800
        case (UInt8(ascii: "D"), false): unit = 86_400
        case (UInt8(ascii: "H"), true): unit = 3600
        case (UInt8(ascii: "M"), true): unit = 60
        case (UInt8(ascii: "S"), true): unit = 1
        default: return nil
        }
        guard unit < lastUnit, let seconds = product(value, unit) else { return nil }
        lastUnit = unit
        let (sum, overflow) = total.addingReportingOverflow(seconds)
        guard !overflow else { return nil }
        total = sum
    }
    return lastUnit == .max ? nil : total
}

private func digits(_ text: Substring.UTF8View) -> Int64? {
    guard !text.isEmpty, text.count <= 18 else { return nil }
    var value: Int64 = 0
    for byte in text {
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        value = value * 10 + Int64(byte - 0x30)
    }
    return value
}

private func product(_ left: Int64, _ right: Int64) -> Int64? {
    let (product, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow ? nil : product
}
