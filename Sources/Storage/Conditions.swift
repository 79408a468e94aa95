import Database

/// Conditions that rows have to meet, each with the values of its own places.
///
/// SQLite numbers the places of a statement as they stand in it, and so are the values bound: no text names a place,
/// and a condition cannot take the value of another.
struct Conditions {
    enum Value: Equatable { case integer(Int64), text(String) }

    private var texts: [SQL] = []
    private var values: [Value] = []

    /// - Parameter text: SQL with a `?` for each value.
    mutating func add(_ text: SQL, _ values: Value...) {
        precondition(text.sqlite.utf8.count { $0 == UInt8(ascii: "?") } == values.count)
        texts.append("(\(text))")
        self.values += values
    }

    /// All of them, as they stand behind WHERE.
    var sql: SQL {
        guard var all = texts.first else { return "" }
        for text in texts.dropFirst() { all += " AND " + text }
        return all
    }

    /// Binds the values of a statement whose first places are those of these conditions.
    ///
    /// - Returns: the number of the next place.
    func bind(to statement: any Statement) throws(StorageError) -> Int32 {
        var place: Int32 = 1
        for value in values {
            switch value {
            case .integer(let number): try statement.bind(place, number)
            case .text(let text): try statement.bind(place, text)
            }
            place += 1
        }
        return place
    }
}
