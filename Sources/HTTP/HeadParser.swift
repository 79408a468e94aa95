/// Reads one request head (RFC 9112 sections 2–5), as strictly as the grammar is written.
///
/// It is given everything received of the head so far and remembers where it stopped, so that a head
/// in pieces costs no more than one in a single piece, and a wrong octet is refused when it comes.
///
///     POST /hooks/src_1?x=1 HTTP/1.1 CR LF      method, target, version, lineEnd
///     Content-Type: application/json CR LF      name, blank, value, fieldEnd
///     CR LF                                     fieldStart, headEnd
struct HeadParser {
    /// What is expected at `scan`.
    private enum Place: UInt8 {
        case start, leadingEnd, method, target, version, lineEnd
        case fieldStart, name, blank, value, fieldEnd, headEnd
    }

    enum Outcome {
        case needsMore
        /// The head and its closing empty line take this many octets.
        case complete(length: Int)
    }

    private let limits: HeadLimits
    private var place = Place.start
    private var scan = 0
    private var mark = 0
    private var nameEnd = 0
    private var leadingLines = 0
    /// Where the header section starts, for its limit.
    private var fieldsStart = 0

    /// Nil for one that is unknown, until the rest of its line has been seen to be sound.
    private(set) var method: Method?
    private(set) var version = Version.http11
    private(set) var target = 0..<0
    private(set) var facts = FramingFacts()
    var lines: [Fields.Line] = []

    init(limits: HeadLimits) {
        self.limits = limits
    }

    /// Whether any octet of a request has been seen.
    var hasStarted: Bool { place != .start }

    /// Goes on where it stopped; `octets` starts at the head's first octet, each time.
    mutating func parse(_ octets: borrowing Span<UInt8>) throws(RequestError) -> Outcome {
        while scan < octets.count {
            switch place {
            case .start, .leadingEnd: try skipEmptyLine(octets[scan])
            case .method: try parseMethod(octets)
            case .target: try parseTarget(octets)
            case .version: try parseVersion(octets)
            case .lineEnd:
                try expectLineFeed(octets[scan])
                fieldsStart = scan
                lines.reserveCapacity(16)
                place = .fieldStart
            case .fieldStart, .name, .blank, .value, .fieldEnd: try parseFields(octets)
            case .headEnd:
                try expectLineFeed(octets[scan])
                if scan - fieldsStart > limits.header {
                    throw .headerTooLarge(limit: limits.header)
                }
                return .complete(length: scan)
            }
        }
        return .needsMore
    }

    /// RFC 9112 section 2.2: a few empty lines before the request line are ignored.
    private mutating func skipEmptyLine(_ octet: UInt8) throws(RequestError) {
        if place == .leadingEnd {
            try expectLineFeed(octet)
            leadingLines += 1
            place = .start
        } else if octet == ASCII.carriageReturn, leadingLines < HeadLimits.leadingLines {
            scan += 1
            place = .leadingEnd
        } else {
            mark = scan
            place = .method
        }
    }

    private mutating func parseMethod(_ octets: borrowing Span<UInt8>) throws(RequestError) {
        var position = scan
        while position < octets.count, OctetSet.token.contains(octets[position]) { position &+= 1 }
        scan = position
        // No method is longer than that; what comes is not HTTP.
        if position - mark > 32 { throw .malformedRequestLine }
        guard position < octets.count else { return }
        guard octets[position] == ASCII.space, position > mark else {
            throw octets[position] == ASCII.lineFeed ? .bareLineEnd : .malformedRequestLine
        }
        method = Method(octets, in: mark..<position)
        mark = position + 1
        scan = mark
        place = .target
    }

    private mutating func parseTarget(_ octets: borrowing Span<UInt8>) throws(RequestError) {
        var position = scan
        // The last octet allowed, or the end of what is here; one more is looked at for the space.
        let end = Swift.min(octets.count, mark + limits.target + 1)
        while position < end, OctetSet.query.contains(octets[position]) { position &+= 1 }
        scan = position
        if position - mark > limits.target { throw .targetTooLong(limit: limits.target) }
        guard position < octets.count else { return }
        guard octets[position] == ASCII.space else {
            let octet = octets[position]
            if octet == ASCII.lineFeed { throw .bareLineEnd }
            throw octet == ASCII.carriageReturn ? .malformedRequestLine : .malformedTarget
        }
        target = mark..<position
        mark = position + 1
        scan = mark
        place = .version
    }

