import JSON
import Reading
import Referrals

/// The rows of a CSV file with a header, and the mistakes found so far.
struct CSVRows {
    private(set) var records: CSVRecords
    let file: String
    /// The allowed columns, which mistakes suggest.
    let columns: [String]
    /// The additional columns of an export, which are read after `columns`.
    private let exported: [String]
    private(set) var list: [Mistake] = []
    private(set) var count = 0
    /// The index of the record's field for each known column.
    private var places: [Int?]
    private var headerCount = 0

    init(
        _ source: any ByteSource, file: String, columns: [String], exported: [String] = [],
        pieceSize: Int = 256 << 10
    ) {
        records = CSVRecords(source, pieceSize: pieceSize)
        self.file = file
        self.columns = columns
        self.exported = exported
        places = Array(repeating: nil, count: columns.count + exported.count)
    }

    var mistakes: Mistakes { Mistakes(list, omitted: count - list.count) }

    /// The line of the current row.
    var line: Int { records.line }

    func has(_ column: Int) -> Bool { places[column] != nil }

    /// Reads the first record; returns false if no row can be read.
    mutating func readHeader() throws(FileFailure) -> Bool {
        switch try records.next() {
        case .failure(let mishap):
            note(mishap)
            return false
        case .success(false):
            append(Mistake(file: file, line: 1, column: 1, fault: .notCSV(.noHeader)))
            return false
        case .success(true): break
        }
        headerCount = records.fields.count
        for (index, field) in records.fields.enumerated() {
            guard let name = records.text(of: field) else {
                note(.notCSV(.invalidUTF8), at: field)
                continue
            }
            guard let column = (columns + exported).firstIndex(of: name) else {
                note(.unknown(name, .column, known: columns), at: field)
                continue
            }
            if places[column] == nil {
                places[column] = index
            } else {
                note(.notCSV(.duplicateColumn(name)), at: field)
            }
        }
        return true
    }

    mutating func noteMissingColumn(anyOf names: [String]) {
        append(
            Mistake(file: file, line: 1, column: 1, fault: .missing(.column, anyOf: names)))
    }

    /// Reads the next row with as many fields as the header. Rows without any text, which
    /// spreadsheets leave at the end, are skipped. Returns false at the end.
    mutating func next() throws(FileFailure) -> Bool {
        while true {
            switch try records.next() {
            case .failure(let mishap): note(mishap)
            case .success(false): return false
            case .success(true):
                if records.fields.allSatisfy({ $0.range.isEmpty }) { continue }
                if records.fields.count == headerCount { return true }
                note(
                    .notCSV(.fieldCount(records.fields.count, header: headerCount)),
                    at: records.fields[0])
            }
        }
    }

    /// Returns the text of a field; nil if it is empty or the column is absent.
    ///
    /// - Parameter dropsControls: true to drop hidden characters, which are otherwise a mistake.
    mutating func text(_ column: Int, atMost limit: Int, dropsControls: Bool = false) -> String? {
        guard let place = places[column] else { return nil }
        let field = records.fields[place]
        guard field.start < field.end else { return nil }
        guard var text = records.text(of: field) else {
            note(.notCSV(.invalidUTF8), at: field)
            return nil
        }
        text = FormulaMark.removed(from: text, where: FormulaMark.isFormula)
        if dropsControls {
            text = HiddenText.removed(from: text)
            guard !text.isEmpty else { return nil }
        }
        do {
            return try checked(text, atMost: limit)
        } catch {
            note(error, at: field)
            return nil
        }
    }

    mutating func text<Read>(
        _ column: Int, atMost limit: Int, as read: (String) throws(Fault) -> Read
    ) -> Read? {
        guard let text = text(column, atMost: limit) else { return nil }
        do {
            return try read(text)
        } catch {
            note(error, in: column)
            return nil
        }
    }

    mutating func note(_ fault: Fault, in column: Int) {
        note(fault, at: places[column].map { records.fields[$0] } ?? records.fields[0])
    }

    /// Returns the column of a field, for a mistake that appears later.
    func column(of column: Int) -> Int {
        guard let place = places[column] else { return 1 }
        return Position(
            of: records.fields[place].start - records.recordStart,
            in: Array(records.bytes[records.recordStart..<records.fields[place].start])
        ).column
    }

    mutating func noteLater(_ fault: Fault, line: Int, column: Int) {
        append(Mistake(file: file, line: line, column: column, fault: fault))
    }

    private mutating func note(_ fault: Fault, at field: CSVRecords.Field) {
        append(fault, field.range, line: nil)
    }

    private mutating func note(_ mishap: CSVRecords.Mishap) {
        append(.notCSV(mishap.fault), mishap.offset..<mishap.offset + 1, line: mishap.line)
    }

    private mutating func append(_ fault: Fault, _ range: Range<Int>, line: Int?) {
        count += 1
        guard list.count < DocumentReading.mostKept else { return }
        // A record may span several lines; only those from its beginning are searched.
        let bytes = records.bytes
        let start = min(records.recordStart, bytes.count)
        let lower = min(max(range.lowerBound, start), bytes.count)
        let upper = min(max(range.upperBound, lower), bytes.count)
        let end = bytes[upper...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        var lines = Lines(of: Array(bytes[start..<end]))
        let place = lines.place(of: lower - start..<upper - start)
        list.append(
            Mistake(
                file: file, line: line ?? records.line + place.line - 1, column: place.column,
                fault: fault, excerpt: place.excerpt))
    }

    private mutating func append(_ mistake: Mistake) {
        count += 1
        if list.count < DocumentReading.mostKept { list.append(mistake) }
    }
}
