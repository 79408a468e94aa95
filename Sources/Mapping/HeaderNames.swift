/// The header fields that an expression may read, found in its text; they are stored with an event
/// so that it can be mapped again.
package enum HeaderNames: Equatable, Sendable {
    /// The given names, in lower case, sorted.
    case only([String])
    /// Any name: it is computed, or `headers` is passed on as a whole.
    case all
}

extension HeaderNames {
    /// True if an expression may read the field; the name is in lower case.
    package func contains(_ name: String) -> Bool {
        switch self {
        case .only(let names): names.contains { $0.utf8.elementsEqual(name.utf8) }
        case .all: true
        }
    }

    func union(_ other: HeaderNames) -> HeaderNames {
        guard case .only(let names) = self, case .only(let others) = other else { return .all }
        return .only(Set(names + others).sorted())
    }

    /// Finds `headers["x"]`, `headers[?"x"]`, `headers.x`, `headers.?x` and the same with a quoted
    /// selector. Any other use of `headers` counts as reading all fields.
    init(in expression: String) {
        var scanner = Scanner(bytes: Array(expression.utf8))
        var names = HeaderNames.only([])
        var previous = Scanner.Token.end
        while true {
            let token = scanner.next()
            if token == .end { break }
            if token == .name("headers"), previous != .symbol(UInt8(ascii: ".")) {
                names = names.union(scanner.selection().map { .only([$0]) } ?? .all)
                previous = .end
            } else {
                previous = token
            }
        }
        self = names
    }
}

/// The part of CEL's lexer that distinguishes names, strings and comments.
private struct Scanner {
    enum Token: Equatable {
        case name(String)
        /// Nil if the text contains escapes.
        case text(String?)
        case symbol(UInt8)
        case end
    }

    let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The constant name that the next tokens select; nil if they do not.
    mutating func selection() -> String? {
        let start = index
        var token = next()
        let isIndex = token == .symbol(UInt8(ascii: "["))
        guard isIndex || token == .symbol(UInt8(ascii: ".")) else {
            index = start
            return nil
        }
        token = next()
        if token == .symbol(UInt8(ascii: "?")) { token = next() }
        switch token {
        case .name(let name) where !isIndex:
            // A method call on the map does not name a field.
            let end = index
            if next() == .symbol(UInt8(ascii: "(")) { return nil }
            index = end
            return name
        case .text(let text?) where isIndex:
            return next() == .symbol(UInt8(ascii: "]")) ? text : nil
        default: return nil
        }
    }

    mutating func next() -> Token {
        while let byte = peek() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0C, 0x0D: index += 1
            case UInt8(ascii: "/") where peek(1) == byte:
                while let byte = peek(), byte != 0x0A { index += 1 }
            case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(string(isRaw: false))
            case UInt8(ascii: "`"): return quotedName()
            case _ where byte.isNameByte: return name()
            default:
                index += 1
                return .symbol(byte)
            }
        }
        return .end
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    private mutating func name() -> Token {
        let start = index
        while let byte = peek(), byte.isNameByte { index += 1 }
        let name = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let quote = peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            ["r", "b", "br"].contains(name.lowercased())
        else { return .name(name) }
        return .text(string(isRaw: name.lowercased() != "b"))
    }

    private mutating func quotedName() -> Token {
        index += 1
        let start = index
        while let byte = peek(), byte != UInt8(ascii: "`") { index += 1 }
        let name = String(decoding: bytes[start..<index], as: UTF8.self)
        index += 1
        return .name(name)
    }

    private mutating func string(isRaw: Bool) -> String? {
        let quote = bytes[index]
        let width = peek(1) == quote && peek(2) == quote ? 3 : 1
        index += width
        let start = index
        var isPlain = true
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\") {
                isPlain = false
                index += isRaw ? 1 : 2
            } else if (0..<width).allSatisfy({ peek($0) == quote }) {
                break
            } else {
                index += 1
            }
        }
        let end = min(index, bytes.count)
        index = end + width
        return isPlain ? String(decoding: bytes[start..<end], as: UTF8.self) : nil
    }
}

extension UInt8 {
    fileprivate var isNameByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
        default: false
        }
    }
}
