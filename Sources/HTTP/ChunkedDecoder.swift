/// A decoder that removes chunked framing from a body (RFC 9112 section 7.1), byte by byte in the
/// framing, in one copy for the data. Extensions and trailers are checked, counted and discarded.
struct ChunkedDecoder {
    /// Ordered by occurrence, so that a comparison distinguishes size line, data and trailers.
    private enum Place: UInt8, Comparable {
        case sizeStart, size, afterSize
        case extensionName, extensionEquals, extensionValueStart, extensionToken
        case extensionQuoted, extensionEscape, extensionAfterQuoted
        case sizeEnd, data, dataEnd, dataLineFeed
        case trailerStart, trailerName, trailerValue, trailerLineFeed, lastLineFeed

        static func < (left: Place, right: Place) -> Bool { left.rawValue < right.rawValue }
    }

    /// The most bytes of all chunk extensions of one body, and of all its trailers.
    static let extensionLimit = 4096
    static let trailerLimit = 8192
    /// Leading zeros are legal; sixteen digits express any size.
    private static let sizeDigits = 16

    private var place = Place.sizeStart
    private var digits = 0
    private var remaining = 0
    private var isLast = false
    private var nameLength = 0
    private var extensionOctets = 0
    private var trailerOctets = 0

    /// Decodes until the input or the body ends and appends the data to `body`.
    ///
    /// - Returns: true if the body is complete.
    mutating func decode(
        _ octets: borrowing Span<UInt8>, from position: inout Int, into body: inout [UInt8],
        limit: Int
    ) throws(RequestError) -> Bool {
        while position < octets.count {
            if place == .data {
                let count = min(remaining, octets.count - position)
                body.append(copying: octets.extracting(position..<position + count))
                position += count
                remaining -= count
                if remaining == 0 { place = .dataEnd }
                continue
            }
            let octet = octets[position]
            position += 1
            if place >= .trailerStart {
                if try readTrailer(octet) { return true }
            } else if place < .sizeEnd {
                try readSizeLine(octet, room: limit - body.count, limit: limit)
            } else {
                try readLineEnd(octet)
            }
        }
        return false
    }

    /// The line ends around a chunk's data.
    private mutating func readLineEnd(_ octet: UInt8) throws(RequestError) {
        switch place {
        case .sizeEnd:
            try expect(octet, ASCII.lineFeed, then: isLast ? .trailerStart : .data)
        case .dataEnd:
            try expect(octet, ASCII.carriageReturn, then: .dataLineFeed)
        default:
            try expect(octet, ASCII.lineFeed, then: .sizeStart)
            digits = 0
        }
    }

    private mutating func expect(
        _ octet: UInt8, _ expected: UInt8, then next: Place
    ) throws(RequestError) {
        guard octet == expected else { throw .malformedChunk }
        place = next
    }

    /// Size and extensions, up to the CR.
    private mutating func readSizeLine(
        _ octet: UInt8, room: Int, limit: Int
    ) throws(RequestError) {
        if place > .size { try countExtension() }
        switch place {
        case .sizeStart, .size:
            if let digit = ASCII.hexValue(octet) {
                try addDigit(digit)
            } else if place == .sizeStart {
                throw .malformedChunk
            } else {
                // Decided as soon as the size is known: no byte of a chunk that is too large is
                // stored.
                if remaining > room { throw .bodyTooLarge(limit: limit) }
                isLast = remaining == 0
                try endOfPart(octet, orBlank: .afterSize)
            }
        case .afterSize, .extensionAfterQuoted:
            try endOfPart(octet, orBlank: place)
        default:
            try readExtension(octet)
        }
    }

    private mutating func addDigit(_ digit: UInt8) throws(RequestError) {
        if place == .sizeStart { remaining = 0 }
        digits += 1
        guard digits <= Self.sizeDigits else { throw .malformedChunk }
        // Sizes beyond the largest integer become that: no limit is as large.
        remaining = remaining > Int.max >> 4 ? Int.max : remaining << 4 | Int(digit)
        place = .size
    }

