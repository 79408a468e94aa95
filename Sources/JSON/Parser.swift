/// Reads a text into nodes in one pass, without recursion: an open array or object keeps its parent's
/// index in its `link` until it is closed.
struct Parser {
    private(set) var nodes: [Node] = []
    private let limits: Limits
    private var depth = 0
    /// Index of the innermost open array or object, or -1.
    private(set) var open = -1

    init(limits: Limits) {
        self.limits = limits
    }

    mutating func parse(_ text: Span<UInt8>) throws(Fault) {
        guard text.count <= limits.bytes else {
            throw Fault(reason: .tooLong(limit: limits.bytes), offset: limits.bytes)
        }
        if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF {
            throw Fault(reason: .byteOrderMark, offset: 0)
        }
        nodes.reserveCapacity(text.count / 12 + 4)
        var offset = skipWhitespace(text, 0)
        var opened: Bool
        repeat {
            (offset, opened) = try value(text, offset)
            if !opened { offset = try afterValue(text, offset) }
        } while offset < text.count || open >= 0
    }

    /// Reads a scalar or an empty array or object whole; else an opening bracket up to the start of
    /// the first value inside.
    private mutating func value(
        _ text: Span<UInt8>, _ start: Int
    ) throws(Fault) -> (offset: Int, opened: Bool) {
        guard start < text.count else { throw Fault(reason: .endsBefore(.value), offset: start) }
        switch text[start] {
        case UInt8(ascii: "\""):
            let string = try scanString(text, start)
            nodes.append(
                Node(string.escaped ? .escapedString : .string, start: start, end: string.end))
            return (string.end, false)
        case UInt8(ascii: "{"):
            try enter(.object, start)
            let first = skipWhitespace(text, start + 1)
            if first < text.count, text[first] == UInt8(ascii: "}") {
                try leave(text, first)
                return (first + 1, false)
            }
            return (try key(text, first, expecting: .keyOrEndOfObject), true)
        case UInt8(ascii: "["):
            try enter(.array, start)
            let first = skipWhitespace(text, start + 1)
            guard first < text.count else {
                throw Fault(reason: .endsBefore(.valueOrEndOfArray), offset: first)
            }
            if text[first] == UInt8(ascii: "]") {
                try leave(text, first)
                return (first + 1, false)
            }
            return (first, true)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let number = try scanNumber(text, start)
            nodes.append(
                Node(number.fitsInt64 ? .integer : .decimal, start: start, end: number.end))
            return (number.end, false)
        case UInt8(ascii: "t"): return (try word("true", .true, text, start), false)
        case UInt8(ascii: "f"): return (try word("false", .false, text, start), false)
        case UInt8(ascii: "n"): return (try word("null", .null, text, start), false)
        default:
            throw Fault(reason: .expected(.value), offset: start)
        }
    }

    /// Closes what ends after a value; returns where the next value starts, or the end of the text.
    private mutating func afterValue(
        _ text: Span<UInt8>, _ end: Int
    ) throws(Fault) -> Int {
        var offset = skipWhitespace(text, end)
        while open >= 0 {
            nodes[open].countOneMore()
            let isObject = nodes[open].kind == .object
            let due: ParseError.Expectation = isObject ? .commaOrEndOfObject : .commaOrEndOfArray
            guard offset < text.count else { throw Fault(reason: .endsBefore(due), offset: offset) }
            switch text[offset] {
            case UInt8(ascii: ","):
                offset = skipWhitespace(text, offset + 1)
                return isObject ? try key(text, offset, expecting: .key) : offset
            case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject:
                try leave(text, offset)
                offset = skipWhitespace(text, offset + 1)
            default:
                throw Fault(reason: .expected(due), offset: offset)
            }
        }
        guard offset == text.count else {
            throw Fault(reason: .expected(.endOfText), offset: offset)
        }
        return offset
    }

    /// Reads a key and its colon; returns where its value starts.
    private mutating func key(
        _ text: Span<UInt8>, _ start: Int, expecting due: ParseError.Expectation
    ) throws(Fault) -> Int {
        guard start < text.count else { throw Fault(reason: .endsBefore(due), offset: start) }
        guard text[start] == UInt8(ascii: "\"") else {
            throw Fault(reason: .expected(due), offset: start)
        }
        let string = try scanString(text, start)
        var key = Node(string.escaped ? .escapedString : .string, start: start, end: string.end)
        key.link = fingerprint(of: key, in: text)
        if nodes[open].count < Self.mostComparedPairwise {
            try refuseRepeated(key, text)
        }
        nodes.append(key)
        let colon = skipWhitespace(text, string.end)
        guard colon < text.count else { throw Fault(reason: .endsBefore(.colon), offset: colon) }
        guard text[colon] == UInt8(ascii: ":") else {
            throw Fault(reason: .expected(.colon), offset: colon)
        }
        return skipWhitespace(text, colon + 1)
    }

    private mutating func enter(_ kind: Node.Kind, _ start: Int) throws(Fault) {
        guard depth < limits.depth else {
            throw Fault(reason: .tooDeep(limit: limits.depth), offset: start)
        }
        depth += 1
        nodes.append(Node(kind, start: start, link: UInt32(truncatingIfNeeded: open)))
        open = nodes.count - 1
    }

    private mutating func leave(_ text: Span<UInt8>, _ bracket: Int) throws(Fault) {
        if nodes[open].kind == .object, nodes[open].count > Self.mostComparedPairwise {
            try refuseRepeatedKeys(ofObjectAt: open, text)
        }
        let parent = Int(Int32(bitPattern: nodes[open].link))
        nodes[open].end = UInt32(truncatingIfNeeded: bracket + 1)
        nodes[open].link = UInt32(truncatingIfNeeded: nodes.count)
        open = parent
        depth -= 1
    }

    private mutating func word(
        _ word: StaticString, _ kind: Node.Kind, _ text: Span<UInt8>, _ start: Int
    ) throws(Fault) -> Int {
        let end = start + word.utf8CodeUnitCount
        let matches = word.withUTF8Buffer { expected in
            end <= text.count && expected.indices.allSatisfy { expected[$0] == text[start + $0] }
        }
        guard matches else { throw Fault(reason: .expected(.value), offset: start) }
        nodes.append(Node(kind, start: start, end: end))
        return end
    }

    private func skipWhitespace(_ text: Span<UInt8>, _ start: Int) -> Int {
        var offset = start
        while offset < text.count {
            switch text[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: return offset
            }
        }
        return offset
    }
}
