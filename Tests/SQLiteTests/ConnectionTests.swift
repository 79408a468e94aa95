import Database
import Glibc
import SQLite
import TestSupport
import Testing

/// Opening, closing, and what a connection says of its file.
@Suite struct ConnectionTests {
    @Test func `a file is made only where that is asked for`() throws {
        let file = try ScratchFile()
        for mode in [Connection.Mode.readOnly, .readWrite] {
            let error = #expect(throws: StorageError.self) { _ = try file.open(mode) }
            #expect(error?.kind == .cannotOpen)
            #expect(error?.stage == .open)
        }
        #expect(!Engine.hasFile(file.path))
        _ = try file.openWithTable()
        #expect(Engine.hasFile(file.path))
        #expect(Engine.hasContent(file.path))
        #expect(try file.open(.readOnly).rows() == [])
        #expect(try file.open(.readWrite).rows() == [])
    }

    @Test func `a folder that is not there makes no file`() throws {
        let file = try ScratchFile("none/test.db")
        let error = #expect(throws: StorageError.self) { _ = try file.open() }
        #expect(error?.kind == .cannotOpen)
    }

    @Test func `a read-only connection reads, and writes nothing`() throws {
        let file = try ScratchFile()
        try file.openWithTable().execute("INSERT INTO t VALUES (1, 'one')")
        let reader = try file.open(.readOnly)
        #expect(reader.isReadOnly)
        #expect(try reader.rows() == ["1 'one'"])
        let error = #expect(throws: StorageError.self) {
            try reader.execute("INSERT INTO t VALUES (2, 'two')")
        }
        #expect(error?.kind == .readOnly)
        #expect(try file.open().rows() == ["1 'one'"])
    }

    @Test(arguments: ["file:test.db", "file:test.db?mode=memory", "a b%20c#?.db", "ünï-日本.db"])
    func `a path is a path, whatever it looks like`(_ name: String) throws {
        let file = try ScratchFile(name)
        try file.openWithTable().execute("INSERT INTO t VALUES (1, 'one')")
        #expect(access(file.path, F_OK) == 0)
        #expect(try file.open(.readWrite).rows() == ["1 'one'"])
    }

    @Test func `the path is known, and none in memory`() throws {
        let file = try ScratchFile()
        #expect(try file.openWithTable().path == file.path)
        let memory = try Connection(path: ":memory:", mode: .create)
        #expect(memory.path == nil)
        #expect(try memory.integer("SELECT 41 + 1") == 42)
    }

    @Test func `a private file is its owner's alone`() throws {
        let file = try ScratchFile()
        Engine.makePrivateFile(file.path)
        #expect(access(file.path, F_OK) == 0)
        // An empty file is no database yet.
        #expect(!Engine.hasFile(file.path))
        #expect(!Engine.hasContent(file.path))
        #expect(!Engine.isOpenToOthers(file.path))
        chmod(file.path, 0o640)
        #expect(Engine.isOpenToOthers(file.path))
        // A file that is there stays as it is.
        try file.openWithTable().execute("INSERT INTO t VALUES (1, 'one')")
        Engine.makePrivateFile(file.path)
        #expect(try file.open().rows() == ["1 'one'"])
    }

    @Test func `changes are counted for the last statement and in all`() throws {
        let connection = try Connection.inMemory()
        try connection.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (5, 'c')")
        #expect(connection.changes == 3)
        #expect(connection.lastInsertedRowID == 5)
        let update = try connection.prepare("UPDATE t SET v = 'x' WHERE n < ?1")
        try update.bind(1, 5)
        #expect(try update.runCountingChanges() == 2)
        #expect(try update.runCountingChanges() == 2)
        #expect(connection.totalChanges == 7)
        let insert = try connection.prepare("INSERT INTO t(v) VALUES ('d')")
        #expect(try insert.runReturningRowID() == 6)
    }

    @Test func `one value is read, and NULL is not a value`() throws {
        let connection = try Connection.inMemory()
        #expect(try connection.integer("SELECT n FROM t") == nil)
        #expect(try connection.integer("SELECT NULL") == nil)
        #expect(try connection.integer("SELECT max(n) FROM t") == nil)
        #expect(try connection.text("SELECT NULL") == nil)
        #expect(try connection.text("SELECT ''") == "")
        #expect(try connection.integer("SELECT 0") == 0)
    }

    @Test func `a connection closes with statements that are alive`() throws {
        let file = try ScratchFile()
        var connection: Connection? = try file.openWithTable()
        try connection?.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b')")
        let statement = try #require(try connection?.prepare("SELECT n FROM t ORDER BY n"))
        #expect(try statement.step())
        connection = nil
        #expect(try statement.step())
        #expect(statement.integer(0) == 2)
        #expect(try !statement.step())
        // Nothing of it holds a lock.
        try file.open().execute("DELETE FROM t")
    }

    @Test func `the log is moved into the file as far as no reader needs it`() throws {
        try Engine.registerWriteCombining()
        let file = try ScratchFile()
        let writer = try file.openWithTable(wal: true, vfs: Engine.writeCombining)
        try writer.execute("INSERT INTO t VALUES (1, 'one')")
        #expect(writer.logSize > 0)
        let before = writer.fileSize
        let reader = try file.open(.readOnly)
        let reading = try reader.prepare("SELECT v FROM t")
        #expect(try reading.step())
        try writer.execute("INSERT INTO t VALUES (2, randomblob(100000))")
        // The reader still needs the log as it was.
        #expect(!writer.cutLog())
        #expect(try #require(writer.checkpoint()) > 0)
        #expect(writer.logSize > 0)
        reading.reset()
        #expect(writer.checkpoint() == 0)
        #expect(writer.cutLog())
        #expect(writer.logSize == 0)
        #expect(writer.fileSize > before)
        #expect(try reader.integer("SELECT count(*) FROM t") == 2)
    }

    @Test func `a file that was replaced or removed is noticed`() throws {
        try Engine.registerWriteCombining()
        for isRemoved in [true, false] {
            let file = try ScratchFile()
            let connection = try file.openWithTable(wal: true, vfs: Engine.writeCombining)
            #expect(!connection.isReplaced)
            if isRemoved {
                unlink(file.path)
            } else {
                let other = try ScratchFile()
                _ = try other.openWithTable()
                try #require(rename(other.path, file.path) == 0)
            }
            #expect(connection.isReplaced)
        }
        // Another VFS does not know.
        let plain = try ScratchFile()
        let connection = try plain.openWithTable()
        unlink(plain.path)
        #expect(!connection.isReplaced)
        #expect(connection.fileSize == 0)
    }
}
