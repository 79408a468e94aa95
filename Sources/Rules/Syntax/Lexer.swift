/// Divides a rule's text into tokens; an invalid word is reported and left out.
struct Lexer {
    let source: Source
    private(set) var position = 0
    private var tokens: [Token] = []
    private var errors: [Diagnostic] = []

    init(_ source: Source) { self.source = source }

    /// The tokens, ended by `.end`; throws all invalid words.
    static func tokens(of source: Source) throws(CompileErrors) -> [Token] {
        var lexer = Lexer(source)
        while lexer.skipBlanks() { lexer.readToken() }
        guard lexer.errors.isEmpty else { throw CompileErrors(.parse, lexer.errors) }
        let end = source.bytes.count
        lexer.tokens.append(Token(kind: .end, range: end..<end))
        return lexer.tokens
    }

    private var bytes: [UInt8] { source.bytes }

    private func peek(_ distance: Int = 0) -> UInt8? {
        let index = position + distance
        return index < bytes.count ? bytes[index] : nil
    }

    /// Skips white space and comments; returns false at the end of the text.
    private mutating func skipBlanks() -> Bool {
        while let byte = peek() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0C, 0x0D:
                position += 1
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
                while let next = peek(), next != 0x0A { _ = (next, position += 1) }
            default:
                return true
            }
        }
        return false
    }

    private mutating func readToken() {
        let start = position
        guard let byte = peek() else { return }
        if byte.isLetter || byte == UInt8(ascii: "_") {
            readWord()
        } else if byte.isDigit || (byte == UInt8(ascii: ".") && peek(1)?.isDigit == true) {
            readNumber()
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            readLiteral(from: start, isRaw: false, isBytes: false)
        } else if byte == UInt8(ascii: "`") {
            readQuotedField()
        } else {
            readSymbol()
        }
    }

    private mutating func emit(_ kind: Token.Kind, from start: Int) {
        tokens.append(Token(kind: kind, range: start..<position))
    }

    private mutating func fail(_ message: String, from start: Int) {
        errors.append(Diagnostic(message, at: start..<max(position, start + 1), in: source))
    }

    // MARK: - Words and symbols

    private mutating func readWord() {
        let start = position
        while let byte = peek(), byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") {
            position += 1
        }
        let word = source[start..<position]
        if let quote = peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            switch word {
            case "r", "R": return readLiteral(from: start, isRaw: true, isBytes: false)
            case "b", "B": return readLiteral(from: start, isRaw: false, isBytes: true)
            case "br", "bR", "Br", "BR":
                return readLiteral(from: start, isRaw: true, isBytes: true)
            default: break
            }
        }
        switch word {
        case "true": emit(.symbol(.true), from: start)
        case "false": emit(.symbol(.false), from: start)
        case "null": emit(.symbol(.null), from: start)
        case "in": emit(.symbol(.in), from: start)
        default: emit(.identifier(word), from: start)
        }
    }

    private mutating func readQuotedField() {
        let start = position
        position += 1
        while let byte = peek(), byte != UInt8(ascii: "`") {
            guard byte.isLetter || byte.isDigit || "_.-/ ".utf8.contains(byte) else {
                position += 1
                return fail(
                    "a quoted field may contain only letters, digits and _ . - /", from: start)
            }
            position += 1
        }
        guard peek() != nil else { return fail("unterminated quoted field", from: start) }
        position += 1
        guard position - start > 2 else { return fail("empty quoted field", from: start) }
        emit(.quoted(source[start + 1..<position - 1]), from: start)
    }

    private mutating func readSymbol() {
        let start = position
        if position + 2 <= bytes.count, !isTripled,
            let pair = Token.Symbol(rawValue: source[position..<position + 2])
        {
            position += 2
            return emit(.symbol(pair), from: start)
        }
        if !isTripled, let single = Token.Symbol(rawValue: source[position..<position + 1]) {
            position += 1
            return emit(.symbol(single), from: start)
        }
        if let foreign = ForeignSymbol(in: source, at: position) {
            position += foreign.length
            return fail(foreign.message, from: start)
        }
        position += 1
        while let byte = peek(), byte & 0xC0 == 0x80 { _ = (byte, position += 1) }
        fail("token recognition error at: '\(source[start..<position])'", from: start)
    }

    /// True at `===` and `!==`, of which rules have only the first two characters.
    private var isTripled: Bool {
        let equals = UInt8(ascii: "=")
        return peek(1) == equals && peek(2) == equals
            && (peek() == equals || peek() == UInt8(ascii: "!"))
    }

    // MARK: - Numbers

    private mutating func skipDigits() {
        while peek()?.isDigit == true { position += 1 }
    }

    private mutating func readNumber() {
        let start = position
        if peek() == UInt8(ascii: "0"), peek(1) == UInt8(ascii: "x"), peek(2)?.isHex == true {
            position += 2
            while peek()?.isHex == true { position += 1 }
            return readInteger(UInt64(source[start + 2..<position], radix: 16), from: start)
        }
        skipDigits()
        var isDouble = false
        if peek() == UInt8(ascii: "."), peek(1)?.isDigit == true {
            isDouble = true
            position += 1
            skipDigits()
        }
        if let e = peek(), e | 0x20 == UInt8(ascii: "e") {
            let signed = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
            if peek(signed ? 2 : 1)?.isDigit == true {
                isDouble = true
                position += signed ? 2 : 1
                skipDigits()
            }
        }
        guard isDouble else {
            return readInteger(UInt64(source[start..<position]), from: start)
        }
        guard let value = Double(source[start..<position]), value.isFinite else {
            return fail("invalid double literal: out of range", from: start)
        }
        emit(.double(value), from: start)
    }

    private mutating func readInteger(_ magnitude: UInt64?, from start: Int) {
        let isUnsigned = peek().map { $0 | 0x20 == UInt8(ascii: "u") } ?? false
        if isUnsigned { position += 1 }
        guard let magnitude else { return fail("invalid int literal: out of range", from: start) }
        emit(isUnsigned ? .uint(magnitude) : .int(magnitude), from: start)
    }

    // MARK: - Strings and bytes

    private mutating func readLiteral(from start: Int, isRaw: Bool, isBytes: Bool) {
        var reader = LiteralReader(
            source: source, position: position, isRaw: isRaw, isBytes: isBytes)
        do {
            let content = try reader.read()
            position = reader.position
            if isBytes {
                emit(.bytes(content), from: start)
            } else {
                emit(.string(String(decoding: content, as: UTF8.self)), from: start)
            }
        } catch {
            position = max(reader.position, start + 1)
            errors.append(error)
            // The text after an unterminated literal cannot be distinguished from its content.
            position = bytes.count
        }
    }
}

extension UInt8 {
    var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isHex: Bool { isDigit || (0x61...0x66).contains(self | 0x20) }
    /// The value of a hexadecimal digit.
    var hexValue: UInt32 { isDigit ? UInt32(self) - 0x30 : UInt32(self | 0x20) - 0x57 }
}
