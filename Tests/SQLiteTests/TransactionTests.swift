import Database
import SQLite
import Testing

/// Transactions end at the brace: kept, or undone on a throw.
@Suite struct TransactionTests {
    struct Refusal: Error {}

    @Test func `what the body wrote is kept, and its result returned`() throws {
        let file = try ScratchFile()
        let connection = try file.openWithTable()
        let number = try connection.transaction { () throws(StorageError) in
            #expect(!connection.isAutocommit)
            try connection.execute("INSERT INTO t VALUES (7, 'a')")
            return connection.lastInsertedRowID
        }
        #expect(number == 7)
        #expect(connection.isAutocommit)
        #expect(try file.open().rows() == ["7 'a'"])
    }

    @Test func `others see nothing before the end`() throws {
        let file = try ScratchFile()
        let connection = try file.openWithTable(wal: true)
        let reader = try file.open(.readOnly)
        try connection.transaction { () throws(StorageError) in
            try connection.execute("INSERT INTO t VALUES (1, 'a')")
            #expect(try reader.integer("SELECT count(*) FROM t") == 0)
        }
        #expect(try reader.integer("SELECT count(*) FROM t") == 1)
    }

    @Test func `a throw undoes everything`() throws {
        let file = try ScratchFile()
        let connection = try file.openWithTable()
        try connection.execute("INSERT INTO t VALUES (1, 'a')")
        #expect(throws: Refusal.self) {
            try connection.transaction(
                { () throws(any Error) in
                    try connection.execute("UPDATE t SET v = 'b'")
                    try connection.execute("INSERT INTO t VALUES (2, 'c')")
                    throw Refusal()
                }, failing: { $0 })
        }
        #expect(connection.isAutocommit)
        #expect(try connection.rows() == ["1 'a'"])
        try connection.transaction { () throws(StorageError) in
            try connection.execute("INSERT INTO t VALUES (2, 'd')")
        }
        #expect(try file.open().rows() == ["1 'a'", "2 'd'"])
    }

    @Test func `a failing statement undoes the whole transaction`() throws {
        let connection = try Connection.inMemory()
        let error = #expect(throws: StorageError.self) {
            try connection.transaction { () throws(StorageError) in
                try connection.execute("INSERT INTO t VALUES (1, 'a')")
                try connection.execute("INSERT INTO t VALUES (1, 'b')")
            }
        }
        #expect(error?.kind == .constraint)
        #expect(connection.isAutocommit)
        #expect(try connection.rows() == [])
    }

    @Test func `a failing commit undoes the whole transaction`() throws {
        let connection = try Connection.inMemory()
        try connection.execute(
            """
            PRAGMA foreign_keys = ON;
            CREATE TABLE child(parent INTEGER REFERENCES t(n) DEFERRABLE INITIALLY DEFERRED);
            """)
        let error = #expect(throws: StorageError.self) {
            try connection.transaction { () throws(StorageError) in
                try connection.execute("INSERT INTO t VALUES (1, 'a')")
                try connection.execute("INSERT INTO child VALUES (9)")
            }
        }
        #expect(error?.kind == .constraint)
        #expect(error?.stage == .commit)
        #expect(connection.isAutocommit)
        #expect(try connection.rows() == [])
    }

    @Test func `a transaction within another is refused, and ends both`() throws {
        let connection = try Connection.inMemory()
        let error = #expect(throws: StorageError.self) {
            try connection.transaction { () throws(StorageError) in
                try connection.execute("INSERT INTO t VALUES (1, 'a')")
                try connection.transaction { () throws(StorageError) in
                    try connection.execute("INSERT INTO t VALUES (2, 'b')")
                }
            }
        }
        #expect(error?.kind == .misuse)
        #expect(error?.stage == .begin)
        #expect(connection.isAutocommit)
        #expect(try connection.rows() == [])
    }

    @Test func `the write lock is taken at the beginning`() throws {
        let file = try ScratchFile()
        let (one, other) = (try file.openWithTable(wal: true), try file.open())
        try one.transaction { () throws(StorageError) in
            let error = #expect(throws: StorageError.self) {
                try other.transaction { () throws(StorageError) in
                    Issue.record("two writers at once")
                }
            }
            #expect(error?.kind == .busy)
            #expect(error?.stage == .begin)
            #expect(other.isAutocommit)
        }
        try other.transaction { () throws(StorageError) in
            try other.execute("INSERT INTO t VALUES (1, 'a')")
        }
        #expect(try one.rows() == ["1 'a'"])
    }

    @Test func `a read-only file refuses a transaction at its beginning or first write`() throws {
        let file = try ScratchFile()
        _ = try file.openWithTable()
        let reader = try file.open(.readOnly)
        let error = #expect(throws: StorageError.self) {
            try reader.transaction { () throws(StorageError) in
                try reader.execute("INSERT INTO t VALUES (1, 'a')")
            }
        }
        #expect(error?.kind == .readOnly)
        #expect(reader.isAutocommit)
    }
}
