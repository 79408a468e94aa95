import Database

/// A piece of SQL with a `?` for each of its values.
struct Fragment {
    var sql: SQL
    var values: [Conditions.Value]

    init(_ sql: SQL, _ values: [Conditions.Value] = []) {
        self.sql = sql
        self.values = values
    }
}

/// Conditions on rows, each with the values of its own parameters.
///
/// SQLite numbers the parameters of a statement in the order of the text, and the values are bound
/// in the same order: no text numbers a parameter, so a condition cannot take the value of another.
struct Conditions {
    enum Value: Equatable { case integer(Int64), text(String) }

    /// The number of the first parameter.
    private let first: Int32
    private var texts: [SQL] = []
    private var values: [Value] = []

    /// - Parameter first: The number of the first parameter.
    init(from first: Int32 = 1) { self.first = first }

    /// - Parameter text: SQL with a `?` for each value.
    mutating func add(_ text: SQL, _ values: Value...) { add(Fragment(text, values)) }

    mutating func add(_ fragment: Fragment) {
        let text = fragment.sql
        let numbered = SQL(
            sqlite: Self.numbered(text.sqlite, from: nextPlace),
            postgres: Self.numbered(text.postgres, from: nextPlace))
        precondition(text.sqlite.utf8.count { $0 == UInt8(ascii: "?") } == fragment.values.count)
        texts.append("(\(numbered))")
        values += fragment.values
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
    var nextPlace: Int32 { first + Int32(values.count) }

    /// All conditions, as they follow WHERE.
    var sql: SQL {
        guard var all = texts.first else { return "" }
        for text in texts.dropFirst() { all += " AND " + text }
        return all
    }

    /// Binds the values to the parameters of these conditions.
    func bind(to statement: any Statement) throws(StorageError) {
        var place = first
        for value in values {
            switch value {
            case .integer(let number): try statement.bind(place, number)
            case .text(let text): try statement.bind(place, text)
            }
            place += 1
        }
    }
}
