/// Base 64 with the standard alphabet (RFC 4648 section 4).
package enum Base64 {
    /// The set of spellings that decoding accepts.
    package enum Strictness: Sendable {
        /// Padding is required and unused bits are zero: each value has one spelling. For
        /// signatures.
        case canonical
        /// Padding is optional and unused bits are dropped, as the Standard Webhooks libraries read
        /// secrets. A foreign character or white space is still refused: skipping it would quietly
        /// shorten the key.
        case unpadded
    }

    /// The text with padding.
    package static func encode(_ bytes: Span<UInt8>) -> String {
        let digits = alphabet
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let group =
                UInt32(bytes[index]) << 16
                | (left > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
                | (left > 2 ? UInt32(bytes[index + 2]) : 0)
            text.append(digits[Int(group >> 18)])
            text.append(digits[Int(group >> 12 & 63)])
            text.append(left > 1 ? digits[Int(group >> 6 & 63)] : padding)
            text.append(left > 2 ? digits[Int(group & 63)] : padding)
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    package static func encode(_ bytes: [UInt8]) -> String { encode(bytes.span) }

    /// Returns nil for text that is not base 64 in the given strictness.
    package static func decode(
        _ text: String, _ strictness: Strictness = .canonical
    ) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count / 4 * 3)
        let span = text.utf8.span
        return decode(span, strictness, into: { result.append($0) }) ? result : nil
    }

    /// Returns nil for anything but the canonical spelling of at most `SignatureBytes.capacity`
    /// bytes.
    package static func decodeSignature(_ text: Span<UInt8>) -> SignatureBytes? {
        guard text.count <= (SignatureBytes.capacity + 2) / 3 * 4 else { return nil }
        var result = SignatureBytes()
        var fits = true
        let decoded = decode(text, .canonical, into: { fits = result.append($0) && fits })
        return decoded && fits ? result : nil
    }

    @inline(__always)
    private static func decode(
        _ text: Span<UInt8>, _ strictness: Strictness, into sink: (UInt8) -> Void
    ) -> Bool {
        var end = text.count
        // At most two padding characters, and only where they complete a group of four.
        if end.isMultiple(of: 4) {
            for _ in 0..<2 where end > 0 && text[end - 1] == padding { end -= 1 }
        } else if strictness == .canonical {
            return false
        }
        guard end % 4 != 1 else { return false }
        let values = values
        var index = 0
        while index + 4 <= end {
            let one = values[Int(text[index])]
            let two = values[Int(text[index + 1])]
            let three = values[Int(text[index + 2])]
            let four = values[Int(text[index + 3])]
            guard (one | two | three | four) < 64 else { return false }
            sink(one << 2 | two >> 4)
            sink(two << 4 | three >> 2)
            sink(three << 6 | four)
            index += 4
        }
        guard index < end else { return true }
        // Two or three characters are left: they make one byte or two, and the remaining bits carry
        // no value.
        let one = values[Int(text[index])]
        let two = values[Int(text[index + 1])]
        let three = index + 2 < end ? values[Int(text[index + 2])] : 0
        guard (one | two | three) < 64 else { return false }
        sink(one << 2 | two >> 4)
        if index + 2 < end { sink(two << 4 | three >> 2) }
        let unused = index + 2 < end ? three << 6 : two << 4
        return unused == 0 || strictness == .unpadded
    }

    private static let padding: UInt8 = 0x3D
    private static let invalid: UInt8 = 0xFF
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each character; `invalid` for those outside the alphabet.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: invalid, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()
}
