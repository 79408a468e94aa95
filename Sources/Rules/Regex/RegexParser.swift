/// A parser of RE2's syntax (google/re2 `doc/syntax.txt`).
struct RegexParser {
    let scalars: [Unicode.Scalar]
    var position = 0
    private var depth = 0
    var flags = Flags()

    private static let maximumDepth = 64
    private static let maximumRepeat = 1000

    struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesNewline = false
    }

    init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    mutating func parse() throws(RegexError) -> RegexNode {
        let node = try parseChoice()
        guard position == scalars.count else { throw .unexpectedParenthesis }
        return node
    }

    func peek(_ distance: Int = 0) -> Unicode.Scalar? {
        position + distance < scalars.count ? scalars[position + distance] : nil
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek() == scalar else { return false }
        position += 1
        return true
    }

    mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    mutating func next() throws(RegexError) -> Unicode.Scalar {
        guard let scalar = peek() else { throw .unexpectedEnd }
        position += 1
        return scalar
    }

    // MARK: - Structure

    private mutating func parseChoice() throws(RegexError) -> RegexNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= RegexParser.maximumDepth else {
            throw .tooDeep(limit: RegexParser.maximumDepth)
        }
        // Flags set inside a group end with it.
        let outer = flags
        defer { flags = outer }
        var options = [try parseSequence()]
        while take("|") { options.append(try parseSequence()) }
        return options.count == 1 ? options[0] : .choice(options)
    }

    private mutating func parseSequence() throws(RegexError) -> RegexNode {
        var parts: [RegexNode] = []
        while let scalar = peek(), scalar != "|", scalar != ")" {
            if take("\\Q") {
                while position < scalars.count, !take("\\E") { parts.append(literal(try next())) }
                continue
            }
            guard let atom = try parseAtom() else { continue }
            parts.append(try parseRepeats(of: atom))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    /// Parses one atom; returns nil for a group that only sets flags.
    private mutating func parseAtom() throws(RegexError) -> RegexNode? {
        let scalar = try next()
        switch scalar {
        case "(": return try parseGroup()
        case "[": return .set(try parseClass())
        case ".":
            return .set(flags.dotMatchesNewline ? .all : ScalarSet.newline.inverted)
        case "^": return .assert(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assert(flags.isMultiline ? .lineEnd : .textEnd)
        case "*", "+", "?": throw .nothingToRepeat
        case "\\": return try parseEscape()
        default: return literal(scalar)
        }
    }

    func literal(_ scalar: Unicode.Scalar) -> RegexNode {
        let set = ScalarSet(scalar.value)
        return .set(flags.ignoresCase ? set.caseFolded : set)
    }

    private mutating func parseGroup() throws(RegexError) -> RegexNode? {
        guard take("?") else { return try closeGroup() }
        if take("=") || take("!") || take("<=") || take("<!") { throw .lookAround }
        if take("P<") || take("<") {
            var name = ""
            while let scalar = peek(), scalar != ">" {
                name.unicodeScalars.append(scalar)
                position += 1
            }
            guard take(">"), !name.isEmpty,
                name.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") })
            else { throw .badGroup("(?P<\(name)>") }
            return try closeGroup()
        }
        return try parseFlags()
    }

    private mutating func parseFlags() throws(RegexError) -> RegexNode? {
        var changed = flags
        var isOn = true
        while let scalar = peek(), scalar != ":", scalar != ")" {
            position += 1
            switch scalar {
            case "i": changed.ignoresCase = isOn
            case "m": changed.isMultiline = isOn
            case "s": changed.dotMatchesNewline = isOn
            // Greediness affects captures, not the existence of a match.
            case "U": break
            case "-" where isOn: isOn = false
            default: throw .badGroup("(?\(scalar)")
            }
        }
        if take(")") {
            flags = changed
            return nil
        }
        guard take(":") else { throw .missingParenthesis }
        let outer = flags
        flags = changed
        defer { flags = outer }
        return try closeGroup()
    }

    private mutating func closeGroup() throws(RegexError) -> RegexNode {
        let node = try parseChoice()
        guard take(")") else { throw .missingParenthesis }
        return node
    }

    // MARK: - Repetition

    private mutating func parseRepeats(of atom: RegexNode) throws(RegexError) -> RegexNode {
        guard let (least, most) = try parseRepeat() else { return atom }
        _ = take("?")
        // `a**` is an error in RE2's Perl mode; so is any pile of repetitions.
        let mark = position
        if try parseRepeat() != nil {
            throw .badRepeat(text(from: mark))
        }
        return .repeated(atom, least, most)
    }

    private mutating func parseRepeat() throws(RegexError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = position
        guard take("{") else { return nil }
        guard let least = number() else {
            // A brace that does not begin a count is a literal.
            position = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = peek() == "}" ? nil : number() ?? -1 }
        guard take("}"), most != -1 else {
            position = start
            return nil
        }
        guard least <= RegexParser.maximumRepeat, most ?? 0 <= RegexParser.maximumRepeat,
            least <= most ?? least
        else { throw .badRepeat(text(from: start)) }
        return (least, most)
    }

    private mutating func number() -> Int? {
        let start = position
        var value = 0
        while let scalar = peek(), scalar.isASCII, UInt8(scalar.value).isDigit {
            value = min(value * 10 + Int(scalar.value) - 0x30, 1_000_000)
            position += 1
        }
        return position > start ? value : nil
    }

    func text(from start: Int) -> String {
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars[start..<position])
        return String(result)
    }
}
