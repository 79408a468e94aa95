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
    private var extensionBytes = 0
    private var trailerBytes = 0

    /// Decodes until the input or the body ends and appends the data to `body`.
    ///
    /// - Returns: true if the body is complete.
    mutating func decode(
        _ bytes: borrowing Span<UInt8>, from position: inout Int, into body: inout [UInt8],
        limit: Int
    ) throws(RequestError) -> Bool {
        while position < bytes.count {
            if place == .data {
                let count = min(remaining, bytes.count - position)
                body.append(copying: bytes.extracting(position..<position + count))
                position += count
                remaining -= count
                if remaining == 0 { place = .dataEnd }
                continue
            }
            let byte = bytes[position]
            position += 1
            if place >= .trailerStart {
                if try readTrailer(byte) { return true }
            } else if place < .sizeEnd {
                try readSizeLine(byte, room: limit - body.count, limit: limit)
            } else {
                try readLineEnd(byte)
            }
        }
        return false
    }

    /// The line ends around a chunk's data.
    private mutating func readLineEnd(_ byte: UInt8) throws(RequestError) {
        switch place {
        case .sizeEnd:
            try expect(byte, ASCII.lineFeed, then: isLast ? .trailerStart : .data)
        case .dataEnd:
            try expect(byte, ASCII.carriageReturn, then: .dataLineFeed)
        default:
            try expect(byte, ASCII.lineFeed, then: .sizeStart)
            digits = 0
        }
    }

    private mutating func expect(
        _ byte: UInt8, _ expected: UInt8, then next: Place
    ) throws(RequestError) {
        guard byte == expected else { throw .malformedChunk }
        place = next
    }

    /// Size and extensions, up to the CR.
    private mutating func readSizeLine(
        _ byte: UInt8, room: Int, limit: Int
    ) throws(RequestError) {
        if place > .size { try countExtension() }
        switch place {
        case .sizeStart, .size:
            if let digit = ASCII.hexValue(byte) {
                try addDigit(digit)
            } else if place == .sizeStart {
                throw .malformedChunk
            } else {
                // Decided as soon as the size is known: no byte of a chunk that is too large is
                // stored.
                if remaining > room { throw .bodyTooLarge(limit: limit) }
                isLast = remaining == 0
                try endOfPart(byte, orBlank: .afterSize)
            }
        case .afterSize, .extensionAfterQuoted:
            try endOfPart(byte, orBlank: place)
        default:
            try readExtension(byte)
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
    private mutating func endOfPart(_ byte: UInt8, orBlank next: Place) throws(RequestError) {
        switch byte {
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
    private mutating func readExtension(_ byte: UInt8) throws(RequestError) {
        let isToken = ByteSet.token.contains(byte)
        switch place {
        case .extensionName:
            if isToken {
                nameLength += 1
            } else if nameLength == 0 {
                guard ASCII.isBlank(byte) else { throw .malformedChunk }
            } else if byte == UInt8(ascii: "=") {
                place = .extensionValueStart
            } else if ASCII.isBlank(byte) {
                place = .extensionEquals
            } else {
                try endOfPart(byte, orBlank: .afterSize)
            }
        case .extensionEquals:
            if byte == UInt8(ascii: "=") {
                place = .extensionValueStart
            } else if byte == UInt8(ascii: ";") {
                try endOfPart(byte, orBlank: .afterSize)
            } else {
                guard ASCII.isBlank(byte) else { throw .malformedChunk }
            }
        case .extensionValueStart:
            if isToken {
                place = .extensionToken
            } else if byte == UInt8(ascii: "\"") {
                place = .extensionQuoted
            } else {
                guard ASCII.isBlank(byte) else { throw .malformedChunk }
            }
        case .extensionToken:
            if !isToken { try endOfPart(byte, orBlank: .afterSize) }
        case .extensionQuoted:
            if byte == UInt8(ascii: "\"") {
                place = .extensionAfterQuoted
            } else if byte == UInt8(ascii: "\\") {
                place = .extensionEscape
            } else {
                try requireText(byte)
            }
        default:
            try requireText(byte)
            place = .extensionQuoted
        }
    }

    /// Refuses control characters other than tab.
    private func requireText(_ byte: UInt8) throws(RequestError) {
        guard byte >= 0x20 && byte != 0x7F || byte == ASCII.tab else { throw .malformedChunk }
    }

    private mutating func countExtension() throws(RequestError) {
        extensionBytes += 1
        guard extensionBytes <= Self.extensionLimit else {
            throw .chunkExtensionsTooLarge(limit: Self.extensionLimit)
        }
    }

    /// Checks trailer fields (section 7.1.2) against the grammar of fields and discards them.
    ///
    /// - Returns: true if the empty line after them was read.
    private mutating func readTrailer(_ byte: UInt8) throws(RequestError) -> Bool {
        trailerBytes += 1
        guard trailerBytes <= Self.trailerLimit else {
            throw .trailersTooLarge(limit: Self.trailerLimit)
        }
        switch place {
        case .trailerStart:
            if byte == ASCII.carriageReturn {
                place = .lastLineFeed
            } else {
                guard ByteSet.token.contains(byte) else { throw .malformedField }
                place = .trailerName
            }
        case .trailerName:
            if byte == UInt8(ascii: ":") {
                place = .trailerValue
            } else {
                guard ByteSet.token.contains(byte) else { throw .malformedField }
            }
        case .trailerValue:
            if byte == ASCII.carriageReturn {
                place = .trailerLineFeed
            } else {
                guard byte >= 0x20 && byte != 0x7F || byte == ASCII.tab else {
                    throw byte == ASCII.lineFeed ? .bareLineEnd : .malformedField
                }
            }
        case .trailerLineFeed:
            guard byte == ASCII.lineFeed else { throw .bareLineEnd }
            place = .trailerStart
        default:
            guard byte == ASCII.lineFeed else { throw .bareLineEnd }
            return true
        }
        return false
    }
}
