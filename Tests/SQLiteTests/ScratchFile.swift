import SQLite
import TestSupport

/// A database file in a folder of its own.
struct ScratchFile {
    let folder: ScratchFolder
    let path: String

    init(_ name: String = "test.db") throws {
        folder = try ScratchFolder()
        path = "\(folder.path)/\(name)"
    }

    /// A connection that makes the file where there is none, and waits for no lock.
    func open(
        _ mode: Connection.Mode = .create, vfs: String? = nil, patience: Int32 = 0,
        whenWaiting: (() -> Void)? = nil
    ) throws -> Connection {
        try Connection(
            path: path, mode: mode, vfs: vfs, busyTimeoutMilliseconds: patience,
            whenWaiting: whenWaiting)
    }

    /// The same with a table `t` of two columns, `n` and `v`.
    func openWithTable(wal: Bool = false, vfs: String? = nil) throws -> Connection {
        let connection = try open(vfs: vfs)
        if wal { _ = try connection.text("PRAGMA journal_mode = WAL") }
        try connection.execute("CREATE TABLE t(n INTEGER PRIMARY KEY, v)")
        return connection
    }
}

extension Connection {
    /// A database in memory with the table `t`, for what no file has a part in.
    static func inMemory() throws -> Connection {
        let connection = try Connection(path: ":memory:", mode: .create)
        try connection.execute("CREATE TABLE t(n INTEGER PRIMARY KEY, v)")
        return connection
    }

    /// Each row of `t` as text, in order.
    func rows() throws -> [String] {
        let statement = try prepare("SELECT n || ' ' || quote(v) FROM t ORDER BY n")
        var rows: [String] = []
        while try statement.step() { rows.append(statement.text(0)) }
        return rows
    }
}
