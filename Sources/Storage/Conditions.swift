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
        let numbered = SQL(
            sqlite: Self.numbered(text.sqlite, from: nextPlace),
            postgres: Self.numbered(text.postgres, from: nextPlace))
        precondition(text.sqlite.utf8.count { $0 == UInt8(ascii: "?") } == values.count)
        texts.append("(\(numbered))")
        self.values += values
    }

    private static func numbered(_ text: String, from first: Int32) -> String {
        var next = first
        var numbered = ""
        for character in text {
            numbered.append(character)
            guard character == "?" else { continue }
            numbered += "\(next)"
            next += 1
        }
        return numbered
    }

    /// The number of the first parameter behind those of the conditions.
    var nextPlace: Int32 { Int32(values.count) + 1 }

    /// All conditions, as they follow WHERE.
    var sql: SQL {
        guard var all = texts.first else { return "" }
        for text in texts.dropFirst() { all += " AND " + text }
        return all
    }

    /// Binds the values of a statement whose first parameters are those of these conditions.
    func bind(to statement: any Statement) throws(StorageError) {
        var place: Int32 = 1
        for value in values {
            switch value {
            case .integer(let number): try statement.bind(place, number)
            case .text(let text): try statement.bind(place, text)
            }
            place += 1
        }
    }
}
