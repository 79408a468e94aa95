/// Base 16 (RFC 4648 section 8): writes lower case, reads both cases.
package enum Hex {
    /// Two lower-case digits for each byte.
    package static func encode(_ bytes: Span<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for index in bytes.indices {
            text.append(digit(bytes[index] >> 4))
            text.append(digit(bytes[index] & 0x0F))
        }
        return String(decoding: text, as: UTF8.self)
    }

    package static func encode(_ bytes: [UInt8]) -> String { encode(bytes.span) }

    /// Returns nil for an odd number of digits or any other character.
    package static func decode(_ text: String) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count / 2)
        return decode(text.utf8.span, into: { result.append($0) }) ? result : nil
    }

    /// Returns nil for anything but the hex of at most `SignatureBytes.capacity` bytes.
    package static func decodeSignature(_ text: Span<UInt8>) -> SignatureBytes? {
        guard text.count <= SignatureBytes.capacity * 2 else { return nil }
        var result = SignatureBytes()
        return decode(text, into: { result.append($0) }) ? result : nil
    }

    @inline(__always)
    private static func decode(_ text: Span<UInt8>, into sink: (UInt8) -> Void) -> Bool {
        guard text.count.isMultiple(of: 2) else { return false }
        var index = 0
        while index < text.count {
            guard let high = value(text[index]), let low = value(text[index + 1]) else {
                return false
            }
            sink(high << 4 | low)
            index += 2
        }
        return true
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    @inline(__always)
    private static func value(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x41...0x46: character - 0x37
        case 0x61...0x66: character - 0x57
        default: nil
        }
    }
}
