/// The rules for `host[:port]` in Host fields and absolute targets (RFC 9110 section 7.2,
/// RFC 3986 section 3.2). Userinfo is refused (RFC 9110 section 4.2.4), and so is an empty host.
enum Authority {
    static func isValid(_ bytes: borrowing Span<UInt8>, in range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return false }
        let hostEnd =
            bytes[range.lowerBound] == UInt8(ascii: "[")
            ? endOfLiteral(bytes, in: range) : endOfName(bytes, in: range)
        guard let hostEnd else { return false }
        return hostEnd == range.upperBound || isPort(bytes, in: hostEnd..<range.upperBound)
    }

    /// A registered name or an IPv4 address, which is one by grammar.
    private static func endOfName(
        _ bytes: borrowing Span<UInt8>, in range: Range<Int>
    ) -> Int? {
        var position = range.lowerBound
        while position < range.upperBound, bytes[position] != UInt8(ascii: ":") {
            let byte = bytes[position]
            guard ByteSet.registeredName.contains(byte) else { return nil }
            if byte == ASCII.percent {
                guard
                    position + 2 < range.upperBound,
                    ASCII.hexValue(bytes[position + 1]) != nil,
                    ASCII.hexValue(bytes[position + 2]) != nil
                else { return nil }
            }
            position += 1
        }
        return position == range.lowerBound ? nil : position
    }

    /// An IPv6 address in brackets. Its content is checked for characters, colons and length only,
    /// because nothing connects to it.
    private static func endOfLiteral(
        _ bytes: borrowing Span<UInt8>, in range: Range<Int>
    ) -> Int? {
        var position = range.lowerBound + 1
        var colons = 0
        while position < range.upperBound, bytes[position] != UInt8(ascii: "]") {
            let byte = bytes[position]
            if byte == UInt8(ascii: ":") {
                colons += 1
            } else if ASCII.hexValue(byte) == nil, byte != UInt8(ascii: ".") {
                return nil
            }
            position += 1
        }
        let length = position - range.lowerBound - 1
        guard position < range.upperBound, colons >= 2, colons <= 8, length <= 45 else {
            return nil
        }
        return position + 1
    }

    /// True for `:` and digits up to 65535; the digits may be missing (RFC 3986 section 3.2.3).
    private static func isPort(_ bytes: borrowing Span<UInt8>, in range: Range<Int>) -> Bool {
        guard bytes[range.lowerBound] == UInt8(ascii: ":") else { return false }
        var port = 0
        for position in range.dropFirst() {
            let byte = bytes[position]
            guard ASCII.isDigit(byte), port <= 65535 else { return false }
            port = port * 10 + Int(byte - 0x30)
        }
        return port <= 65535
    }
}
