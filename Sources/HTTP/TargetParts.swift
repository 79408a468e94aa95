/// The ranges of path and query in a request target whose form has been checked (RFC 9112 section
/// 3.2).
struct TargetParts {
    var path: Range<Int>
    var query: Range<Int>?

    init?(_ bytes: borrowing Span<UInt8>, in range: Range<Int>, of method: Method) {
        guard !range.isEmpty else { return nil }
        switch bytes[range.lowerBound] {
        case UInt8(ascii: "/"): self.init(originForm: bytes, in: range)
        case UInt8(ascii: "*"): self.init(asteriskForm: range, of: method)
        default: self.init(absoluteForm: bytes, in: range)
        }
    }

    /// Origin form: an absolute path and an optional query.
    init?(originForm bytes: borrowing Span<UInt8>, in range: Range<Int>) {
        guard !range.isEmpty, bytes[range.lowerBound] == UInt8(ascii: "/") else { return nil }
        self.init(pathAndQuery: bytes, in: range)
    }

    /// Asterisk form, only for OPTIONS of the server as a whole (section 3.2.4).
    init?(asteriskForm range: Range<Int>, of method: Method) {
        guard method == .options, range.count == 1 else { return nil }
        path = range
    }

    /// Absolute form, which a server must accept too (section 3.2.2). Its authority replaces Host,
    /// which has no effect here, so it is only checked. Only http and https are served.
    init?(absoluteForm bytes: borrowing Span<UInt8>, in range: Range<Int>) {
        var scheme = range.lowerBound
        while scheme < range.upperBound, bytes[scheme] != UInt8(ascii: ":") { scheme += 1 }
        let name = range.lowerBound..<scheme
        guard
            bytes.equalsIgnoringCase("http", in: name)
                || bytes.equalsIgnoringCase("https", in: name)
        else { return nil }
        guard range.upperBound - scheme > 3, bytes.equals("://", at: scheme) else { return nil }
        let authority = scheme + 3
        var end = authority
        while end < range.upperBound, bytes[end] != 0x2F, bytes[end] != 0x3F { end += 1 }
        guard Authority.isValid(bytes, in: authority..<end) else { return nil }
        self.init(pathAndQuery: bytes, in: end..<range.upperBound)
    }

    private init?(pathAndQuery bytes: borrowing Span<UInt8>, in range: Range<Int>) {
        var position = range.lowerBound
        var hasEscapes = false
        while position < range.upperBound, bytes[position] != UInt8(ascii: "?") {
            let byte = bytes[position]
            guard ByteSet.path.contains(byte) else { return nil }
            if byte == ASCII.percent { hasEscapes = true }
            position &+= 1
        }
        path = range.lowerBound..<position
        if hasEscapes, !Self.escapesAreSound(bytes, in: path, mayEncodeNUL: false) { return nil }
        guard position < range.upperBound else { return }
        let query = position + 1..<range.upperBound
        hasEscapes = false
        for position in query {
            let byte = bytes[position]
            guard ByteSet.query.contains(byte) else { return nil }
            if byte == ASCII.percent { hasEscapes = true }
        }
        if hasEscapes, !Self.escapesAreSound(bytes, in: query, mayEncodeNUL: true) { return nil }
        self.query = query
    }

    /// True if each `%` has two digits. An encoded NUL in a path has no honest use and truncates
    /// names in code written in C.
    private static func escapesAreSound(
        _ bytes: borrowing Span<UInt8>, in range: Range<Int>, mayEncodeNUL: Bool
    ) -> Bool {
        var position = range.lowerBound
        while position < range.upperBound {
            guard bytes[position] == ASCII.percent else {
                position += 1
                continue
            }
            guard
                position + 2 < range.upperBound,
                let high = ASCII.hexValue(bytes[position + 1]),
                let low = ASCII.hexValue(bytes[position + 2])
            else { return false }
            if high == 0, low == 0, !mayEncodeNUL { return false }
            position += 3
        }
        return true
    }
}
