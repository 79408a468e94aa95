import Database
import Foundation
import SQLite
import Synchronization
import TestSupport
import Testing
import Time

@testable import Storage

/// The built executable, killed under load. `REFGATE_KILL_SEEDS` says at how many random instants.
@Suite(.serialized) struct ProcessLossTests {
    private static let seeds =
        ProcessInfo.processInfo.environment["REFGATE_KILL_SEEDS"].flatMap { UInt64($0) } ?? 20

    private static let template = Result {
        let database = try ScratchDatabase()
        try database.apply(PlannedLoad.declared)
        return database
    }

    static func database() throws -> ScratchDatabase {
        let template = try template.get()
        let database = try ScratchDatabase()
        for suffix in ["", ".key"] {
            try FileManager.default.copyItem(
                atPath: template.path + suffix, toPath: database.path + suffix)
        }
        return database
    }

    @Test(arguments: 1...seeds)
    func `kill -9 at a random instant loses nothing that was answered`(_ seed: UInt64) throws {
        let database = try Self.database()
        let load = try ProcessLoad(seed: seed)
        var random = Seeded(seed)
        let instant = 1 + random.below(load.load.items.count - 8)
        let turns = random.below(60_000)
        do {
            let server = try ServeProcess(database)
            let process = server.identifier
            try load.send(to: server.port) { count in
                guard count == instant else { return }
                // Some way into whatever it does next.
                let turned = Atomic<Int>(0)
                for _ in 0..<turns { turned.add(1, ordering: .relaxed) }
                kill(process, SIGKILL)
            }
            #expect(server.waitForEnd() == -Int(SIGKILL), "seed \(seed)")
        }
        #expect(load.acknowledged.count < load.load.items.count, "seed \(seed): killed under load")
        let server = try ServeProcess(database)
        try load.check(database, server, seed: seed)
        server.terminate()
        #expect(server.waitForEnd() == 0, "seed \(seed)")
    }

    @Test
    func
        `case 18: killed once the commit is done, the resend is a duplicate and the effect is one`()
        throws
    {
        let database = try Self.database()
        let sender = try Sender(source: DeclaredWorkspace.source, clock: .system)
        let message = Message(code: "LEAD-1", order: "o-1", amount: 5000)
        do {
            let server = try ServeProcess(database)
            let client = try server.connect()
            try client.write(sender.bytes(id: "msg_1", body: message.text))
            // The answer is not read: whether it was sent makes no difference.
            while try database.count("SELECT count(*) FROM events") == 0 { sched_yield() }
            server.killAtOnce()
            #expect(server.waitForEnd() == -Int(SIGKILL))
        }
        let server = try ServeProcess(database)
        let response = try server.connect().post(message, id: "msg_1", from: sender)
        #expect(response.outcome == "rewarded")
        #expect(response.isDuplicate == true)
        #expect(try database.count("SELECT count(*) FROM events") == 1)
        #expect(try database.count("SELECT count(*) FROM rewards") == 2)
        #expect(try database.contradictions() == [])
    }

    @Test func `SIGTERM under load finishes what is in flight, answers it and exits 0`() throws {
        for seed in UInt64(1)...5 {
            let database = try Self.database()
            let load = try ProcessLoad(seed: seed)
            let server = try ServeProcess(database)
            let process = server.identifier
            try load.send(to: server.port) { count in
                if count == 15 { kill(process, SIGTERM) }
            }
            #expect(server.waitForEnd() == 0, "seed \(seed): \(server.said)")
            // Nothing was committed that nobody was told of: each event has its answer.
            let kept = Set(try database.rows("SELECT event_id FROM events"))
            #expect(kept == Set(load.acknowledged.keys), "seed \(seed)")
            #expect(kept.count >= 15, "seed \(seed)")
            // The log was folded into the database.
            #expect(!FileManager.default.fileExists(atPath: database.path + "-wal"), "seed \(seed)")
            let again = try ServeProcess(database)
            try load.check(database, again, seed: seed)
        }
    }

    @Test func `SIGTERM while deliveries wait for the disk: they are committed and answered`()
        throws
    {
        let database = try Self.database()
        let sender = try Sender(source: DeclaredWorkspace.source, clock: .system)
        let server = try ServeProcess(database)
        let lock = try Store.connect(database.path, for: .existing)
        try lock.begin()
        let clients = try (0..<8).map { number in
            let client = try server.connect()
            let message = Message(code: "LEAD-\(number)", amount: 1000)
            try client.write(sender.bytes(id: "m\(number)", body: message.text))
            return client
        }
        // What came before these answers has been read.
        for _ in 0..<2 { #expect(try server.connect().request("GET", "/healthz").status == 200) }
        server.terminate()
        // It takes no new connections once it is stopping.
        while (try? server.connect()) != nil { sched_yield() }
        lock.rollback()
        for client in clients {
            let response = try client.read()
            #expect(response.outcome == "rewarded")
            #expect(response.closes)
            #expect(client.isAtEnd())
        }
        #expect(server.waitForEnd() == 0)
        #expect(try database.count("SELECT count(*) FROM events") == 8)
        #expect(try database.contradictions() == [])
    }
}
