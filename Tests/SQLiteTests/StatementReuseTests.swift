import Database
import SQLite
import Testing

/// Statements with a text that was compiled before.
@Suite struct StatementReuseTests {
    @Test func `a statement has no value and no row of an earlier one with its text`() throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        let sql = "SELECT ?1 UNION ALL SELECT 'second'"
        for value in ["first", nil, "third"] {
            let statement = try connection.prepare(sql)
            if let value { try statement.bind(1, value) }
            try #require(try statement.step())
            #expect(statement.optionalText(0) == value)
        }
    }

    @Test func `two statements with one text are read independently`() throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        let sql = "SELECT ?1 UNION ALL SELECT ?1 + 1"
        _ = try connection.prepare(sql)
        let (one, other) = (try connection.prepare(sql), try connection.prepare(sql))
        try one.bind(1, 10)
        try other.bind(1, 20)
        try #require(try one.step())
        try #require(try other.step())
        try #require(try one.step())
        #expect(one.integer(0) == 11)
        #expect(other.integer(0) == 20)
    }

    @Test func `a statement that is given up holds no snapshot`() throws {
        let file = try ScratchFile()
        let reader = try file.open()
        let writer = try file.open()
        try writer.execute("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2)")
        do {
            let statement = try reader.prepare("SELECT a FROM t")
            try #require(try statement.step())
        }
        try writer.execute("DELETE FROM t")
        let statement = try reader.prepare("SELECT a FROM t")
        #expect(try statement.step() == false)
    }

    @Test func `a statement sees the columns of a table that was changed since`() throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        try connection.execute("CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1)")
        func read() throws -> Int64? { try connection.integer("SELECT max(a) FROM t") }
        #expect(try read() == 1)
        try connection.execute("DROP TABLE t; CREATE TABLE t(b INTEGER, a INTEGER)")
        try connection.execute("INSERT INTO t VALUES (1, 2)")
        #expect(try read() == 2)
    }

    @Test func `a statement that failed can be prepared again`() throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        try connection.execute("CREATE TABLE t(a INTEGER UNIQUE)")
        let sql = "INSERT INTO t VALUES (?1)"
        func insert(_ value: Int64) throws {
            let statement = try connection.prepare(sql)
            try statement.bind(1, value)
            try statement.run()
        }
        try insert(1)
        #expect(throws: StorageError.self) { try insert(1) }
        try insert(2)
        #expect(try connection.integer("SELECT count(*) FROM t") == 2)
    }

    @Test func `more texts than a connection keeps can be used`() throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        for _ in 0..<2 {
            for number in 0..<600 {
                #expect(try connection.integer("SELECT \(number)") == Int64(number))
            }
        }
    }

    @Test func `a pragma takes effect each time`() throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        for isOn in [true, false, true, false] {
            let statement = try connection.prepare("PRAGMA foreign_keys=\(isOn ? "ON" : "OFF")")
            _ = try statement.step()
            #expect(try connection.integer("PRAGMA foreign_keys") == (isOn ? 1 : 0))
        }
    }
}
