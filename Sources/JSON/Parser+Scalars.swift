extension Parser {
    /// Finds the end of a string and checks its UTF-8 and its escapes on the way.
    func scanString(
        _ text: Span<UInt8>, _ quote: Int
    ) throws(Fault) -> (end: Int, escaped: Bool) {
        var offset = quote + 1
        var escaped = false
        while offset < text.count {
            let byte = text[offset]
            switch byte {
            case UInt8(ascii: "\""):
                return (offset + 1, escaped)
            case UInt8(ascii: "\\"):
                escaped = true
                offset = try scanEscape(text, offset)
            case 0..<0x20:
                throw Fault(reason: .controlCharacter(byte), offset: offset)
            case 0x80...:
                offset = try scanMultibyte(text, offset)
            default:
                offset += 1
            }
        }
        throw Fault(reason: .endsBefore(.endOfString), offset: offset)
    }

    /// Checks one escape sequence, or the two of a surrogate pair (RFC 8259 section 7).
    private func scanEscape(_ text: Span<UInt8>, _ backslash: Int) throws(Fault) -> Int {
        guard backslash + 1 < text.count else {
            throw Fault(reason: .endsBefore(.endOfString), offset: text.count)
        }
        switch text[backslash + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return backslash + 2
        case UInt8(ascii: "u"):
            let unit = try scanCodeUnit(text, backslash)
            guard unit & 0xF800 == 0xD800 else { return backslash + 6 }
            let next = backslash + 6
            guard unit < 0xDC00, next + 1 < text.count, text[next] == UInt8(ascii: "\\"),
                text[next + 1] == UInt8(ascii: "u"),
                try scanCodeUnit(text, next) & 0xFC00 == 0xDC00
            else { throw Fault(reason: .loneSurrogate, offset: backslash) }
            return next + 6
        default:
            throw Fault(reason: .invalidEscape, offset: backslash)
        }
    }

    private func scanCodeUnit(_ text: Span<UInt8>, _ backslash: Int) throws(Fault) -> UInt32 {
        var unit: UInt32 = 0
        for offset in backslash + 2..<backslash + 6 {
            guard offset < text.count else {
                throw Fault(reason: .endsBefore(.endOfString), offset: text.count)
            }
            guard let digit = hexDigit(text[offset]) else {
                throw Fault(reason: .invalidEscape, offset: backslash)
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    /// Checks a code point of two to four bytes against Unicode 16, table 3-7: no overlong form, no
    /// surrogate, nothing above U+10FFFF.
    private func scanMultibyte(_ text: Span<UInt8>, _ start: Int) throws(Fault) -> Int {
        let second: ClosedRange<UInt8>
        let length: Int
        switch text[start] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw Fault(reason: .invalidUTF8, offset: start)
        }
        guard start + length <= text.count, second.contains(text[start + 1]) else {
            throw Fault(reason: .invalidUTF8, offset: start)
        }
        for offset in start + 2..<max(start + 2, start + length)
        where text[offset] & 0xC0 != 0x80 {
            throw Fault(reason: .invalidUTF8, offset: start)
        }
        return start + length
    }

    /// Finds the end of a number (RFC 8259 section 6).
    func scanNumber(
        _ text: Span<UInt8>, _ start: Int
    ) throws(Fault) -> (end: Int, fitsInt64: Bool) {
        let negative = text[start] == UInt8(ascii: "-")
        let first = negative ? start + 1 : start
        var end = try scanDigits(text, first)
        if text[first] == UInt8(ascii: "0") { end = first + 1 }
        let integerEnd = end
        if end < text.count, text[end] == UInt8(ascii: ".") {
            end = try scanDigits(text, end + 1)
        }
        if end < text.count, text[end] | 0x20 == UInt8(ascii: "e") {
            end += 1
            if end < text.count, text[end] == UInt8(ascii: "+") || text[end] == UInt8(ascii: "-") {
                end += 1
            }
            end = try scanDigits(text, end)
        }
        guard end == integerEnd else { return (end, false) }
        return (end, fitsInt64(text, first..<end, negative: negative))
    }

    /// One digit or more.
    private func scanDigits(_ text: Span<UInt8>, _ start: Int) throws(Fault) -> Int {
        var offset = start
        while offset < text.count, text[offset] &- 0x30 < 10 { offset += 1 }
        guard offset > start else {
            throw Fault(
                reason: start < text.count ? .expected(.digit) : .endsBefore(.digit), offset: start)
        }
        return offset
    }

    private func fitsInt64(_ text: Span<UInt8>, _ digits: Range<Int>, negative: Bool) -> Bool {
        guard digits.count >= 19 else { return true }
        guard digits.count == 19 else { return false }
        var magnitude: UInt64 = 0  // Nineteen digits fit.
        for offset in digits { magnitude = magnitude &* 10 &+ UInt64(text[offset] &- 0x30) }
        return magnitude <= UInt64(Int64.max) + (negative ? 1 : 0)
    }
}

func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte) - 0x61 + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte) - 0x41 + 10
    default: nil
    }
}
