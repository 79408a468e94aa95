/// Reads one request head (RFC 9112 sections 2–5), as strictly as the grammar is written.
///
/// It is given everything received of the head so far and remembers where it stopped, so that a head
/// in pieces costs no more than one in a single piece, and a wrong byte is refused when it comes.
///
///     POST /hooks/src_1?x=1 HTTP/1.1 CR LF      method, target, version, lineEnd
///     Content-Type: application/json CR LF      name, blank, value, fieldEnd
///     CR LF                                     fieldStart, headEnd
struct HeadParser {
    /// The element expected at `scan`.
    private enum Place: UInt8 {
        case start, leadingEnd, method, target, version, lineEnd
        case fieldStart, name, blank, value, fieldEnd, headEnd
    }

    enum Outcome {
        case needsMore
        /// The length in bytes of the head, its closing empty line included.
        case complete(length: Int)
    }

    private let limits: HeadLimits
    private var place = Place.start
    private var scan = 0
    /// The start of the word of the request line that is being read.
    private var mark = 0
    private var nameStart = 0
    private var nameEnd = 0
    private var valueStart = 0
    private var leadingLines = 0
    /// The start of the header section, for its limit.
    private var fieldsStart = 0

    /// Nil for an unknown method, until the rest of its line has been checked.
    private(set) var method: Method?
    private(set) var version = Version.http11
    private(set) var target = 0..<0
    private(set) var facts = FramingFacts()
    private var lines: [Fields.Line] = []

    init(limits: HeadLimits) {
        self.limits = limits
    }

    /// True once a byte of a request has been seen.
    var hasStarted: Bool { place != .start }

    /// Removes and returns the field lines, once the head is complete.
    mutating func takeLines() -> [Fields.Line] {
        var taken: [Fields.Line] = []
        swap(&taken, &lines)
        return taken
    }

    /// Continues where the last call stopped; `bytes` must start at the head's first byte each
    /// time.
    mutating func parse(_ bytes: borrowing Span<UInt8>) throws(RequestError) -> Outcome {
        while scan < bytes.count {
            switch place {
            case .start, .leadingEnd: try skipEmptyLine(bytes[scan])
            case .method: try parseMethod(bytes)
            case .target: try parseTarget(bytes)
            case .version: try parseVersion(bytes)
            case .lineEnd:
                try expectLineFeed(bytes[scan])
                fieldsStart = scan
                lines.reserveCapacity(16)
                place = .fieldStart
            case .fieldStart, .name, .blank, .value, .fieldEnd: try parseFields(bytes)
            case .headEnd:
                try expectLineFeed(bytes[scan])
                if scan - fieldsStart > limits.header {
                    throw .headerTooLarge(limit: limits.header)
                }
                return .complete(length: scan)
            }
        }
        return .needsMore
    }

    /// RFC 9112 section 2.2: a few empty lines before the request line are ignored.
    private mutating func skipEmptyLine(_ byte: UInt8) throws(RequestError) {
        if place == .leadingEnd {
            try expectLineFeed(byte)
            leadingLines += 1
            place = .start
        } else if byte == ASCII.carriageReturn, leadingLines < HeadLimits.leadingLines {
            scan += 1
            place = .leadingEnd
        } else {
            mark = scan
            place = .method
        }
    }

    private mutating func parseMethod(_ bytes: borrowing Span<UInt8>) throws(RequestError) {
        var position = scan
        while position < bytes.count, ByteSet.token.contains(bytes[position]) { position &+= 1 }
        scan = position
        // No method is longer; the input is not HTTP.
        if position - mark > 32 { throw .malformedRequestLine }
        guard position < bytes.count else { return }
        guard bytes[position] == ASCII.space, position > mark else {
            throw bytes[position] == ASCII.lineFeed ? .bareLineEnd : .malformedRequestLine
        }
        method = Method(bytes, in: mark..<position)
        mark = position + 1
        scan = mark
        place = .target
    }

    private mutating func parseTarget(_ bytes: borrowing Span<UInt8>) throws(RequestError) {
        var position = scan
        // The last byte allowed, or the end of the input; one more byte is read to find the space.
        let end = Swift.min(bytes.count, mark + limits.target + 1)
        while position < end, ByteSet.query.contains(bytes[position]) { position &+= 1 }
        scan = position
        if position - mark > limits.target { throw .targetTooLong(limit: limits.target) }
        guard position < bytes.count else { return }
        guard bytes[position] == ASCII.space else {
            let byte = bytes[position]
            if byte == ASCII.lineFeed { throw .bareLineEnd }
            throw byte == ASCII.carriageReturn ? .malformedRequestLine : .malformedTarget
        }
        target = mark..<position
        mark = position + 1
        scan = mark
        place = .version
    }

