import Database

/// The compiled rows of one kind of declaration. Each result is kept beside its row, so that a
/// later reading compiles only the rows that have changed.
package struct CompiledRows<Row: Equatable & Sendable, Compiled: Sendable>: Sendable {
    package struct Entry: Sendable {
        package let row: Row
        package let compiled: Compiled
    }

    /// The results in the order of the rows.
    package private(set) var entries: [Entry] = []
    private var places: [Int64: Int] = [:]
    private var stamp: [UInt8]?

    package init() {}

    /// Reads the rows again if their stamp has changed.
    ///
    /// - Returns: True if they were read.
    package mutating func update(
        stamp: [UInt8], number: (Row) -> Int64, rows: () throws(StorageError) -> [Row],
        compile: (Row) throws(StorageError) -> Compiled
    ) throws(StorageError) -> Bool {
        guard stamp != self.stamp else { return false }
        var entries: [Entry] = []
        var places: [Int64: Int] = [:]
        for row in try rows() {
            let number = number(row)
            places[number] = entries.count
            if let place = self.places[number], self.entries[place].row == row {
                entries.append(self.entries[place])
            } else {
                entries.append(Entry(row: row, compiled: try compile(row)))
            }
        }
        self.entries = entries
        self.places = places
        self.stamp = stamp
        return true
    }
}
