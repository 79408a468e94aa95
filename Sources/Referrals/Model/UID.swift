import Time

/// A UUID that names a row outside the database (RFC 9562).
package struct UID: Hashable, Sendable {
    /// The 16 bytes.
    package let bytes: [UInt8]

    /// Returns nil for any number of bytes but 16.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Makes a UUID of 16 bytes that name a row: the version and the variant take the place of six
    /// bits. Missing bytes are 0.
    ///
    /// - Parameter version: 4 for random bytes, 7 for a time and random bytes, 8 for bytes that are derived from the row.
    package init(of bytes: some Collection<UInt8>, version: UInt8) {
        var bytes = Array(bytes.prefix(16))
        bytes += Array(repeating: 0, count: 16 - bytes.count)
        bytes[6] = bytes[6] & 0x0F | version << 4
        bytes[8] = bytes[8] & 0x3F | 0x80
        self.bytes = bytes
    }

    /// Makes a UUID of version 7: a time in milliseconds, then random bits. Rows that are added one
    /// after another are neighbours in the index of their UUIDs, so that a commit writes few pages.
    package init(at time: Instant, random: [UInt8]) {
        let milliseconds = UInt64(max(0, time.microseconds)) / 1_000
        let bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * $0)) }
        self.init(of: bytes + random.prefix(10), version: 7)
    }

    /// Takes stored bytes over as they are; missing ones are 0.
    package init(stored bytes: [UInt8]) {
        self.bytes = Array((bytes + Array(repeating: 0, count: 16)).prefix(16))
    }

    /// Reads the form `8-4-4-4-12`; hexadecimal digits of either case. Returns nil for any other
    /// text.
    package init?(_ text: String) {
        let text = Array(text.utf8)
        guard text.count == 36 else { return nil }
        var bytes: [UInt8] = []
        var index = 0
        while index < 36 {
            if Self.hyphens.contains(index) {
                guard text[index] == UInt8(ascii: "-") else { return nil }
                index += 1
            }
            guard let high = Self.value(text[index]), let low = Self.value(text[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
            index += 2
        }
        self.bytes = bytes
    }

    private static let hyphens = [8, 13, 18, 23]

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The form `8-4-4-4-12` with lower-case digits.
    package var text: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for byte in bytes {
            if Self.hyphens.contains(text.count) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
