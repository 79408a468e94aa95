import Currencies
import JSON
import Referrals
import Rules

// What a text must look like, wherever it was read.

/// Not empty, not too long, and without hidden characters.
func checked(_ text: String, atMost limit: Int) throws(Fault) -> String {
    guard !text.isEmpty else { throw .empty }
    guard text.utf8.count <= limit else { throw .tooLong(bytes: text.utf8.count, limit: limit) }
    guard !HiddenText.isIn(text, isProse: true) else { throw .controlCharacter }
    return text
}

func readCurrency(_ text: String) throws(Fault) -> Currency {
    let currency = try readStoredCurrency(text)
    guard currency.isListed else { throw .malformed(.currency, text) }
    return currency
}

/// Any three letters: earlier releases took them.
func readStoredCurrency(_ text: String) throws(Fault) -> Currency {
    guard let currency = Currency(text) else { throw .malformed(.currency, text) }
    return currency
}

func readEmail(_ text: String) throws(Fault) -> EmailAddress {
    guard let email = EmailAddress(text) else { throw .malformed(.email, text) }
    return email
}

/// A text that identifies somebody, who would look like another person if part of it were not seen.
func readIdentifier(_ text: String) throws(Fault) -> String {
    guard !HiddenText.isIn(text) else { throw .controlCharacter }
    return text
}

func readCode(_ text: String) throws(Fault) -> ReferralCode {
    guard let code = ReferralCode(text) else { throw .malformed(.referralCode, text) }
    return code
}

func readSourceID(_ text: String) throws(Fault) -> String {
    guard text.utf8.count <= 64, let first = text.utf8.first, isAlphanumeric(first),
        text.utf8.allSatisfy({ isAlphanumeric($0) || "._-".utf8.contains($0) })
    else { throw .malformed(.sourceID, text) }
    return text
}

func readURL(_ text: String) throws(Fault) -> String {
    let rest =
        if text.prefix(8).lowercased() == "https://" {
            text.dropFirst(8)
        } else if text.prefix(7).lowercased() == "http://" {
            text.dropFirst(7)
        } else { text.prefix(0) }
    guard let first = rest.utf8.first, first != UInt8(ascii: "/"),
        text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw .malformed(.url, text) }
    return text
}

func surroundedByNothing(_ text: String) throws(Fault) -> String {
    guard !HiddenText.isAround(text) else {
        throw .malformed(.surroundedBySpace, text)
    }
    return text
}

func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
}

/// The seconds of `90`, `90s`, `5m`, `24h`, `7d`, or of ISO 8601 as far as its units have one length:
/// `PT1H30M`, `P7D`, `P2W`. Nil for anything else.
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
    // Units stand from the longest to the shortest, each at most once.
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
