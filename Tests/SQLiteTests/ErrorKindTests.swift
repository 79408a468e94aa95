import Database
import Glibc
import SQLite
import TestSupport
import Testing

/// The kind of each failure, of real files.
@Suite struct ErrorKindTests {
    @Test(arguments: [
        "INSERT INTO c VALUES (1, 'other', 1, NULL)", "INSERT INTO c VALUES (2, 'one', 1, NULL)",
        "INSERT INTO c VALUES (2, NULL, 1, NULL)", "INSERT INTO c VALUES (2, 'two', 0, NULL)",
        "INSERT INTO c VALUES (2, 'two', 1, 77)", "INSERT INTO c VALUES (2, 3.5, 'x', NULL)",
    ])
    func `each constraint is one kind`(_ sql: String) throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        try connection.execute(
            """
            PRAGMA foreign_keys = ON;
            CREATE TABLE c(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
                amount INTEGER CHECK (amount > 0), parent INTEGER REFERENCES c(id)) STRICT;
            INSERT INTO c VALUES (1, 'one', 1, NULL);
            """)
        let error = #expect(throws: StorageError.self) { try connection.execute(sql) }
        #expect(error?.kind == .constraint)
        #expect(error?.isOurs == true)
        #expect(try connection.integer("SELECT count(*) FROM c") == 1)
    }

    @Test func `a file of something else is no database`() throws {
        let file = try ScratchFile()
        write(
            Array(String(repeating: "This is a letter and no database. ", count: 200).utf8),
            to: file.path
        )
        let error = #expect(throws: StorageError.self) {
            _ = try file.open().integer("SELECT count(*) FROM t")
        }
        #expect(error?.kind == .notADatabase)
        #expect(error?.isOurs == false)
    }

    @Test func `a damaged page is corruption`() throws {
        let file = try ScratchFile()
        let connection = try file.openWithTable()
        try connection.execute(
            """
            WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 500)
            INSERT INTO t SELECT n, randomblob(100) FROM c
            """)
        let size = try #require(try connection.integer("PRAGMA page_size"))
        // All pages but the first two: headers are nonsense there.
        let descriptor = Glibc.open(file.path, O_RDWR)
        let garbage = [UInt8](repeating: 0xFF, count: Int(size) * 4)
        #expect(pwrite(descriptor, garbage, garbage.count, off_t(size) * 2) == garbage.count)
        Glibc.close(descriptor)
        let error = #expect(throws: StorageError.self) {
            _ = try file.open().integer("SELECT sum(length(v)) FROM t")
        }
        #expect(error?.kind == .corrupt)
        #expect(error?.isOurs == false)
    }

    @Test func `a database that may not grow is full`() throws {
        let connection = try Connection.inMemory()
        _ = try connection.integer("PRAGMA max_page_count = 4")
        let error = #expect(throws: StorageError.self) {
            try connection.execute("INSERT INTO t VALUES (1, randomblob(100000))")
        }
        #expect(error?.kind == .full)
        #expect(try connection.rows() == [])
    }

    /// In a process of its own, since the limit is the process's.
    @Test(arguments: [true, false])
    func `a file that the process may not grow is full, and stays whole`(_ isCombining: Bool) async
    {
        await #expect(processExitsWith: .success) { [isCombining = isCombining as Bool] in
            try Engine.registerWriteCombining()
            let file = try ScratchFile()
            let connection = try file.openWithTable(
                wal: true, vfs: isCombining ? Engine.writeCombining : nil)
            try connection.execute("INSERT INTO t VALUES (1, 'kept')")
            _ = signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 200_000, rlim_max: rlim_t.max)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let error = #expect(throws: StorageError.self) {
                try connection.transaction { () throws(StorageError) in
                    try connection.execute("INSERT INTO t VALUES (2, randomblob(400000))")
                }
            }
            #expect(error?.kind == .full || error?.kind == .inputOutput)
            #expect(error?.isOurs == false)
            #expect(connection.isAutocommit)
            #expect(try connection.rows() == ["1 'kept'"])
            limit.rlim_cur = .max
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            try connection.execute("INSERT INTO t VALUES (2, 'later')")
            #expect(try connection.text("PRAGMA integrity_check") == "ok")
            #expect(try file.open().rows() == ["1 'kept'", "2 'later'"])
        }
    }

    @Test(
        arguments: [
            (5, StorageError.Kind.busy), (6, .busy), (517, .busy), (13, .full), (10, .inputOutput),
            (778, .inputOutput),
            (8, .readOnly), (264, .readOnly), (14, .cannotOpen), (26, .notADatabase),
            (11, .corrupt),
            (267, .corrupt),
            (19, .constraint), (2067, .constraint), (1, .misuse), (21, .misuse), (25, .misuse),
            (20, .misuse),
            (7, .other), (9, .other), (23, .other),
            // The index of the log could not grow; the file was moved.
            (4874, .full), (1032, .replaced),
        ] as [(Int32, StorageError.Kind)])
    func `each code of SQLite has its kind`(_ code: Int32, _ kind: StorageError.Kind) {
        let error = StorageError(stage: .step, code: code, message: "words")
        #expect(error.kind == kind)
        #expect(error.isOurs == (kind == .constraint || kind == .misuse))
        #expect(error.description == "the database failed at step: words (code \(code))")
    }

    @Test func `failures that SQLite does not see have kinds, too`() {
        #expect(StorageError.replaced.kind == .replaced)
        #expect(StorageError.damaged.kind == .corrupt)
        #expect(!StorageError.replaced.isOurs)
        #expect(!StorageError.damaged.isOurs)
    }

    private func write(_ bytes: [UInt8], to path: String) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT, 0o600)
        #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
        Glibc.close(descriptor)
    }
}