    /// Reads the byte after the size or a complete extension: it starts another extension or ends
    /// the line. Blanks are allowed before a semicolon (section 7.1.1) and nowhere else.
    private mutating func endOfPart(_ octet: UInt8, orBlank next: Place) throws(RequestError) {
        switch octet {
        case UInt8(ascii: ";"):
            place = .extensionName
            nameLength = 0
        case ASCII.carriageReturn where place != .afterSize:
            place = .sizeEnd
        case ASCII.space, ASCII.tab:
            place = next == .extensionAfterQuoted ? .afterSize : next
        default:
            throw .malformedChunk
        }
    }

    /// `;name`, `;name=token` or `;name="quoted"` (RFC 9112 section 7.1.1).
    private mutating func readExtension(_ octet: UInt8) throws(RequestError) {
        let isToken = OctetSet.token.contains(octet)
        switch place {
        case .extensionName:
            if isToken {
                nameLength += 1
            } else if nameLength == 0 {
                guard ASCII.isBlank(octet) else { throw .malformedChunk }
            } else if octet == UInt8(ascii: "=") {
                place = .extensionValueStart
            } else if ASCII.isBlank(octet) {
                place = .extensionEquals
            } else {
                try endOfPart(octet, orBlank: .afterSize)
            }
        case .extensionEquals:
            if octet == UInt8(ascii: "=") {
                place = .extensionValueStart
            } else if octet == UInt8(ascii: ";") {
                try endOfPart(octet, orBlank: .afterSize)
            } else {
                guard ASCII.isBlank(octet) else { throw .malformedChunk }
            }
        case .extensionValueStart:
            if isToken {
                place = .extensionToken
            } else if octet == UInt8(ascii: "\"") {
                place = .extensionQuoted
            } else {
                guard ASCII.isBlank(octet) else { throw .malformedChunk }
            }
        case .extensionToken:
            if !isToken { try endOfPart(octet, orBlank: .afterSize) }
        case .extensionQuoted:
            if octet == UInt8(ascii: "\"") {
                place = .extensionAfterQuoted
            } else if octet == UInt8(ascii: "\\") {
                place = .extensionEscape
            } else {
                try requireText(octet)
            }
        default:
            try requireText(octet)
            place = .extensionQuoted
        }
    }

    /// Refuses control characters other than tab.
    private func requireText(_ octet: UInt8) throws(RequestError) {
        guard octet >= 0x20 && octet != 0x7F || octet == ASCII.tab else { throw .malformedChunk }
    }

    private mutating func countExtension() throws(RequestError) {
        extensionOctets += 1
        guard extensionOctets <= Self.extensionLimit else {
            throw .chunkExtensionsTooLarge(limit: Self.extensionLimit)
        }
    }

    /// Checks trailer fields (section 7.1.2) against the grammar of fields and discards them.
    ///
    /// - Returns: true if the empty line after them was read.
    private mutating func readTrailer(_ octet: UInt8) throws(RequestError) -> Bool {
        trailerOctets += 1
        guard trailerOctets <= Self.trailerLimit else {
            throw .trailersTooLarge(limit: Self.trailerLimit)
        }
        switch place {
        case .trailerStart:
            if octet == ASCII.carriageReturn {
                place = .lastLineFeed
            } else {
                guard OctetSet.token.contains(octet) else { throw .malformedField }
                place = .trailerName
            }
        case .trailerName:
            if octet == UInt8(ascii: ":") {
                place = .trailerValue
            } else {
                guard OctetSet.token.contains(octet) else { throw .malformedField }
            }
        case .trailerValue:
            if octet == ASCII.carriageReturn {
                place = .trailerLineFeed
            } else {
                guard octet >= 0x20 && octet != 0x7F || octet == ASCII.tab else {
                    throw octet == ASCII.lineFeed ? .bareLineEnd : .malformedField
                }
            }
        case .trailerLineFeed:
            guard octet == ASCII.lineFeed else { throw .bareLineEnd }
            place = .trailerStart
        default:
            guard octet == ASCII.lineFeed else { throw .bareLineEnd }
            return true
        }
        return false
    }
}
