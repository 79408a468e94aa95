/// Escapes, and classes of characters.
extension RegexParser {
    mutating func parseEscape() throws(RegexError) -> RegexNode {
        switch peek() {
        case "b": return advance(.assert(.wordBoundary))
        case "B": return advance(.assert(.noWordBoundary))
        case "A": return advance(.assert(.textStart))
        case "z": return advance(.assert(.textEnd))
        default: break
        }
        if let set = try parseClassEscape() { return .set(set) }
        return literal(try parseScalarEscape())
    }

    private mutating func advance(_ node: RegexNode) -> RegexNode {
        position += 1
        return node
    }

    /// Parses `\d`, `\pL` and similar escapes, after the backslash.
    private mutating func parseClassEscape() throws(RegexError) -> ScalarSet? {
        guard let letter = peek() else { throw .unexpectedEnd }
        let set: ScalarSet
        switch letter {
        case "d": set = .digits
        case "D": set = ScalarSet.digits.inverted
        case "w": set = .word
        case "W": set = ScalarSet.word.inverted
        case "s": set = .space
        case "S": set = ScalarSet.space.inverted
        case "p", "P":
            position += 1
            return try parseCategory(isInverted: letter == "P")
        default: return nil
        }
        position += 1
        return set
    }

    private mutating func parseCategory(isInverted: Bool) throws(RegexError) -> ScalarSet {
        var isInverted = isInverted
        var name = ""
        if take("{") {
            if take("^") { isInverted.toggle() }
            while let scalar = peek(), scalar != "}" {
                name.unicodeScalars.append(scalar)
                position += 1
            }
            guard take("}") else { throw .unexpectedEnd }
        } else {
            name.unicodeScalars.append(try next())
        }
        guard let set = name == "Any" ? .all : ScalarSet.category(name) else {
            throw .unknownClass("\\p{\(name)}")
        }
        return isInverted ? set.inverted : set
    }

    private mutating func parseScalarEscape() throws(RegexError) -> Unicode.Scalar {
        let scalar = try next()
        switch scalar {
        case "a": return "\u{07}"
        case "f": return "\u{0C}"
        case "t": return "\t"
        case "n": return "\n"
        case "r": return "\r"
        case "v": return "\u{0B}"
        case "x": return try parseHex()
        case "0"..."7" where scalar == "0" || (peek().map { ("0"..."7").contains($0) } ?? false):
            var value = scalar.value - 0x30
            for _ in 0..<2 {
                guard let digit = peek(), ("0"..."7").contains(digit) else { break }
                value = value * 8 + digit.value - 0x30
                position += 1
            }
            return Unicode.Scalar(value) ?? "\0"
        case "1"..."9": throw .backReference
        default:
            guard scalar.isASCII, !UInt8(scalar.value).isLetter, !UInt8(scalar.value).isDigit else {
                throw .badEscape("\\\(scalar)")
            }
            return scalar
        }
    }

    private mutating func parseHex() throws(RegexError) -> Unicode.Scalar {
        var digits = ""
        if take("{") {
            while let scalar = peek(), scalar != "}" {
                digits.unicodeScalars.append(scalar)
                position += 1
            }
            guard take("}") else { throw .unexpectedEnd }
        } else {
            digits.unicodeScalars.append(try next())
            digits.unicodeScalars.append(try next())
        }
        guard digits.utf8.allSatisfy(\.isHex), let value = UInt32(digits, radix: 16),
            let scalar = Unicode.Scalar(value)
        else { throw .badEscape("\\x{\(digits)}") }
        return scalar
    }

    /// Parses a class after its opening bracket.
    mutating func parseClass() throws(RegexError) -> ScalarSet {
        let isInverted = take("^")
        var set = ScalarSet()
        var isFirst = true
        while isFirst || peek() != "]" {
            guard peek() != nil else { throw .missingBracket }
            isFirst = false
            if take("[:") {
                set = set.union(try parsePosix())
                continue
            }
            let start = position
            if take("\\") {
                if let part = try parseClassEscape() {
                    set = set.union(part)
                    continue
                }
                position = start
            }
            set = set.union(try parseRange(from: start))
        }
        position += 1
        if flags.ignoresCase { set = set.caseFolded }
        return isInverted ? set.inverted : set
    }

    private mutating func parseRange(from start: Int) throws(RegexError) -> ScalarSet {
        let low = try classScalar()
        guard peek() == "-", peek(1) != nil, peek(1) != "]" else { return ScalarSet(low.value) }
        position += 1
        let high = try classScalar()
        guard low <= high else { throw .badRange(text(from: start)) }
        return ScalarSet([low.value...high.value])
    }

    private mutating func classScalar() throws(RegexError) -> Unicode.Scalar {
        take("\\") ? try parseScalarEscape() : try next()
    }

    private mutating func parsePosix() throws(RegexError) -> ScalarSet {
        let isInverted = take("^")
        var name = ""
        while let scalar = peek(), scalar != ":", scalar != "]" {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard take(":]"), let set = ScalarSet.posix[name] else {
            throw .unknownClass("[:\(name):]")
        }
        return isInverted ? set.inverted : set
    }
}
