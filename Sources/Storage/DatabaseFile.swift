import Database
import SQLite

/// The file of a database that an engine in this process has open: its path, its size and its log.
final class DatabaseFile {
    private let connection: Connection
    /// The size in bytes at the last check.
    private var size: Int64

    init(_ connection: Connection) {
        self.connection = connection
        size = connection.fileSize
    }

    /// Nil for a database in memory.
    var path: String? { connection.path }

    /// True if the path of the database, of its log or of its index leads to another file now, or
    /// to none.
    var isReplaced: Bool { connection.isReplaced }

    /// Checks the size of the file. Returns true if another program has truncated it, as `cp` and
    /// `>` do, which write another file's content in its place.
    ///
    /// SQLite truncates a file only if the database has fewer pages by then. The pages are counted
    /// only after the file has become smaller.
    func isOverwritten() -> Bool {
        let before = size
        size = connection.fileSize
        return size < before && mustHold(before)
    }

    /// True if the database needs this many bytes, or cannot be read any more.
    private func mustHold(_ bytes: Int64) -> Bool {
        do {
            let pages = try connection.integer("PRAGMA page_count") ?? 0
            let pageSize = try connection.integer("PRAGMA page_size") ?? 0
            return pages * pageSize >= bytes
        } catch {
            return [.corrupt, .notADatabase, .inputOutput].contains(error.kind)
        }
    }

    /// The size of the write-ahead log in bytes.
    var logSize: Int64 { connection.logSize }

    /// Truncates the log, unless a reader or another writer still needs it.
    func cutLog() { _ = connection.cutLog() }

    /// Keeps commits from moving a log of `end` frames or more, which would delay them.
    func limitCheckpoints(from start: Int32, below end: Int32) {
        connection.limitCheckpoints(from: start, below: end)
    }

    /// Sets the time that a statement waits for another connection's lock.
    func setLockPatience(milliseconds: Int32) {
        connection.setBusyTimeout(milliseconds: milliseconds)
    }

    /// Reports each fault of the file.
    func check(_ report: (String) -> Void) throws(StorageError) {
        try FileCheck.check(connection, report)
    }

    /// Writes a copy of the database, as of one moment, into a file that is missing or empty.
    func backUp(to path: String) throws(StorageError) {
        try Backup.write(of: connection, to: path)
    }
}
