import Database
import Paths
import SQLite

/// A copy of a database as it is at one moment, made while others use it.
package enum Backup {
    /// Writes the copy into a file that is not there, or is empty.
    static func write(
        of connection: Connection, to path: String
    ) throws(StorageError) {
        // VACUUM INTO reads in one transaction, so that writers go on and the copy is of one moment; what
        // it writes is a whole database without a log beside it.
        // It counts as a change all the same where a connection is set to make none.
        try connection.execute("PRAGMA query_only=OFF")
        let statement = try connection.prepare("VACUUM INTO CAST(?1 AS TEXT)")
        try statement.bind(1, SystemPath.bytes(path))
        try statement.run()
    }

    /// What a finished copy holds.
    package struct Contents: Equatable, Sendable {
        package let events: Int64
        package let participants: Int64
        package let bytes: Int64
    }

    /// Looks through a copy from end to end; gives the problems it finds.
    package static func check(_ path: String) throws(StorageError) -> (Contents, problems: [String])
    {
        let connection = try Connection(path: path, mode: .readOnly)
        var problems: [String] = []
        try FileCheck.check(connection) { problems.append($0) }
        let mark = try connection.integer("PRAGMA application_id")
        if mark != Schema.applicationID { problems.append("The copy does not bear our mark.") }
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
