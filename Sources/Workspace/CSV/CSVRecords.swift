import Reading

/// The records of a CSV text (RFC 4180), read in pieces: lines end with LF or CR LF, and a byte
/// order mark may precede the text. Keeps at most the longest record and one piece in memory.
package struct CSVRecords {
    /// The maximum size of one record in bytes, including line breaks in quotes.
    package static let longestRecord = 1 << 20

    /// The place of a field in `bytes`, without the quotes around it.
    package struct Field: Equatable, Sendable {
        /// The offset of the first byte.
        package var start: Int
        /// The offset after the last byte.
        package var end: Int
        /// True if the field contains doubled quotes.
        package var hasQuotes: Bool

        /// The bytes of the field.
        package var range: Range<Int> { start..<end }
    }

    /// A syntax error with its place in `bytes` and its line.
    package struct Mishap: Error, Equatable {
        /// The kind of syntax error.
        package let fault: CSVFault
        /// The offset in `bytes`.
        package let offset: Int
        /// The line, counted from 1.
        package let line: Int
    }

    private let source: any ByteSource
    private let pieceSize: Int
    /// The bytes that were read and not yet dropped; places of fields are offsets in it.
    package private(set) var bytes: [UInt8] = []
    /// The fields of the current record.
    package private(set) var fields: [Field] = []
    /// The offsets of the current record and of the next one in `bytes`.
    package private(set) var recordStart = 0
    private var nextStart = 0
    private var hasEnded = false
    /// The line on which the current record begins, counted from 1.
    package private(set) var line = 0
    private var nextLine = 1

    /// Begins to read a source in pieces of this size.
    package init(_ source: any ByteSource, pieceSize: Int = 256 << 10) {
        self.source = source
        self.pieceSize = pieceSize
    }

    /// Reads the next record; the value is false at the end. After a syntax error, the next call
    /// continues on the following line.
    package mutating func next() throws(FileFailure) -> Result<Bool, Mishap> {
        recordStart = nextStart
        line = nextLine
        if line == 1, recordStart == 0 { try skipByteOrderMark() }
        while true {
            // Taken out for the call, because the bytes are a property of the same value.
            var found: [Field] = []
            swap(&found, &fields)
            let scan = CSVScan.record(in: bytes.span, from: recordStart, isLast: hasEnded, &found)
            fields = found
            switch scan {
            case .record(let next, let lines):
                nextStart = next
                nextLine += lines
                return .success(true)
            case .mishap(let fault, let offset):
                return .failure(try passOver(fault, at: offset))
            case .unfinished:
                if hasEnded { return .success(false) }
                guard bytes.count - recordStart <= Self.longestRecord else {
                    return .failure(
                        try passOver(.tooLong(limit: Self.longestRecord), at: recordStart))
                }
                try refill()
            }
        }
    }

    private mutating func passOver(
        _ fault: CSVFault, at offset: Int
    ) throws(FileFailure) -> Mishap {
        let line = line + newlines(recordStart..<offset)
        let distance = offset - recordStart
        try skipLine(after: offset)
        return Mishap(fault: fault, offset: recordStart + distance, line: line)
    }

    private mutating func skipByteOrderMark() throws(FileFailure) {
        while bytes.count < 3, !hasEnded { try refill() }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { recordStart = 3 }
    }

    /// Drops the bytes of earlier records and reads the next piece.
    private mutating func refill() throws(FileFailure) {
        if recordStart > 0 {
            bytes.removeFirst(recordStart)
            recordStart = 0
        }
        // A record is scanned again from its beginning, so pieces grow with the bytes kept.
        let size = max(pieceSize, bytes.count)
        if try source.read(into: &bytes, atMost: size) == 0 { hasEnded = true }
    }

    /// Skips a broken record. The search for the next one begins on its own line.
    private mutating func skipLine(after offset: Int) throws(FileFailure) {
        var index = offset
        while true {
            while index < bytes.count {
                if bytes[index] == UInt8(ascii: "\n") {
                    nextLine = line + newlines(recordStart..<index) + 1
                    nextStart = index + 1
                    return
                }
                index += 1
            }
            guard !hasEnded else {
                nextStart = bytes.count
                return
            }
            // Earlier bytes stay for the excerpt, unless there are very many.
            let passed = index - recordStart
            try refill()
            index = recordStart + passed
            if passed > Self.longestRecord {
                nextLine += newlines(recordStart..<index)
                line = nextLine
                recordStart = index
            }
        }
    }

    private func newlines(_ range: Range<Int>) -> Int {
        var count = 0
        for index in range where bytes[index] == UInt8(ascii: "\n") { count += 1 }
        return count
    }
}

// MARK: Fields

extension CSVRecords {
    /// Returns the text of a field, with doubled quotes made single; nil if it is not UTF-8.
    package func text(of field: Field) -> String? {
        if field.hasQuotes {
            return String(validating: unquoted(field), as: UTF8.self)
        }
        let span = bytes.span.extracting(field.range)
        guard let text = try? UTF8Span(validating: span) else { return nil }
        return String(copying: text)
    }

    private func unquoted(_ field: Field) -> [UInt8] {
        var text: [UInt8] = []
        var isSecond = false
        for byte in bytes[field.range] {
            isSecond = byte == UInt8(ascii: "\"") && !isSecond
            if !isSecond { text.append(byte) }
        }
        return text
    }
}
