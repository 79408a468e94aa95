import SQLite

@testable import Storage

extension ScratchDatabase {
    /// Every row of every table as text, in the order of the rows, to find out if anything has changed.
    package func content() throws -> [String] {
        let tables = try rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        )
        var content: [String] = []
        for table in tables {
            let columns = try rows("SELECT name FROM pragma_table_info('\(table)')")
            let row = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ',' || ")
            content += try rows("SELECT '\(table): ' || \(row) FROM \"\(table)\" ORDER BY 1")
        }
        return content
    }
}
