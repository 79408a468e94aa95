import Reading
import Referrals

/// The rows of a CSV file that were read completely, and the mistakes in the others.
package struct ReadRows<Row: Sendable>: Sendable {
    /// The rows without mistakes, each with its line.
    package private(set) var rows: [(row: Row, line: Int)] = []
    /// The mistakes, in the order of the lines.
    package private(set) var mistakes = Mistakes([])
    /// The number of rows with mistakes.
    package private(set) var badRows = 0
    /// False if no row can be read: the header has mistakes.
    package private(set) var isReadable = true

    /// The result of reading one row.
    enum Reading {
        case row(Row)
        /// The row has a mistake.
        case bad
        /// The row is of another list, and passed over.
        case other
    }

    /// Rows that were read from another format, each with its place in the list.
    package init(listed rows: [Row], mistakes: Mistakes) {
        self.rows = rows.enumerated().map { ($0.element, $0.offset) }
        self.mistakes = mistakes
        badRows = mistakes.count
    }

    /// - Parameters:
    ///   - needed: The columns that a file needs: one of each list, by index and name.
    ///   - end: Checks that need all rows; notes mistakes, and returns the lines that have them.
    ///   - read: Reads the current row, and notes its mistakes. The keys seen so far are for
    ///     finding repeats.
    init(
        _ rows: consuming CSVRows, needing needed: [[(index: Int, name: String)]],
        atEnd end: (inout CSVRows) -> Set<Int> = { _ in [] },
        _ read: (inout CSVRows, inout SeenKeys) -> Reading
    ) {
        var csv = rows
        do throws(FileFailure) {
            isReadable = try csv.readHeader()
            if isReadable {
                for names in needed where !names.contains(where: { csv.has($0.index) }) {
                    csv.noteMissingColumn(anyOf: names.map(\.name))
                }
            }
            isReadable = csv.count == 0
            if isReadable { try readAll(&csv, read) }
        } catch {
            // Bytes in memory can always be read.
        }
        let later = end(&csv)
        if !later.isEmpty {
            let before = self.rows.count
            self.rows.removeAll { later.contains($0.line) }
            badRows += before - self.rows.count
        }
        mistakes = csv.mistakes
    }

    private mutating func readAll(
        _ csv: inout CSVRows, _ read: (inout CSVRows, inout SeenKeys) -> Reading
    ) throws(FileFailure) {
        var seen = SeenKeys()
        while true {
            let before = csv.count
            let isThere = try csv.next()
            // Records with another number of fields were passed over.
            badRows += csv.count - before
            guard isThere else { return }
            let clean = csv.count
            switch read(&csv, &seen) {
            case .row(let row) where csv.count == clean: rows.append((row, csv.line))
            case .other where csv.count == clean: break
            case .row, .bad, .other: badRows += 1
            }
        }
    }
}
