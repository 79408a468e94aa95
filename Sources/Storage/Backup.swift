import Database
import Paths
import SQLite

/// A copy of a database as of one moment, made while others use it.
package enum Backup {
    /// Writes the copy into a file that is missing or empty.
    static func write(
        of connection: Connection, to path: String
    ) throws(StorageError) {
        // VACUUM INTO reads in one transaction, so writers continue and the copy is of one moment;
        // it writes a whole database without a log beside it. Yet SQLite counts it as a change,
        // which a read-only connection refuses.
        try connection.execute("PRAGMA query_only=OFF")
        let statement = try connection.prepare("VACUUM INTO CAST(?1 AS TEXT)")
        try statement.bind(1, SystemPath.bytes(path))
        try statement.run()
    }

    /// The contents of a finished copy.
    package struct Contents: Equatable, Sendable {
        /// The number of events.
        package let events: Int64
        /// The number of participants.
        package let participants: Int64
        /// The size of the file.
        package let bytes: Int64
    }

    /// Checks a whole copy; returns its contents and the problems found.
    package static func check(_ path: String) throws(StorageError) -> (Contents, problems: [String])
    {
        let connection = try Connection(path: path, mode: .readOnly)
        var problems: [String] = []
        try FileCheck.check(connection) { problems.append($0) }
        let mark = try connection.integer("PRAGMA application_id")
        if mark != Schema.applicationID {
            problems.append("The copy is not marked as a database of refgate.")
        }
        let pages = try connection.integer("PRAGMA page_count") ?? 0
        let size = try connection.integer("PRAGMA page_size") ?? 0
        return (
            Contents(
                events: try connection.integer("SELECT count(*) FROM events") ?? 0,
                participants: try connection.integer("SELECT count(*) FROM participants") ?? 0,
                bytes: pages * size), problems
        )
    }
}
