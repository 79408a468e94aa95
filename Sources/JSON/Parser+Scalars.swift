extension Span<UInt8> {
    /// Eight bytes as a number, the first in the lowest bits.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Finds the end of a string and checks its UTF-8 and its escapes.
    @inline(__always)
    func scanString(_ quote: Int) throws(ParseFailure) -> (end: Int, escaped: Bool) {
        let offset = skipPlain(quote + 1)
        if offset < count, self[offset] == UInt8(ascii: "\"") { return (offset + 1, false) }
        return try scanStringSlowly(offset)
    }

    private func scanStringSlowly(_ start: Int) throws(ParseFailure) -> (end: Int, escaped: Bool) {
        var offset = start
        var escaped = false
        while offset < count {
            switch self[offset] {
            case UInt8(ascii: "\""): return (offset + 1, escaped)
            case UInt8(ascii: "\\"):
                escaped = true
                offset = try scanEscape(offset)
            case 0x80...:
                repeat {
                    offset = try scanMultibyte(offset)
                } while offset < count && self[offset] >= 0x80
            case let byte: throw ParseFailure(reason: .controlCharacter(byte), offset: offset)
            }
            offset = skipPlain(offset)
        }
        throw ParseFailure(reason: .endsBefore(.endOfString), offset: offset)
    }

    /// The offset of the first byte that is a quote, a backslash, a control character or, unless
    /// `passingNonASCII`, not ASCII. It reads eight bytes at a time: a subtraction leaves the high
    /// bit of a byte set if the byte was equal, or less.
    @inline(__always)
    func skipPlain(_ start: Int, passingNonASCII: Bool = false) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highBits = ones &* 0x80
        var offset = start
        while offset + 8 <= count {
            let word = word(at: offset)
            let quotes = (word ^ (ones &* 0x22)) &- ones
            let backslashes = (word ^ (ones &* 0x5C)) &- ones
            let controls = word &- (ones &* 0x20)
            let nonASCII = passingNonASCII ? 0 : word
            // A borrow only marks bytes above a byte that is itself marked: the lowest mark is
            // right.
            let marks = (((quotes | backslashes | controls) & ~word) | nonASCII) & highBits
            guard marks == 0 else { return offset + (marks.trailingZeroBitCount >> 3) }
            offset += 8
        }
        while offset < count, isPlain(self[offset], passingNonASCII) { offset += 1 }
        return offset
    }

    private func isPlain(_ byte: UInt8, _ passingNonASCII: Bool) -> Bool {
        byte >= 0x20 && (byte < 0x80 || passingNonASCII) && byte != UInt8(ascii: "\"")
            && byte != UInt8(ascii: "\\")
    }

    /// Checks one escape sequence, or the two of a surrogate pair (RFC 8259 section 7).
    private func scanEscape(_ backslash: Int) throws(ParseFailure) -> Int {
        guard backslash + 1 < count else {
            throw ParseFailure(reason: .endsBefore(.endOfString), offset: count)
        }
        switch self[backslash + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return backslash + 2
        case UInt8(ascii: "u"):
            let unit = try scanCodeUnit(backslash)
            guard unit & 0xF800 == 0xD800 else { return backslash + 6 }
            let next = backslash + 6
            guard unit < 0xDC00, next + 1 < count, self[next] == UInt8(ascii: "\\"),
                self[next + 1] == UInt8(ascii: "u"),
                try scanCodeUnit(next) & 0xFC00 == 0xDC00
            else { throw ParseFailure(reason: .loneSurrogate, offset: backslash) }
            return next + 6
        default:
            throw ParseFailure(reason: .invalidEscape, offset: backslash)
        }
    }

    private func scanCodeUnit(_ backslash: Int) throws(ParseFailure) -> UInt32 {
        var unit: UInt32 = 0
        for offset in backslash + 2..<backslash + 6 {
            guard offset < count else {
                throw ParseFailure(reason: .endsBefore(.endOfString), offset: count)
            }
            guard let digit = hexDigit(self[offset]) else {
                throw ParseFailure(reason: .invalidEscape, offset: backslash)
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    /// Checks one code point beyond ASCII: no overlong form, no surrogate, nothing above U+10FFFF
    /// (RFC 3629 section 3).
    @inline(__always)
    private func scanMultibyte(_ start: Int) throws(ParseFailure) -> Int {
        let first = UInt32(self[start])
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard start + length <= count else {
            throw ParseFailure(reason: .invalidUTF8, offset: start)
        }
        var scalar = first & (0x7F >> UInt32(length))
        var isWhole = true
        for offset in start + 1..<start + length {
            isWhole = isWhole && self[offset] & 0xC0 == 0x80
            scalar = scalar << 6 | UInt32(self[offset] & 0x3F)
        }
        let isShortest: Bool
        switch length {
        case 2: isShortest = first >= 0xC2
        case 3: isShortest = scalar >= 0x800 && scalar & 0xF800 != 0xD800
        default: isShortest = first <= 0xF4 && scalar >= 0x10000 && scalar <= 0x10FFFF
        }
        guard isWhole, isShortest else { throw ParseFailure(reason: .invalidUTF8, offset: start) }
        return start + length
    }

    func scanWord(_ word: StaticString, _ start: Int) throws(ParseFailure) -> Int {
        let end = start + word.utf8CodeUnitCount
        guard end <= count else { throw ParseFailure(reason: .expected(.value), offset: start) }
        for offset in start..<end where self[offset] != word.utf8Start[offset - start] {
            throw ParseFailure(reason: .expected(.value), offset: start)
        }
        return end
    }

    /// Finds the end of a number (RFC 8259 section 6).
    func scanNumber(
        _ start: Int
    ) throws(ParseFailure) -> (end: Int, fitsInt64: Bool) {
        let negative = self[start] == UInt8(ascii: "-")
        let first = negative ? start + 1 : start
        var end = try scanDigits(first)
        if self[first] == UInt8(ascii: "0") { end = first + 1 }
        let integerEnd = end
        if end < count, self[end] == UInt8(ascii: ".") {
            end = try scanDigits(end + 1)
        }
        if end < count, self[end] | 0x20 == UInt8(ascii: "e") {
            end += 1
            if end < count, self[end] == UInt8(ascii: "+") || self[end] == UInt8(ascii: "-") {
                end += 1
            }
            end = try scanDigits(end)
        }
        guard end == integerEnd else { return (end, false) }
        return (end, fitsInt64(first..<end, negative: negative))
    }

    /// Skips one or more digits; throws if there is none.
    @inline(__always)
    private func scanDigits(_ start: Int) throws(ParseFailure) -> Int {
        var offset = start
        while offset < count, self[offset] &- 0x30 < 10 { offset += 1 }
        guard offset > start else {
            throw ParseFailure(
                reason: start < count ? .expected(.digit) : .endsBefore(.digit), offset: start)
        }
        return offset
    }

    @inline(__always)
    private func fitsInt64(_ digits: Range<Int>, negative: Bool) -> Bool {
        guard digits.count >= 19 else { return true }
        guard digits.count == 19 else { return false }
        var magnitude: UInt64 = 0  // Nineteen digits fit.
        for offset in digits { magnitude = magnitude &* 10 &+ UInt64(self[offset] &- 0x30) }
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
