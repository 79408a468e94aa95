/// The rules for `host[:port]` in Host fields and absolute targets (RFC 9110 section 7.2,
/// RFC 3986 section 3.2). Userinfo is refused (RFC 9110 section 4.2.4), and so is an empty host.
enum Authority {
    static func isValid(_ octets: borrowing Span<UInt8>, in range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return false }
        let hostEnd =
            octets[range.lowerBound] == UInt8(ascii: "[")
            ? endOfLiteral(octets, in: range) : endOfName(octets, in: range)
        guard let hostEnd else { return false }
        return hostEnd == range.upperBound || isPort(octets, in: hostEnd..<range.upperBound)
    }

    /// A registered name or an IPv4 address, which is one by grammar.
    private static func endOfName(
        _ octets: borrowing Span<UInt8>, in range: Range<Int>
    ) -> Int? {
        var position = range.lowerBound
        while position < range.upperBound, octets[position] != UInt8(ascii: ":") {
            let octet = octets[position]
            guard OctetSet.registeredName.contains(octet) else { return nil }
            if octet == ASCII.percent {
                guard
                    position + 2 < range.upperBound,
                    ASCII.hexValue(octets[position + 1]) != nil,
                    ASCII.hexValue(octets[position + 2]) != nil
                else { return nil }
            }
            position += 1
        }
        return position == range.lowerBound ? nil : position
    }

    /// An IPv6 address in brackets. Its content is checked for characters, colons and length only,
    /// because nothing connects to it.
    private static func endOfLiteral(
        _ octets: borrowing Span<UInt8>, in range: Range<Int>
    ) -> Int? {
        var position = range.lowerBound + 1
        var colons = 0
        while position < range.upperBound, octets[position] != UInt8(ascii: "]") {
            let octet = octets[position]
            if octet == UInt8(ascii: ":") {
                colons += 1
            } else if ASCII.hexValue(octet) == nil, octet != UInt8(ascii: ".") {
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
    private static func isPort(_ octets: borrowing Span<UInt8>, in range: Range<Int>) -> Bool {
        guard octets[range.lowerBound] == UInt8(ascii: ":") else { return false }
        var port = 0
        for position in range.dropFirst() {
            let octet = octets[position]
            guard ASCII.isDigit(octet), port <= 65535 else { return false }
            port = port * 10 + Int(octet - 0x30)
        }
        return port <= 65535
    }
}
