/// A parser that reads a text into nodes in one pass, without recursion: an open array or object
/// keeps its parent's index in its `link` until it is closed.
struct Parser {
    private let limits: Limits
    private var depth = 0
    /// The index of the innermost open array or object, or -1.
    private var open = -1
    private var isInObject = false

    private init(limits: Limits) {
        self.limits = limits
    }

    static func nodes(of bytes: [UInt8], limits: Limits) throws(ParseFailure) -> [Node] {
        guard bytes.count <= limits.bytes else {
            throw ParseFailure(reason: .tooLong(limit: limits.bytes), offset: limits.bytes)
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw ParseFailure(reason: .byteOrderMark, offset: 0)
        }
        return try [Node](capacity: mostNodes(in: bytes.count, depth: limits.depth)) {
            (nodes: inout OutputSpan<Node>) throws(ParseFailure) in
            var parser = Parser(limits: limits)
            try parser.parse(bytes.span, into: &nodes)
        }
    }

    /// The largest number of nodes that a text can have: each value except the root follows its own
    /// comma, colon or bracket and takes at least one byte. For an array or object that byte is the
    /// closing bracket, which those still open lack.
    private static func mostNodes(in bytes: Int, depth: Int) -> Int {
        bytes / 2 + 1 + min(depth, bytes / 2)
    }

    private mutating func parse(
        _ text: Span<UInt8>, into nodes: inout OutputSpan<Node>
    ) throws(ParseFailure) {
        var offset = text.skipWhitespace(0)
        while true {
            let opened = try value(text, &offset, &nodes)
            if opened { continue }
            guard try goesOn(text, &offset, &nodes) else { return }
        }
    }

    /// Reads a scalar or an empty array or object completely and returns false; else reads an
    /// opening bracket up to the start of the first value inside and returns true.
    @inline(__always)
    private mutating func value(
        _ text: Span<UInt8>, _ offset: inout Int, _ nodes: inout OutputSpan<Node>
    ) throws(ParseFailure) -> Bool {
        let start = offset
        guard start < text.count else {
            throw ParseFailure(reason: .endsBefore(.value), offset: start)
        }
        let kind: Node.Kind
        switch text[start] {
        case UInt8(ascii: "\""):
            let string = try text.scanString(start)
            (offset, kind) = (string.end, string.escaped ? .escapedString : .string)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let number = try text.scanNumber(start)
            (offset, kind) = (number.end, number.fitsInt64 ? .integer : .decimal)
        case UInt8(ascii: "{"): return try openObject(text, &offset, &nodes)
        case UInt8(ascii: "["): return try openArray(text, &offset, &nodes)
        case UInt8(ascii: "t"): (offset, kind) = (try text.scanWord("true", start), .true)
        case UInt8(ascii: "f"): (offset, kind) = (try text.scanWord("false", start), .false)
        case UInt8(ascii: "n"): (offset, kind) = (try text.scanWord("null", start), .null)
        default: throw ParseFailure(reason: .expected(.value), offset: start)
        }
        nodes.append(Node(kind, start: start, end: offset))
        return false
    }

    @inline(__always)
    private mutating func openObject(
        _ text: Span<UInt8>, _ offset: inout Int, _ nodes: inout OutputSpan<Node>
    ) throws(ParseFailure) -> Bool {
        try enter(.object, offset, &nodes)
        offset = text.skipWhitespace(offset + 1)
        if offset < text.count, text[offset] == UInt8(ascii: "}") {
            try leave(text, &offset, &nodes)
            return false
        }
        try key(text, &offset, &nodes, expecting: .keyOrEndOfObject)
        return true
    }

    @inline(__always)
    private mutating func openArray(
        _ text: Span<UInt8>, _ offset: inout Int, _ nodes: inout OutputSpan<Node>
    ) throws(ParseFailure) -> Bool {
        try enter(.array, offset, &nodes)
        offset = text.skipWhitespace(offset + 1)
        guard offset < text.count else {
            throw ParseFailure(reason: .endsBefore(.valueOrEndOfArray), offset: offset)
        }
        if text[offset] == UInt8(ascii: "]") {
            try leave(text, &offset, &nodes)
            return false
        }
        return true
    }

