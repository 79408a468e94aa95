import Database
import SQLite

/// The check that the file is intact, and that its tables, unique indexes and constraints are those
/// of this release: all other checks rely on them.
package enum FileCheck {
    /// The number of problems after which SQLite stops.
    private static let limit = 1_000

    static func check(
        _ connection: Connection, _ report: (String) -> Void
    ) throws(StorageError) {
        try checkIntegrity(connection, report)
        try checkSchema(connection, report)
        try checkForeignKeys(connection, report)
    }

    private static func checkIntegrity(
        _ connection: Connection, _ report: (String) -> Void
    ) throws(StorageError) {
        let statement = try connection.prepare("PRAGMA integrity_check(\(limit))")
        while try statement.step() {
            let problem = statement.text(0)
            if problem != "ok" { report("The file is damaged: \(problem).") }
        }
    }

    private static func checkForeignKeys(
        _ connection: Connection, _ report: (String) -> Void
    ) throws(StorageError) {
        let statement = try connection.prepare("PRAGMA foreign_key_check")
        while try statement.step() {
            let row = statement.optionalInteger(1).map { "Row \($0)" } ?? "A row"
            report(
                "\(row) of \(statement.text(0)) refers to a row of \(statement.text(2)) that does not"
                    + " exist.")
        }
    }

    private static func checkSchema(
        _ connection: Connection, _ report: (String) -> Void
    ) throws(StorageError) {
        let fresh = try Connection(path: ":memory:", mode: .create)
        for migration in Schema.migrations { try fresh.execute(migration) }
        let expected = try definitions(fresh)
        let found = try definitions(connection)
        for (name, sql) in expected.sorted(by: { $0.key < $1.key }) {
            guard let own = found[name] else {
                report("The \(name) is missing.")
                continue
            }
            if own != sql { report("The \(name) differs from this release's definition.") }
        }
    }

    /// Tables and indexes by name, such as `index events_identity`. Those that SQLite makes itself
    /// have no text.
    private static func definitions(
        _ connection: Connection
    ) throws(StorageError) -> [String: String] {
        let statement = try connection.prepare(
            "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        var definitions: [String: String] = [:]
        while try statement.step() { definitions[statement.text(0)] = statement.text(1) }
        return definitions
    }
}
