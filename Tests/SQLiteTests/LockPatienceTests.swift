import Database
import SQLite
import Testing

/// Waiting for the lock of another connection.
@Suite struct LockPatienceTests {
    @Test func `a wait of half a second is noticed once, and goes on when the lock is free`() throws
    {
        let file = try ScratchFile()
        let holder = try file.openWithTable(wal: true)
        try holder.execute("BEGIN IMMEDIATE")
        var notices = 0
        let waiter = try file.open(patience: 20_000) {
            notices += 1
            try? holder.execute("COMMIT")
        }
        try waiter.transaction { () throws(StorageError) in
            try waiter.execute("INSERT INTO t VALUES (1, 'a')")
        }
        #expect(notices == 1)
        #expect(try waiter.rows() == ["1 'a'"])
        // It is said once for a connection.
        try holder.execute("BEGIN IMMEDIATE")
        waiter.setBusyTimeout(milliseconds: 600)
        let error = #expect(throws: StorageError.self) { try waiter.execute("BEGIN IMMEDIATE") }
        #expect(error?.kind == .busy)
        #expect(notices == 1)
    }

    @Test func `a wait that is shorter is not noticed`() throws {
        let file = try ScratchFile()
        let holder = try file.openWithTable(wal: true)
        try holder.execute("BEGIN IMMEDIATE")
        var notices = 0
        let waiter = try file.open(patience: 100) { notices += 1 }
        let error = #expect(throws: StorageError.self) { try waiter.execute("BEGIN IMMEDIATE") }
        #expect(error?.kind == .busy)
        #expect(notices == 0)
    }

    @Test(arguments: [true, false])
    func `no patience is no wait`(_ isNoticed: Bool) throws {
        let file = try ScratchFile()
        let holder = try file.openWithTable(wal: true)
        try holder.execute("BEGIN IMMEDIATE")
        let waiter = try file.open(
            patience: 0, whenWaiting: isNoticed ? { Issue.record("waited") } : nil)
        let error = #expect(throws: StorageError.self) { try waiter.execute("BEGIN IMMEDIATE") }
        #expect(error?.kind == .busy)
        // Readers wait for no writer.
        #expect(try waiter.rows() == [])
    }
}
