import Database
import Foundation
import SQLite
import TestSupport
import Testing
import Time

/// The write-ahead log after somebody has read from one snapshot for a long time.
@Suite(.timeLimit(.minutes(2))) struct LongLogTests {
    private func size(_ database: ScratchDatabase) throws -> Int {
        let log = try FileManager.default.attributesOfItem(atPath: database.path + "-wal")
        return log[.size] as? Int ?? 0
    }

    @Test(arguments: [false, true])
    func `it is cut when the reader has ended, whether or not anything is committed`(
        _ isBusy: Bool
    ) throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace(coupons: 400, leads: 400, referrers: 400))
        let server = try ServeProcess(database)
        let sender = try Sender(source: DeclaredWorkspace.source, clock: .system)
        let client = try server.connect()
        let reader = try Connection(path: database.path, mode: .readOnly)
        try reader.execute("BEGIN; SELECT count(*) FROM events")
        let filler = try Connection(path: database.path, mode: .readWrite)
        try filler.execute(
            "CREATE TABLE filler(x); INSERT INTO filler VALUES (zeroblob(30000000)); DROP TABLE filler"
        )
        #expect(try size(database) > 30_000_000)
        #expect(try client.post(Message(code: "LEAD-1"), id: "m1", from: sender).status == 200)
        #expect(try size(database) > 30_000_000, "the reader still needs it")
        try reader.execute("COMMIT")
        let deadline = ContinuousClock.now + .seconds(20)
        var number = 1
        while try size(database) > 16 << 20, ContinuousClock.now < deadline {
            number += 1
            guard isBusy else { continue }
            let response = try client.post(
                Message(code: "LEAD-\(number % 400)"), id: "m\(number)", from: sender)
            #expect(response.status == 200)
        }
        #expect(try size(database) <= 16 << 20)
    }
}
