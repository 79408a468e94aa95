import CSQLite
import Database
import Paths

/// One connection to a database file, owned by one thread at a time and closed with its owner.
///
/// Opened with `SQLITE_OPEN_NOMUTEX`: the owner must ensure that no two threads use it at once.
@safe
package final class Connection {
    /// The permitted use of the file.
    package enum Mode: Sendable {
        case readOnly
        case readWrite
        /// As `readWrite`, and makes the file if there is none.
        case create
    }

    /// Only statements of this module use the handle.
    let handle: OpaquePointer
    /// Prepared at its first use. A statement object would own this connection, which must not own itself.
    var versionStatement: OpaquePointer?
    /// Compiled statements that are not in use, by their text. SQLite takes longer to compile most
    /// texts than to run them.
    private var spare: [String: OpaquePointer] = unsafe [:]
    private static let mostSpare = 256
    private var busyTimeout: Int32
    /// Waits for locks if waits are reported; nil if SQLite waits by itself.
    private let patience: LockPatience?

    /// - Parameters:
    ///   - path: A file's path, or `:memory:`.
    ///   - vfs: The name of a registered VFS; nil is the system's own.
    ///   - busyTimeoutMilliseconds: The time that a statement waits for another connection's lock.
    ///   - whenWaiting: Called once if a statement has waited for a lock for half a second.
    package init(
        path: String, mode: Mode, vfs: String? = nil, busyTimeoutMilliseconds: Int32 = 5_000,
        whenWaiting: (() -> Void)? = nil
    ) throws(StorageError) {
        var opened: OpaquePointer?
        let access =
            switch mode {
            case .readOnly: SQLITE_OPEN_READONLY
            case .readWrite: SQLITE_OPEN_READWRITE
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        // SQLite as Debian builds it takes a path with this prefix for a URI.
        let file = path.hasPrefix("file:") ? "./" + path : path
        let code = unsafe sqlite3_open_v2(SystemPath.cString(file), &opened, flags, vfs)
        guard let handle = unsafe opened else {
            throw StorageError(stage: .open, code: code, message: "out of memory")
        }
        guard code == SQLITE_OK else {
            let message = unsafe String(cString: sqlite3_errmsg(handle))
            unsafe sqlite3_close_v2(handle)
            throw StorageError(stage: .open, code: code, message: message)
        }
        unsafe self.handle = handle
        busyTimeout = busyTimeoutMilliseconds
        patience = whenWaiting.map { LockPatience(limit: busyTimeoutMilliseconds, notice: $0) }
        waitForLocks(milliseconds: busyTimeoutMilliseconds)
    }

    private func waitForLocks(milliseconds: Int32) {
        guard let patience else {
            unsafe sqlite3_busy_timeout(handle, milliseconds)
            return
        }
        patience.limit = milliseconds
        // The connection outlives its statements, and keeps the object that this points to.
        unsafe sqlite3_busy_handler(
            handle,
            { object, tries in
                guard let object = unsafe object else { return 0 }
                let patience = unsafe Unmanaged<LockPatience>.fromOpaque(object)
                    .takeUnretainedValue()
                return patience.waitAgain(after: tries) ? 1 : 0
            }, Unmanaged.passUnretained(patience).toOpaque())
    }

    /// Takes out a compiled statement that is not in use; nil if there is none with this text.
    func takeSpare(_ sql: String) -> OpaquePointer? { unsafe spare.removeValue(forKey: sql) }

    /// Keeps a statement for the next use of its text, without its values and its rows.
    func putBack(_ handle: OpaquePointer, _ sql: String) {
        // Some pragmas take effect while they are compiled.
        guard unsafe spare[sql] == nil, !sql.utf8.starts(with: "PRAGMA".utf8) else {
            unsafe sqlite3_finalize(handle)
            return
        }
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
        if unsafe spare.count >= Self.mostSpare, let (_, other) = unsafe spare.popFirst() {
            unsafe sqlite3_finalize(other)
        }
        unsafe spare[sql] = handle
    }

    deinit {
        while let (_, statement) = unsafe spare.popFirst() { unsafe sqlite3_finalize(statement) }
        unsafe sqlite3_finalize(versionStatement)
        // close_v2 waits for statements that are still alive, so the order of deinit does not matter.
        unsafe sqlite3_close_v2(handle)
    }

    /// Runs one or several statements whose rows are ignored.
    package func execute(_ sql: String) throws(StorageError) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(.step, code) }
    }

    /// Compiles a statement for repeated use.
    package func prepare(_ sql: String) throws(StorageError) -> PreparedStatement {
        try PreparedStatement(sql, on: self)
    }

    /// The first column of the first row as an integer; nil if there is no row or it is NULL.
    package func integer(_ sql: String) throws(StorageError) -> Int64? {
        let statement = try prepare(sql)
        guard try statement.step() else { return nil }
        return statement.optionalInteger(0)
    }

    /// The first column of the first row as text; nil if there is no row or it is NULL.
    package func text(_ sql: String) throws(StorageError) -> String? {
        let statement = try prepare(sql)
        guard try statement.step() else { return nil }
        return statement.optionalText(0)
    }

    /// The number of rows changed by the last statement.
    package var changes: Int { unsafe Int(sqlite3_changes64(handle)) }

    /// The number of rows changed since the connection was opened.
    package var totalChanges: Int64 { unsafe sqlite3_total_changes64(handle) }

    /// The row id of the last INSERT.
    package var lastInsertedRowID: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

    /// True outside a transaction; SQLite ends one by itself after some errors.
    package var isAutocommit: Bool { unsafe sqlite3_get_autocommit(handle) != 0 }

    /// Switches one of SQLite's per-connection options (sqlite3_db_config).
    package func configure(_ option: Int32, _ on: Bool) throws(StorageError) {
        let code = unsafe refgate_sqlite_db_config(handle, option, on ? 1 : 0)
        guard code == SQLITE_OK else { throw error(.configure, code) }
    }

    /// True if the file may only be read, whatever mode was requested.
    package var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") == 1 }

    /// True if the path of the database, of its log or of its index leads to another file now, or
    /// to none: rows written then are lost. Only the VFS that joins writes answers for log and
    /// index.
    package var isReplaced: Bool {
        var isReplaced: Int32 = 0
        let code = unsafe sqlite3_file_control(
            handle, "main", REFGATE_FCNTL_IS_REPLACED, &isReplaced)
        return code == SQLITE_OK && isReplaced != 0
    }

    /// The size of the database's file in bytes; 0 if another VFS opened it.
    package var fileSize: Int64 {
        var size: Int64 = 0
        let code = unsafe sqlite3_file_control(handle, "main", REFGATE_FCNTL_FILE_SIZE, &size)
        return code == SQLITE_OK ? size : 0
    }

    /// The size of the write-ahead log's file in bytes; 0 if there is none, or with another VFS.
    package var logSize: Int64 {
        var size: Int64 = 0
        let code = unsafe sqlite3_file_control(handle, "main", REFGATE_FCNTL_LOG_SIZE, &size)
        return code == SQLITE_OK ? size : 0
    }

    /// Moves all of the write-ahead log into the database and truncates the log's file. Returns
    /// false, without waiting, if a reader or another writer still needs the log.
    package func cutLog() -> Bool {
        waitForLocks(milliseconds: 0)
        defer { waitForLocks(milliseconds: busyTimeout) }
        return unsafe sqlite3_wal_checkpoint_v2(
            handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil) == SQLITE_OK
    }

    /// Has a commit also move the write-ahead log into the database, if the log has at least
    /// `start` frames and fewer than `end`: moving more takes long.
    package func limitCheckpoints(from start: Int32, below end: Int32) {
        unsafe refgate_limit_checkpoints(handle, start, end)
    }

    /// Moves as much of the write-ahead log into the database as no reader needs. It waits for no
    /// connection, and writers continue meanwhile.
    ///
    /// - Returns: The number of frames left in the log; nil if the move failed.
    package func checkpoint() -> Int? {
        var (all, moved): (Int32, Int32) = (0, 0)
        let code = unsafe sqlite3_wal_checkpoint_v2(
            handle, nil, SQLITE_CHECKPOINT_PASSIVE, &all, &moved)
        return code == SQLITE_OK ? Int(all - moved) : nil
    }

    /// The file of the database; nil if it is in memory.
    package var path: String? {
        guard let name = unsafe sqlite3_db_filename(handle, "main") else { return nil }
        let path = unsafe String(cString: name)
        return path.isEmpty ? nil : path
    }

    /// Sets the time that a statement waits for another connection's lock.
    package func setBusyTimeout(milliseconds: Int32) {
        busyTimeout = milliseconds
        waitForLocks(milliseconds: milliseconds)
    }

    func error(_ stage: StorageError.Stage, _ code: Int32) -> StorageError {
        unsafe StorageError(
            stage: stage, code: code, message: String(cString: sqlite3_errmsg(handle)))
    }
}
