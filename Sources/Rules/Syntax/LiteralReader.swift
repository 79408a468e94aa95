/// Reads one string or bytes literal, from its opening quote to after its closing one.
struct LiteralReader {
    let source: Source
    private(set) var position: Int
    let isRaw: Bool
    let isBytes: Bool
    private var content: [UInt8] = []

    init(source: Source, position: Int, isRaw: Bool, isBytes: Bool) {
        self.source = source
        self.position = position
        self.isRaw = isRaw
        self.isBytes = isBytes
    }

    /// The value of the literal: UTF-8 for strings.
    mutating func read() throws(Diagnostic) -> [UInt8] {
        let start = position
        let quote = source.bytes[position]
        let isTriple = matches(quote, count: 3)
        position += isTriple ? 3 : 1
        while position < source.bytes.count {
            let byte = source.bytes[position]
            if byte == quote, !isTriple || matches(quote, count: 3) {
                position += isTriple ? 3 : 1
                return content
            }
            if !isTriple, byte == 0x0A || byte == 0x0D {
                throw Diagnostic(
                    "a string must end on its line; use ''' or \"\"\" for several lines"
                        + advice(from: start),
                    at: start..<position, in: source)
            }
            if byte == UInt8(ascii: "\\"), !isRaw {
                try readEscape()
            } else {
                content.append(byte)
                position += 1
            }
        }
        throw Diagnostic(
            "unterminated string" + advice(from: start), at: start..<position, in: source)
    }

    /// A hint for a string that was meant to end at a typographic quotation mark.
    private func advice(from start: Int) -> String {
        guard ForeignSymbol.hasQuote(source[start..<position]) else { return "" }
        return "; a typographic quotation mark does not end it, write \(source[start..<start + 1])"
    }

    private func matches(_ quote: UInt8, count: Int) -> Bool {
        position + count <= source.bytes.count
            && source.bytes[position..<position + count].allSatisfy { $0 == quote }
    }

    private mutating func readEscape() throws(Diagnostic) {
        let start = position
        position += 2
        guard start + 1 < source.bytes.count else {
            throw Diagnostic("unterminated string", at: start..<start + 1, in: source)
        }
        let letter = source.bytes[start + 1]
        switch letter {
        case UInt8(ascii: "a"): content.append(0x07)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "v"): content.append(0x0B)
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"),
            UInt8(ascii: "`"):
            content.append(letter)
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            try append(try digits(2, radix: 16, from: start), from: start)
        case UInt8(ascii: "u") where !isBytes:
            try append(try digits(4, radix: 16, from: start), from: start)
        case UInt8(ascii: "U") where !isBytes:
            try append(try digits(8, radix: 16, from: start), from: start)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            position -= 1
            try append(try digits(3, radix: 8, from: start), from: start)
        default:
            throw Diagnostic(
                "invalid escape sequence in a \(isBytes ? "bytes" : "string") literal",
                at: start..<position, in: source)
        }
    }

    private mutating func digits(
        _ count: Int, radix: UInt32, from start: Int
    ) throws(Diagnostic) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard position < source.bytes.count, source.bytes[position].isHex,
                source.bytes[position].hexValue < radix,
                !value.multipliedReportingOverflow(by: radix).overflow
            else {
                throw Diagnostic(
                    "invalid escape sequence: \(count) digits expected", at: start..<position + 1,
                    in: source)
            }
            value = value * radix + source.bytes[position].hexValue
            position += 1
        }
        return value
    }

    /// Appends an escaped value: a byte in bytes, a code point in strings.
    private mutating func append(_ value: UInt32, from start: Int) throws(Diagnostic) {
        if isBytes {
            content.append(UInt8(truncatingIfNeeded: value))
        } else if let scalar = Unicode.Scalar(value) {
            content.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        } else {
            throw Diagnostic(
                "invalid escape sequence: not a Unicode code point", at: start..<position,
                in: source)
        }
    }
}