    private mutating func parseVersion(_ octets: borrowing Span<UInt8>) throws(RequestError) {
        while scan < octets.count, octets[scan] != ASCII.carriageReturn {
            let octet = octets[scan]
            if octet == ASCII.lineFeed { throw .bareLineEnd }
            if scan - mark >= 8 || octet <= ASCII.space { throw .malformedRequestLine }
            scan += 1
        }
        guard scan < octets.count else { return }
        guard
            scan - mark == 8, octets.equals("HTTP/", at: mark), octets[mark + 6] == 0x2E,
            ASCII.isDigit(octets[mark + 5]), ASCII.isDigit(octets[mark + 7])
        else { throw .malformedRequestLine }
        if octets[mark + 5] != 0x31 { throw .unsupportedVersion }
        version = octets[mark + 7] == 0x30 ? .http10 : .http11
        if method == nil { throw .unknownMethod }
        scan += 1
        place = .lineEnd
    }

    @inline(__always)
    private mutating func expectLineFeed(_ octet: UInt8) throws(RequestError) {
        if octet != ASCII.lineFeed { throw .bareLineEnd }
        scan += 1
    }

    /// The hot loop: the header section, until it ends or the octets do.
    private mutating func parseFields(_ octets: borrowing Span<UInt8>) throws(RequestError) {
        // One that is not over when its limit is used up is refused without waiting for its end.
        let end = Swift.min(octets.count, fieldsStart + limits.header)
        var position = scan
        while position < end {
            switch place {
            case .fieldStart:
                let octet = octets[position]
                if octet == ASCII.carriageReturn {
                    scan = position + 1
                    place = .headEnd
                    return
                }
                if ASCII.isBlank(octet) { throw .foldedField }
                if octet == ASCII.lineFeed { throw .bareLineEnd }
                mark = position
                place = .name
            case .name:
                while position < end, OctetSet.token.contains(octets[position]) { position &+= 1 }
                guard position < end else { break }
                guard octets[position] == UInt8(ascii: ":"), position > mark else {
                    throw .malformedField
                }
                nameEnd = position
                position &+= 1
                place = .blank
            case .blank:
                while position < end, ASCII.isBlank(octets[position]) { position &+= 1 }
                guard position < end else { break }
                let name = mark..<nameEnd
                mark = position
                lines.append(
                    Fields.Line(
                        nameStart: UInt32(truncatingIfNeeded: name.lowerBound),
                        nameEnd: UInt32(truncatingIfNeeded: name.upperBound),
                        valueStart: UInt32(truncatingIfNeeded: position), valueEnd: 0))
                if lines.count > HeadLimits.fields {
                    throw .tooManyFields(limit: HeadLimits.fields)
                }
                place = .value
            case .value:
                position = octets.firstControl(in: position..<end)
                guard position < end else { break }
                switch octets[position] {
                case ASCII.carriageReturn: try endField(octets, at: position)
                case ASCII.lineFeed: throw .bareLineEnd
                default: throw .malformedField
                }
                position &+= 1
                place = .fieldEnd
            case .fieldEnd:
                guard octets[position] == ASCII.lineFeed else { throw .bareLineEnd }
                position &+= 1
                place = .fieldStart
            default:
                preconditionFailure("not inside the header section")
            }
        }
        scan = position
        if position == fieldsStart + limits.header { throw .headerTooLarge(limit: limits.header) }
    }

    /// A value is complete: its trailing white space goes, and framing takes note of it.
    @inline(__always)
    private mutating func endField(
        _ octets: borrowing Span<UInt8>, at position: Int
    ) throws(RequestError) {
        var valueEnd = position
        while valueEnd > mark, ASCII.isBlank(octets[valueEnd - 1]) { valueEnd &-= 1 }
        let last = lines.count - 1
        lines[last].valueEnd = UInt32(truncatingIfNeeded: valueEnd)
        try facts.note(octets, name: lines[last].name, value: mark..<valueEnd)
    }
}

/// What a request head may take.
package struct HeadLimits: Sendable, Equatable {
    /// Octets of the request target.
    package var target: Int
    /// Octets of the header section, line ends included.
    package var header: Int

    /// Field lines: each costs a look in every search, however short it is.
    static let fields = 256
    /// Empty lines before a request line.
    static let leadingLines = 4

    package init(target: Int = 8192, header: Int = 16384) {
        precondition(target > 0 && header > 0, "a head needs room")
        precondition(target + header < 1 << 30, "offsets in a head are 32 bits wide")
        self.target = target
        self.header = header
    }
}

extension Span<UInt8> {
    /// The first octet that may not stand in a field value: a control character other than tab.
    /// Eight octets at a time, as values are most of a head.
    @inline(__always)
    func firstControl(in range: Range<Int>) -> Int {
        var position = range.lowerBound
        let raw = self.bytes
        while position &+ 8 <= range.upperBound {
            let word = raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            let controls = Word.firstControl(in: word)
            if controls == 0 {
                position &+= 8
                continue
            }
            position &+= controls.trailingZeroBitCount >> 3
            if self[position] != ASCII.tab { return position }
            position &+= 1
        }
        while position < range.upperBound {
            let octet = self[position]
            if octet < 0x20 ? octet != ASCII.tab : octet == 0x7F { return position }
            position &+= 1
        }
        return position
    }
}
