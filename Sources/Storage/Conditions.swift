import Database

/// Conditions on rows, each with the values of its own parameters.
///
/// SQLite numbers the parameters of a statement in the order of the text, and the values are bound
/// in the same order: no text numbers a parameter, so a condition cannot take the value of another.
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

    /// All conditions, as they follow WHERE.
    var sql: SQL {
        guard var all = texts.first else { return "" }
        for text in texts.dropFirst() { all += " AND " + text }
        return all
    }

    /// Binds the values of a statement whose first parameters are those of these conditions.
    ///
    /// - Returns: The number of the next parameter.
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
