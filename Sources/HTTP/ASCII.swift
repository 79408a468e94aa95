/// A set of ASCII bytes as two words: membership is a shift and a mask, without a table in memory.
struct ByteSet: Sendable {
    private let low: UInt64
    private let high: UInt64

    @inline(__always)
    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word = byte & 0x40 == 0 ? low : high
        return byte < 0x80 && (word >> UInt64(byte & 63)) & 1 != 0
    }
}

extension ByteSet {
    /// `tchar` of RFC 9110 section 5.6.2: letters, digits, ``!#$%&'*+-.^_`|~``.
    @inline(__always)
    static var token: ByteSet {
        ByteSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    }

    /// The bytes that a path may have (RFC 3986 section 3.3): pchar, `/`, and `%` whose digits are
    /// checked later.
    @inline(__always)
    static var path: ByteSet {
        ByteSet(low: 0x2FFF_FFF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)
    }

    /// The bytes that a query may have: RFC 3986 section 3.4 and those that the URL standard's
    /// parsers leave unencoded in a query (``[ ] { } | \ ^ ` ``); none of them is a delimiter here.
    @inline(__always)
    static var query: ByteSet {
        ByteSet(low: 0xAFFF_FFF2_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF)
    }

    /// `reg-name` of RFC 3986 section 3.2.2, and `%` whose digits are checked later; without the
    /// comma, which no name contains and which would make a list of two names look like one.
    static var registeredName: ByteSet {
        ByteSet(low: 0x2BFF_6FF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }
}

enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let percent = UInt8(ascii: "%")

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// The value of a hexadecimal digit; nil for any other byte.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8? {
        if byte &- 0x30 < 10 { return byte &- 0x30 }
        let letter = byte | 0x20
        return letter &- 0x61 < 6 ? letter &- 0x61 + 10 : nil
    }
}

extension [UInt8] {
    /// Appends the bytes of a span in one copy.
    @inline(__always)
    package mutating func append(copying bytes: borrowing Span<UInt8>) {
        bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// Appends a number's decimal digits.
    mutating func append(decimal number: Int) {
        precondition(number >= 0, "counts are not negative")
        var power = 1
        while number / power >= 10 { power *= 10 }
        while power > 0 {
            append(UInt8(truncatingIfNeeded: number / power % 10) &+ 0x30)
            power /= 10
        }
    }
}
