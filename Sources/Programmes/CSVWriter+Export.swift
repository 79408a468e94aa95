import Storage
import Workspace

extension CSVWriter {
    /// Appends the names of columns, as a record.
    package mutating func append(header columns: [ExportTable.Column]) {
        for column in columns { plain(column.name) }
        endRecord()
    }

    /// Appends a row of an exported table, as a record.
    package mutating func append(_ cells: [ExportTable.Cell]) {
        for cell in cells {
            switch cell {
            case .empty: empty()
            case .text(let text): self.text(text)
            case .id(let text): id(text)
            case .plain(let text): plain(text)
            }
        }
        endRecord()
    }
}
