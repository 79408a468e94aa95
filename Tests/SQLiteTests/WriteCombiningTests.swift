import Database
import Glibc
import SQLite
import TestSupport
import Testing

/// The VFS that joins writes to the log changes how often is written, and nothing else.
@Suite struct WriteCombiningTests {
    /// Writes and deletes rows of all sizes in transactions, some of which are undone.
    private func work(_ connection: Connection, seed: UInt64) throws {
        var random = Seeded(seed)
        let insert = try connection.prepare("INSERT OR REPLACE INTO t VALUES (?1, ?2)")
        for round in 0..<60 {
            try connection.execute("BEGIN IMMEDIATE")
            for _ in 0...random.below(20) {
                try insert.bind(1, random.below(300))
                let size = random.below(8) == 0 ? random.below(30_000) : random.below(200)
                try insert.bind(2, [UInt8](repeating: UInt8(random.below(256)), count: size))
                try insert.run()
            }
            if random.below(4) == 0 {
                try connection.execute("DELETE FROM t WHERE n % 7 = \(random.below(7))")
            }
            try connection.execute(random.below(5) == 0 ? "ROLLBACK" : "COMMIT")
            if round % 20 == 19 { #expect(connection.cutLog()) }
        }
    }

    private func bytes(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 16 << 20)
        bytes.removeLast(bytes.count - max(0, read(descriptor, &bytes, bytes.count)))
        return bytes
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `the file is the same to the byte as without it`(_ seed: UInt64) throws {
        try Engine.registerWriteCombining()
        let (plain, combined) = (try ScratchFile(), try ScratchFile())
        for (file, vfs) in [(plain, nil), (combined, Engine.writeCombining)]
            as [(ScratchFile, String?)]
        {
            let connection = try file.openWithTable(wal: true, vfs: vfs)
            try work(connection, seed: seed)
            #expect(try connection.text("PRAGMA integrity_check") == "ok")
            #expect(connection.cutLog())
        }
        #expect(try plain.open().rows() == combined.open().rows())
        let written = bytes(plain.path)
        #expect(written.count > 100_000)
        expectSame(written, bytes(combined.path))
    }

    @Test func `a log is read by connections without it, and the other way`() throws {
        try Engine.registerWriteCombining()
        let file = try ScratchFile()
        let combined = try file.openWithTable(wal: true, vfs: Engine.writeCombining)
        try work(combined, seed: 9)
        let plain = try file.open()
        #expect(try plain.rows() == combined.rows())
        try work(plain, seed: 10)
        #expect(try plain.rows() == combined.rows())
        #expect(try combined.text("PRAGMA integrity_check") == "ok")
    }

    /// A copy of the files as they are is a machine that stops: the log may end within a group of frames.
    @Test func `a log that ends within a group of frames loses that group only`() throws {
        try Engine.registerWriteCombining()
        let file = try ScratchFile()
        let connection = try file.openWithTable(wal: true, vfs: Engine.writeCombining)
        try connection.execute("INSERT INTO t VALUES (1, 'kept')")
        let kept = Int(connection.logSize)
        try connection.execute("INSERT INTO t VALUES (2, randomblob(60000))")
        let log = bytes(file.path + "-wal")
        try #require(log.count > kept + 40_000)
        for end in [kept, kept + 1, kept + 24, kept + 5_000, log.count - 1, log.count] {
            let copy = try ScratchFile()
            write(bytes(file.path), to: copy.path)
            write(Array(log[..<end]), to: copy.path + "-wal")
            let reopened = try copy.open(vfs: Engine.writeCombining)
            #expect(try reopened.text("PRAGMA integrity_check") == "ok")
            let count = try reopened.integer("SELECT count(*) FROM t")
            #expect(count == (end == log.count ? 2 : 1), "\(end) of \(log.count) bytes")
        }
    }

    @Test func `a VFS below that is not there is refused`() {
        let error = #expect(throws: StorageError.self) {
            try Engine.registerWriteCombining(name: "combining-nothing", below: "none")
        }
        #expect(error?.stage == .configure)
    }

    private func write(_ bytes: [UInt8], to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
    }
}
