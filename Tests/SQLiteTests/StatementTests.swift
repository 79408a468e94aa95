import Database
import SQLite
import TestSupport
import Testing

/// Values in and out, and a statement that is used again, after an error also.
@Suite struct StatementTests {
    private func echo(_ bind: (Statement) throws -> Void) throws -> (Statement, String) {
        let connection = try Connection(path: ":memory:", mode: .create)
        let statement = try connection.prepare("SELECT ?1, typeof(?1), length(?1)")
        try bind(statement)
        try #require(try statement.step())
        return (statement, statement.text(1))
    }

    @Test(arguments: [0, 1, -1, 1 << 53, (1 << 53) + 1, Int64.max, Int64.min] as [Int64])
    func `integers of 64 bits come back as they went in`(_ value: Int64) throws {
        let (statement, type) = try echo { try $0.bind(1, value) }
        #expect(type == "integer")
        #expect(statement.integer(0) == value)
        #expect(statement.optionalInteger(0) == value)
        #expect(!statement.isNull(0))
    }

    @Test(arguments: [
        "", "a", "ä€😀", "a\0b", "\0", "'; DROP TABLE t; --", String(repeating: "x", count: 63),
        String(repeating: "x", count: 64), String(repeating: "x", count: 65),
        String(repeating: "é", count: 32), String(repeating: "y", count: 1 << 20),
    ])
    func `text comes back as it went in`(_ value: String) throws {
        let (statement, type) = try echo { try $0.bind(1, value) }
        #expect(type == "text")
        #expect(statement.text(0) == value)
        #expect(statement.optionalText(0) == value)
        let (other, otherType) = try echo { try $0.bindText(1, Array(value.utf8)) }
        #expect(otherType == "text")
        #expect(other.text(0) == value)
        expectSame(other.bytes(0), Array(value.utf8))
    }

    @Test(arguments: [0, 1, 63, 64, 65, 1 << 20])
    func `blobs come back as they went in`(_ count: Int) throws {
        let value = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let (statement, type) = try echo { try $0.bind(1, value) }
        #expect(type == "blob")
        expectSame(statement.bytes(0), value)
        expectSame(try #require(statement.optionalBytes(0)), value)
        #expect(!statement.isNull(0))
    }

    @Test func `text of the program is text`() throws {
        let (statement, type) = try echo { try $0.bind(1, "constant" as StaticString) }
        #expect(type == "text")
        #expect(statement.text(0) == "constant")
        let (empty, emptyType) = try echo { try $0.bind(1, "" as StaticString) }
        #expect(emptyType == "text")
        #expect(empty.optionalText(0) == "")
    }

    @Test func `nil is NULL, and NULL is nil`() throws {
        for bind in [
            { try $0.bind(1, nil as Int64?) }, { try $0.bind(1, nil as String?) },
            { try $0.bind(1, nil as [UInt8]?) }, { try $0.bindNull(1) },
        ] as [(Statement) throws -> Void] {
            let (statement, type) = try echo(bind)
            #expect(type == "null")
            #expect(statement.isNull(0))
            #expect(statement.optionalInteger(0) == nil)
            #expect(statement.optionalText(0) == nil)
            #expect(statement.optionalBytes(0) == nil)
        }
    }

    @Test func `what is not bound is NULL`() throws {
        let (statement, type) = try echo { _ in }
        #expect(type == "null")
        #expect(statement.isNull(0))
    }

    @Test(arguments: [-1, 0, 2, 1000] as [Int32])
    func `a parameter that is not there is refused`(_ index: Int32) throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        let statement = try connection.prepare("SELECT ?1")
        for bind in [
            { try statement.bind(index, 1) }, { try statement.bind(index, "short") },
            { try statement.bind(index, [1, 2, 3] as [UInt8]) }, { try statement.bindNull(index) },
        ] as [() throws -> Void] {
            let error = #expect(throws: StorageError.self) { try bind() }
            #expect(error?.kind == .misuse)
            #expect(error?.stage == .bind)
        }
    }

