/// The ranges of path and query in a request target whose form has been checked (RFC 9112 section
/// 3.2).
struct TargetParts {
    var path: Range<Int>
    var query: Range<Int>?

    init?(_ octets: borrowing Span<UInt8>, in range: Range<Int>, of method: Method) {
        guard !range.isEmpty else { return nil }
        switch octets[range.lowerBound] {
        case UInt8(ascii: "/"): self.init(originForm: octets, in: range)
        case UInt8(ascii: "*"): self.init(asteriskForm: range, of: method)
        default: self.init(absoluteForm: octets, in: range)
        }
    }

    /// Origin form: an absolute path and an optional query.
    init?(originForm octets: borrowing Span<UInt8>, in range: Range<Int>) {
        guard !range.isEmpty, octets[range.lowerBound] == UInt8(ascii: "/") else { return nil }
        self.init(pathAndQuery: octets, in: range)
    }

    /// Asterisk form, only for OPTIONS of the server as a whole (section 3.2.4).
    init?(asteriskForm range: Range<Int>, of method: Method) {
        guard method == .options, range.count == 1 else { return nil }
        path = range
    }

    /// Absolute form, which a server must accept too (section 3.2.2). Its authority replaces Host,
    /// which has no effect here, so it is only checked. Only http and https are served.
    init?(absoluteForm octets: borrowing Span<UInt8>, in range: Range<Int>) {
        var scheme = range.lowerBound
        while scheme < range.upperBound, octets[scheme] != UInt8(ascii: ":") { scheme += 1 }
        let name = range.lowerBound..<scheme
        guard
            octets.equalsIgnoringCase("http", in: name)
                || octets.equalsIgnoringCase("https", in: name)
        else { return nil }
        guard range.upperBound - scheme > 3, octets.equals("://", at: scheme) else { return nil }
        let authority = scheme + 3
        var end = authority
        while end < range.upperBound, octets[end] != 0x2F, octets[end] != 0x3F { end += 1 }
        guard Authority.isValid(octets, in: authority..<end) else { return nil }
        self.init(pathAndQuery: octets, in: end..<range.upperBound)
    }

    private init?(pathAndQuery octets: borrowing Span<UInt8>, in range: Range<Int>) {
        var position = range.lowerBound
        var hasEscapes = false
        while position < range.upperBound, octets[position] != UInt8(ascii: "?") {
            let octet = octets[position]
            guard OctetSet.path.contains(octet) else { return nil }
            if octet == ASCII.percent { hasEscapes = true }
            position &+= 1
        }
        path = range.lowerBound..<position
        if hasEscapes, !Self.escapesAreSound(octets, in: path, mayEncodeNUL: false) { return nil }
        guard position < range.upperBound else { return }
        let query = position + 1..<range.upperBound
        hasEscapes = false
        for position in query {
            let octet = octets[position]
            guard OctetSet.query.contains(octet) else { return nil }
            if octet == ASCII.percent { hasEscapes = true }
        }
        if hasEscapes, !Self.escapesAreSound(octets, in: query, mayEncodeNUL: true) { return nil }
        self.query = query
    }

    /// True if each `%` has two digits. An encoded NUL in a path has no honest use and truncates
    /// names in code written in C.
    private static func escapesAreSound(
        _ octets: borrowing Span<UInt8>, in range: Range<Int>, mayEncodeNUL: Bool
    ) -> Bool {
        var position = range.lowerBound
        while position < range.upperBound {
            guard octets[position] == ASCII.percent else {
                position += 1
                continue
            }
            guard
                position + 2 < range.upperBound,
                let high = ASCII.hexValue(octets[position + 1]),
                let low = ASCII.hexValue(octets[position + 2])
            else { return false }
            if high == 0, low == 0, !mayEncodeNUL { return false }
            position += 3
        }
        return true
    }
}
