import Reading

/// The records of a CSV text (RFC 4180), read in pieces: lines end with LF or CR LF, a byte order mark
/// may stand in front. Holds no more of the text than the longest record and one piece.
package struct CSVRecords {
    /// The most that one record may take, line breaks in quotes included.
    package static let longestRecord = 1 << 20

    /// A field's place in `bytes`, without the quotes around it.
    package struct Field: Equatable, Sendable {
        package var start: Int
        package var end: Int
        /// Whether it holds quotes that are written twice.
        package var hasQuotes: Bool

        package var range: Range<Int> { start..<end }
    }

    /// What is wrong, at which place in `bytes`, and on which line.
    package struct Mishap: Error, Equatable {
        package let fault: CSVFault
        package let offset: Int
        package let line: Int
    }

    private let source: any ByteSource
    private let pieceSize: Int
    /// What was read and not yet passed; the fields' places are places in it.
    package private(set) var bytes: [UInt8] = []
    package private(set) var fields: [Field] = []
    /// Where the current record begins in `bytes`, and where the next one does.
    package private(set) var recordStart = 0
    private var nextStart = 0
    private var hasEnded = false
    /// The line on which the current record begins, counted from 1.
    package private(set) var line = 0
    private var nextLine = 1

    package init(_ source: any ByteSource, pieceSize: Int = 256 << 10) {
        self.source = source
        self.pieceSize = pieceSize
    }

    /// Goes to the next record. False at the end. After a mishap the next call goes on with the line
    /// after it.
    package mutating func next() throws(FileFailure) -> Result<Bool, Mishap> {
        recordStart = nextStart
        line = nextLine
        if line == 1, recordStart == 0 { try skipByteOrderMark() }
        while true {
            // Taken out for the call, since the text stands beside them.
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

    /// Drops what was passed and reads a piece more.
    private mutating func refill() throws(FileFailure) {
        if recordStart > 0 {
            bytes.removeFirst(recordStart)
            recordStart = 0
        }
        // A record is looked at from its beginning again, so that pieces grow with what is held.
        let size = max(pieceSize, bytes.count)
        if try source.read(into: &bytes, atMost: size) == 0 { hasEnded = true }
    }

    /// Leaves a broken record behind. Its own line is where the next one is looked for.
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
            // What was passed stays for the excerpt, unless it is very long.
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
    /// A field's text, quotes written twice made one; nil where it is no UTF-8.
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