    @Test func `each parameter keeps its own short text`() throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        let statement = try connection.prepare("SELECT ?1 || '|' || ?2 || '|' || ?3")
        for round in 0..<3 {
            // Only the second changes from round to round.
            if round == 0 {
                try statement.bind(1, "first")
                try statement.bind(3, [UInt8]("third".utf8))
            }
            try statement.bind(2, String(repeating: "\(round)", count: 10 + round * 60))
            #expect(try statement.step())
            #expect(
                statement.text(0)
                    == "first|" + String(repeating: "\(round)", count: 10 + round * 60) + "|third")
            statement.reset()
        }
    }

    @Test func `a statement at its end begins anew with the next step`() throws {
        let connection = try Connection.inMemory()
        try connection.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b')")
        let statement = try connection.prepare("SELECT v FROM t ORDER BY n")
        for _ in 0..<2 {
            var values: [String] = []
            while try statement.step() { values.append(statement.text(0)) }
            #expect(values == ["a", "b"])
        }
    }

    @Test func `a statement is bound anew only at its end or after a reset`() throws {
        let connection = try Connection.inMemory()
        try connection.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b')")
        let statement = try connection.prepare("SELECT v FROM t WHERE n >= ?1 ORDER BY n")
        try statement.bind(1, 1)
        #expect(try statement.step())
        let error = #expect(throws: StorageError.self) { try statement.bind(1, 2) }
        #expect(error?.kind == .misuse)
        statement.reset()
        try statement.bind(1, 2)
        #expect(try statement.step())
        #expect(statement.text(0) == "b")
    }

    @Test func `a statement is used again after an error`() throws {
        let connection = try Connection.inMemory()
        try connection.execute("CREATE UNIQUE INDEX v_once ON t(v)")
        let insert = try connection.prepare("INSERT INTO t(v) VALUES (?1)")
        try insert.bind(1, "a")
        try insert.run()
        for _ in 0..<2 {
            let error = #expect(throws: StorageError.self) { try insert.run() }
            #expect(error?.kind == .constraint)
            #expect(error?.stage == .step)
        }
        try insert.bind(1, "b")
        try insert.run()
        #expect(try connection.rows() == ["1 'a'", "2 'b'"])
    }

    @Test(arguments: ["", "  ", "-- only a comment"])
    func `a text without a statement is refused`(_ sql: String) throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        let error = #expect(throws: StorageError.self) { _ = try connection.prepare(sql) }
        #expect(error?.kind == .misuse)
        #expect(error?.stage == .prepare)
    }

    @Test(arguments: ["SELEC 1", "SELECT * FROM none", "SELECT none", "SELECT (1"])
    func `a wrong statement says what is wrong`(_ sql: String) throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        let error = #expect(throws: StorageError.self) { _ = try connection.prepare(sql) }
        #expect(error?.kind == .misuse)
        #expect(error?.isOurs == true)
        #expect(error?.message.isEmpty == false)
        #expect(error?.description.hasPrefix("the database failed at prepare: ") == true)
    }

    @Test func `an error holds no value that was bound`() throws {
        let connection = try Connection.inMemory()
        try connection.execute("CREATE UNIQUE INDEX v_once ON t(v)")
        let insert = try connection.prepare("INSERT INTO t(v) VALUES (?1)")
        try insert.bind(1, "sk_live_secret")
        try insert.run()
        let error = #expect(throws: StorageError.self) { try insert.run() }
        #expect(error?.description.contains("secret") == false)
    }

    @Test func `a reader keeps its picture until it ends`() throws {
        let file = try ScratchFile()
        let writer = try file.openWithTable(wal: true)
        try writer.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b')")
        let reader = try file.open(.readOnly)
        let reading = try reader.prepare("SELECT v FROM t ORDER BY n")
        #expect(try reading.step())
        try writer.execute("UPDATE t SET v = 'new'")
        #expect(try reading.step())
        #expect(reading.text(0) == "b")
        #expect(try !reading.step())
        #expect(try reading.step())
        #expect(reading.text(0) == "new")
    }
}