    private mutating func parseVersion(_ bytes: borrowing Span<UInt8>) throws(RequestError) {
        while scan < bytes.count, bytes[scan] != ASCII.carriageReturn {
            let byte = bytes[scan]
            if byte == ASCII.lineFeed { throw .bareLineEnd }
            if scan - mark >= 8 || byte <= ASCII.space { throw .malformedRequestLine }
            scan += 1
        }
        guard scan < bytes.count else { return }
        guard
            scan - mark == 8, bytes.equals("HTTP/", at: mark), bytes[mark + 6] == 0x2E,
            ASCII.isDigit(bytes[mark + 5]), ASCII.isDigit(bytes[mark + 7])
        else { throw .malformedRequestLine }
        if bytes[mark + 5] != 0x31 { throw .unsupportedVersion }
        version = bytes[mark + 7] == 0x30 ? .http10 : .http11
        if method == nil { throw .unknownMethod }
        scan += 1
        place = .lineEnd
    }

    @inline(__always)
    private mutating func expectLineFeed(_ byte: UInt8) throws(RequestError) {
        if byte != ASCII.lineFeed { throw .bareLineEnd }
        scan += 1
    }

    /// The hot loop: parses the header section until it or the input ends. The states follow one
    /// another in each iteration, so that a complete line takes one iteration and a line in pieces
    /// continues where it was.
    private mutating func parseFields(_ bytes: borrowing Span<UInt8>) throws(RequestError) {
        // A section that reaches its limit is refused without waiting for its end.
        let end = Swift.min(bytes.count, fieldsStart + limits.header)
        var position = scan
        var place = place
        while position < end {
            if place == .fieldStart {
                guard ByteSet.token.contains(bytes[position]) else {
                    try endSection(bytes[position])
                    scan = position + 1
                    return
                }
                nameStart = position
                place = .name
            }
            if place == .name {
                position = bytes.endOfToken(in: position..<end)
                guard position < end else { break }
                guard bytes[position] == UInt8(ascii: ":") else { throw .malformedField }
                nameEnd = position
                position &+= 1
                place = .blank
            }
            if place == .blank {
                while position < end, ASCII.isBlank(bytes[position]) { position &+= 1 }
                guard position < end else { break }
                valueStart = position
                place = .value
            }
            if place == .value {
                position = bytes.firstControl(in: position..<end)
                guard position < end else { break }
                guard bytes[position] == ASCII.carriageReturn else {
                    throw bytes[position] == ASCII.lineFeed ? .bareLineEnd : .malformedField
                }
                try endField(bytes, at: position)
                position &+= 1
                place = .fieldEnd
            }
            guard position < end else { break }
            guard bytes[position] == ASCII.lineFeed else { throw .bareLineEnd }
            position &+= 1
            place = .fieldStart
        }
        self.place = place
        scan = position
        if position == fieldsStart + limits.header { throw .headerTooLarge(limit: limits.header) }
    }

    /// A line that does not start with a field: the empty one that closes the section, or an error.
    private mutating func endSection(_ byte: UInt8) throws(RequestError) {
        switch byte {
        case ASCII.carriageReturn: place = .headEnd
        case ASCII.space, ASCII.tab: throw .foldedField
        case ASCII.lineFeed: throw .bareLineEnd
        default: throw .malformedField
        }
    }

    /// Ends a value: removes trailing white space and evaluates the framing.
    @inline(__always)
    private mutating func endField(
        _ bytes: borrowing Span<UInt8>, at position: Int
    ) throws(RequestError) {
        var valueEnd = position
        while valueEnd > valueStart, ASCII.isBlank(bytes[valueEnd - 1]) { valueEnd &-= 1 }
        if lines.count == HeadLimits.fields { throw .tooManyFields(limit: HeadLimits.fields) }
        lines.append(
            Fields.Line(
                nameStart: UInt32(truncatingIfNeeded: nameStart),
                nameEnd: UInt32(truncatingIfNeeded: nameEnd),
                valueStart: UInt32(truncatingIfNeeded: valueStart),
                valueEnd: UInt32(truncatingIfNeeded: valueEnd)))
        try facts.note(bytes, name: nameStart..<nameEnd, value: valueStart..<valueEnd)
    }
}

/// The limits of a request head.
package struct HeadLimits: Sendable, Equatable {
    /// The most bytes of the request target.
    package var target: Int
    /// The most bytes of the header section, line ends included.
    package var header: Int

    /// The most field lines: each costs time in every lookup, however short it is.
    static let fields = 256
    /// The most empty lines before a request line.
    static let leadingLines = 4

    package init(target: Int = 8192, header: Int = 16384) {
        precondition(target > 0 && header > 0, "a head needs room")
        precondition(target + header < 1 << 30, "offsets in a head are 32 bits wide")
        self.target = target
        self.header = header
    }
}