    /// Closes all arrays and objects that end after a value; returns false at the end of the text,
    /// else moves the offset to the next value.
    @inline(__always)
    private mutating func goesOn(
        _ text: Span<UInt8>, _ offset: inout Int, _ nodes: inout OutputSpan<Node>
    ) throws(ParseFailure) -> Bool {
        offset = text.skipWhitespace(offset)
        while open >= 0 {
            nodes[open].countOneMore()
            guard offset < text.count else {
                throw ParseFailure(
                    reason: .endsBefore(isInObject ? .commaOrEndOfObject : .commaOrEndOfArray),
                    offset: offset)
            }
            let byte = text[offset]
            if byte == UInt8(ascii: ",") {
                offset = text.skipWhitespace(offset + 1)
                if isInObject { try key(text, &offset, &nodes, expecting: .key) }
                return true
            }
            guard byte == (isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                throw ParseFailure(
                    reason: .expected(isInObject ? .commaOrEndOfObject : .commaOrEndOfArray),
                    offset: offset)
            }
            try leave(text, &offset, &nodes)
            offset = text.skipWhitespace(offset)
        }
        guard offset == text.count else {
            throw ParseFailure(reason: .expected(.endOfText), offset: offset)
        }
        return false
    }

    /// Reads a key and its colon; moves the offset to its value.
    private mutating func key(
        _ text: Span<UInt8>, _ offset: inout Int, _ nodes: inout OutputSpan<Node>,
        expecting due: ParseError.Expectation
    ) throws(ParseFailure) {
        let start = offset
        guard start < text.count else {
            throw ParseFailure(reason: .endsBefore(due), offset: start)
        }
        guard text[start] == UInt8(ascii: "\"") else {
            throw ParseFailure(reason: .expected(due), offset: start)
        }
        let string = try text.scanString(start)
        var key = Node(string.escaped ? .escapedString : .string, start: start, end: string.end)
        key.link = fingerprint(of: key, in: text)
        if !nodes[open].noteKey(key), nodes[open].count < Self.mostComparedPairwise {
            try refuse(key, repeatedIn: open, nodes.span, text)
        }
        nodes.append(key)
        let colon = text.skipWhitespace(string.end)
        guard colon < text.count else {
            throw ParseFailure(reason: .endsBefore(.colon), offset: colon)
        }
        guard text[colon] == UInt8(ascii: ":") else {
            throw ParseFailure(reason: .expected(.colon), offset: colon)
        }
        offset = text.skipWhitespace(colon + 1)
    }

    private mutating func enter(
        _ kind: Node.Kind, _ start: Int, _ nodes: inout OutputSpan<Node>
    ) throws(ParseFailure) {
        guard depth < limits.depth else {
            throw ParseFailure(reason: .tooDeep(limit: limits.depth), offset: start)
        }
        depth += 1
        isInObject = kind == .object
        let parent = open
        open = nodes.count
        nodes.append(Node(kind, start: start, link: UInt32(truncatingIfNeeded: parent)))
    }

    /// Reads the closing bracket.
    private mutating func leave(
        _ text: Span<UInt8>, _ offset: inout Int, _ nodes: inout OutputSpan<Node>
    ) throws(ParseFailure) {
        offset += 1
        if isInObject, nodes[open].count > Self.mostComparedPairwise {
            try refuseRepeatedKeys(ofObjectAt: open, nodes.span, text)
        }
        let parent = Int(Int32(bitPattern: nodes[open].link))
        nodes[open].end = UInt32(truncatingIfNeeded: offset)
        nodes[open].link = UInt32(truncatingIfNeeded: nodes.count)
        depth -= 1
        open = parent
        isInObject = parent >= 0 && nodes[parent].isA(.object)
    }
}

extension Span<UInt8> {
    @inline(__always)
    func skipWhitespace(_ start: Int) -> Int {
        start < count && self[start] > 0x20 ? start : skipWhitespaceSlowly(start)
    }

    private func skipWhitespaceSlowly(_ start: Int) -> Int {
        var offset = start
        while offset < count {
            switch self[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: return offset
            }
        }
        return offset
    }
}
