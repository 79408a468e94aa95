/// Operations on eight bytes at a time (little-endian: the first byte is the lowest).
///
/// A head is parsed in one pass; these reduce its cost from per byte to per word in the long parts.
enum Word {
    @inline(__always)
    static func repeating(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

    private static var high: UInt64 {
        @inline(__always) get { 0x8080_8080_8080_8080 }
    }

    /// 0x20 in each byte that is an upper-case ASCII letter, 0 in the others.
    @inline(__always)
    static func upperCase(in word: UInt64) -> UInt64 {
        let seven = word & repeating(0x7F)
        let aboveZ = seven &+ repeating(0x7F - 0x5A)
        let fromA = seven &+ repeating(0x80 - 0x41)
        return ((fromA ^ aboveZ) & ~word & high) &>> 2
    }

    /// The high bit in each byte that is neither an ASCII letter nor a hyphen.
    @inline(__always)
    static func notNameLike(in word: UInt64) -> UInt64 {
        let seven = (word | repeating(0x20)) & repeating(0x7F)
        let letters = (seven &+ repeating(0x80 - 0x61)) ^ (seven &+ repeating(0x7F - 0x7A))
        // Exact, unlike the usual test for a zero byte, which carries from one byte into the next.
        let apart = word ^ repeating(0x2D)
        let hyphens = ~(((apart & repeating(0x7F)) &+ repeating(0x7F)) | apart)
        return ~((letters & ~word) | hyphens) & high
    }

    /// The high bit is set in the first byte below 0x20 or equal to 0x7F; bits above it have no
    /// meaning, because the subtraction borrows from one byte into the next.
    @inline(__always)
    static func firstControl(in word: UInt64) -> UInt64 {
        let below = (word &- repeating(0x20)) & ~word
        let delete = word ^ repeating(0x7F)
        let equal = (delete &- repeating(0x01)) & ~delete
        return (below | equal) & high
    }
}

extension Span<UInt8> {
    /// The end of the token that starts here. Most names consist of letters and hyphens.
    @inline(__always)
    func endOfToken(in range: Range<Int>) -> Int {
        var position = range.lowerBound
        let raw = self.bytes
        while position &+ 8 <= range.upperBound {
            let word = raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            let others = Word.notNameLike(in: word)
            if others == 0 {
                position &+= 8
                continue
            }
            position &+= others.trailingZeroBitCount &>> 3
            if !ByteSet.token.contains(self[position]) { return position }
            position &+= 1
        }
        while position < range.upperBound, ByteSet.token.contains(self[position]) {
            position &+= 1
        }
        return position
    }

    /// The first byte that is not allowed in a field value: a control character other than tab.
    @inline(__always)
    func firstControl(in range: Range<Int>) -> Int {
        var position = range.lowerBound
        let raw = self.bytes
        while position &+ 8 <= range.upperBound {
            let word = raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            let controls = Word.firstControl(in: word)
            if controls == 0 {
                position &+= 8
                continue
            }
            position &+= controls.trailingZeroBitCount &>> 3
            if self[position] != ASCII.tab { return position }
            position &+= 1
        }
        while position < range.upperBound {
            let byte = self[position]
            if byte < 0x20 ? byte != ASCII.tab : byte == 0x7F { return position }
            position &+= 1
        }
        return position
    }

    /// True if the text is at this offset; the caller has checked that there are enough bytes.
    @inline(__always)
    func equals(_ text: StaticString, at start: Int) -> Bool {
        matches(text, at: start, foldingWith: 0)
    }

    /// True if the range has this text in any case. The text consists of lower-case letters, digits
    /// and hyphens, and the bytes contain no control characters, so that setting one bit is enough.
    @inline(__always)
    func equalsIgnoringCase(_ text: StaticString, in range: Range<Int>) -> Bool {
        range.count == text.utf8CodeUnitCount
            && matches(text, at: range.lowerBound, foldingWith: 0x20)
    }

    /// Compares word by word; if the text is constant, so are its words and the number of
    /// iterations.
    @inline(__always)
    private func matches(_ text: StaticString, at start: Int, foldingWith bit: UInt8) -> Bool {
        let raw = self.bytes
        return text.withUTF8Buffer { wanted in
            let wanted = UnsafeRawBufferPointer(wanted)
            let fold = Word.repeating(bit)
            var offset = 0
            while offset &+ 8 <= wanted.count {
                let word = raw.unsafeLoadUnaligned(
                    fromByteOffset: start &+ offset, as: UInt64.self)
                if word | fold != wanted.loadUnaligned(fromByteOffset: offset, as: UInt64.self) {
                    return false
                }
                offset &+= 8
            }
            while offset < wanted.count {
                if self[start &+ offset] | bit != wanted[offset] { return false }
                offset &+= 1
            }
            return true
        }
    }
}
