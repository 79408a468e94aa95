import Database
import SQLite

// Opening a database: the file is checked to be refgate's, updated, and set up.
extension Store {
    /// The purpose that a database is opened for.
    package enum Use: Sendable {
        /// For the writer; makes the file if there is none.
        case writer
        /// For changes to an existing file; makes no file.
        case existing
        /// For changes in transactions that are undone; does not update the file's tables.
        case trial
        case reader
    }

    /// Pages of the write-ahead log after which a commit also moves them into the database. Fewer
    /// cost CPU (500: +10 %), many more cost latency (16,000: a p99 of 68 ms).
    static let checkpointPages = 2_000

    /// The bytes of the write-ahead log's file that are kept for reuse: about twice its size in
    /// regular operation.
    package static let longestLog: Int64 = 16 << 20

    /// The number of the log's frames from which no commit of a gateway moves it: it is longer than
    /// `longestLog` then.
    package static let longLogFrames = 4_096

    /// SQLite cannot be configured after its first use, so this must come before any file is
    /// opened, even to read the keys before the gateway starts. Without it a request costs 11,000
    /// instructions more: every allocation takes a mutex, every page is allocated by itself.
    private static let engine: Void = Engine.configure(pages: 600, pageSize: 4096)

    /// Opens the database at a path, and makes or updates its tables if `use` allows it.
    ///
    /// - Parameters:
    ///   - vfs: The VFS to open with; nil is the one that joins writes to the log.
    ///   - whenWaiting: Called once if another connection's lock was waited for for half a second.
    package static func open(
        _ path: String, for use: Use, vfs: String? = nil, busyTimeoutMilliseconds: Int32 = 5_000,
        whenWaiting: (() -> Void)? = nil
    ) throws(DatabaseError) -> Store {
        let connection = try connect(
            path, for: use, vfs: vfs, busyTimeoutMilliseconds: busyTimeoutMilliseconds,
            whenWaiting: whenWaiting)
        do { return try Store(connection) } catch { throw DatabaseError(path: path, error) }
    }

    convenience init(_ connection: Connection) throws(StorageError) {
        try self.init(connection, file: DatabaseFile(connection))
    }

    /// As `open`, without the tables' statements.
    static func connect(
        _ path: String, for use: Use, vfs: String? = nil, busyTimeoutMilliseconds: Int32 = 5_000,
        whenWaiting: (() -> Void)? = nil
    ) throws(DatabaseError) -> Connection {
        do {
            _ = engine
            if vfs == nil { try Engine.registerWriteCombining() }
            let mode: Connection.Mode =
                switch use {
                case .writer: .create
                case .existing, .trial: .readWrite
                case .reader: readerMode(path)
                }
            // SQLite would let all users read it. The log takes the mode of the database.
            if use == .writer, path != inMemory { Engine.makePrivateFile(path) }
            let connection = try Connection(
                path: path, mode: mode, vfs: vfs ?? Engine.writeCombining,
                busyTimeoutMilliseconds: busyTimeoutMilliseconds, whenWaiting: whenWaiting)
            try check(connection, path)
            // SQLite opens a read-only file for reading, and would refuse each change later.
            if use != .reader, connection.isReadOnly { throw DatabaseError.readOnly(path: path) }
            try configure(connection, use)
            if use == .reader || use == .trial {
                try checkIsCurrent(connection, path)
            } else {
                try migrate(connection, path)
                let store = try Store(connection)
                try AddressUpdate(store)?.run()
                try ReportHistory(store)?.run()
            }
            return connection
        } catch let error as DatabaseError {
            throw error
        } catch let error as StorageError {
            throw DatabaseError(path: path, error)
        } catch {
            throw .failed(path: path, "\(error)")
        }
    }

    /// A database that is in memory only, empty at first.
    package static let inMemory = ":memory:"

    /// The database's files that users other than their owner may read or write.
    package static func filesOpenToOthers(_ path: String) -> [String] {
        [path, path + "-wal", path + "-shm"].filter(Engine.isOpenToOthers)
    }

    /// True if there is no database at a path: no file, or one without content.
    package static func isAbsent(_ path: String) -> Bool {
        !Engine.hasContent(path) && !Engine.hasContent(path + "-wal")
    }

    /// The mode for reading. Reading a log that no other connection has open makes files beside the
    /// database, which only a writable connection removes at its end. An existing log is left
    /// alone.
    private static func readerMode(_ path: String) -> Connection.Mode {
        Engine.hasFile(path + "-wal") || Engine.hasFile(path + "-shm") ? .readOnly : .readWrite
    }

    /// Checks that the file is empty, or has refgate's mark; no other file is changed.
    private static func check(_ connection: Connection, _ path: String) throws {
        // The mark is read last: another process that makes the tables meanwhile sets it with them.
        let tables = try connection.integer("SELECT count(*) FROM sqlite_schema") ?? 0
        let mark = try connection.integer("PRAGMA application_id") ?? 0
        guard mark == Schema.applicationID || (mark == 0 && tables == 0) else {
            throw DatabaseError.notOurs(path: path)
        }
        let version = try connection.integer("PRAGMA user_version") ?? 0
        guard version <= Schema.version else {
            throw DatabaseError.newer(path: path, found: version, known: Schema.version)
        }
    }

    private static func checkIsCurrent(_ connection: Connection, _ path: String) throws {
        let version = try connection.integer("PRAGMA user_version") ?? 0
        guard version == Schema.version else {
            throw DatabaseError.older(path: path, found: version, known: Schema.version)
        }
    }

    private static func configure(_ connection: Connection, _ use: Use) throws(StorageError) {
        try connection.execute(
            "PRAGMA cache_size=-2048; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0")
        guard use != .reader else { return try connection.execute("PRAGMA query_only=ON") }
        if try connection.integer("PRAGMA page_count") == 0 {
            try connection.execute("PRAGMA page_size=4096")
        }
        try connection.execute(
            """
            PRAGMA journal_mode=WAL;
            PRAGMA synchronous=FULL;
            PRAGMA wal_autocheckpoint=\(checkpointPages);
            PRAGMA journal_size_limit=\(longestLog);
            PRAGMA foreign_keys=ON;
            """)
    }

    private static func migrate(_ connection: Connection, _ path: String) throws(StorageError) {
        guard try connection.integer("PRAGMA user_version") ?? 0 < Schema.version else { return }
        try connection.transaction { () throws(StorageError) in
            // Read again: another process may have updated the file during the wait.
            let version = Int(try connection.integer("PRAGMA user_version") ?? 0)
            guard version < Schema.migrations.count else { return }
            for migration in Schema.migrations[version...] { try connection.execute(migration) }
            try connection.execute(
                """
                PRAGMA application_id=\(Schema.applicationID);
                PRAGMA user_version=\(Schema.version);
                """)
        }
    }
}
