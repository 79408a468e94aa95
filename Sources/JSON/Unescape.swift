/// The UTF-8 bytes of a string token, unescaped and without its quotes; the parser must have
/// checked the token.
func unescape(_ text: Span<UInt8>, _ token: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(token.count)
    var offset = token.lowerBound + 1
    while offset < token.upperBound - 1 {
        guard text[offset] == UInt8(ascii: "\\") else {
            bytes.append(text[offset])
            offset += 1
            continue
        }
        switch text[offset + 1] {
        case UInt8(ascii: "u"):
            var scalar = codeUnit(text, offset + 2)
            offset += 6
            if scalar & 0xFC00 == 0xD800 {
                scalar = 0x10000 + (scalar & 0x3FF) << 10 + codeUnit(text, offset + 2) & 0x3FF
                offset += 6
            }
            append(scalar, to: &bytes)
            continue
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case let itself: bytes.append(itself)
        }
        offset += 2
    }
    return bytes
}

private func codeUnit(_ text: Span<UInt8>, _ start: Int) -> UInt32 {
    (start..<start + 4).reduce(0) { $0 << 4 | (hexDigit(text[$1]) ?? 0) }
}

private func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: scalar >> shift & 0x3F | 0x80) }
    switch scalar {
    case 0..<0x80: bytes.append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800:
        bytes.append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
        bytes.append(tail(0))
    case 0x800..<0x10000:
        bytes.append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
        bytes.append(tail(6))
        bytes.append(tail(0))
    default:
        bytes.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
        bytes.append(tail(12))
        bytes.append(tail(6))
        bytes.append(tail(0))
    }
}
