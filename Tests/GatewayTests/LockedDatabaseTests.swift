import Database
import Foundation
import SQLite
import TestSupport
import Testing
import Time

@testable import Storage

/// A database whose lock another connection holds: everybody is answered within a second, however many wait.
@Suite(.serialized, .timeLimit(.minutes(3))) struct LockedDatabaseTests {
    /// What the issue allows, and as much again for a machine that is busy with other tests.
    private static let soon = Duration.seconds(2)

    private static let declared = DeclaredWorkspace(coupons: 40, leads: 40, referrers: 40)

    private func expectLocked(_ response: ServerResponse, after time: ContinuousClock.Instant) {
        #expect(response.status == 503)
        #expect(response.code == "storage_locked")
        #expect(Int(response[field: "retry-after"] ?? "") ?? 0 > 0)
        #expect(ContinuousClock.now - time < Self.soon)
    }

    @Test func `a post behind twelve changes by API is answered as soon as each of them`() throws {
        try ScratchGateway.play(Self.declared) { scene in
            let key = try scene.makeKey()
            let changers = try (0..<12).map { _ in try scene.connect() }
            let (partner, prober) = (try scene.connect(), try scene.connect())
            try scene.whileLocked {
                let start = ContinuousClock.now
                for (number, client) in changers.enumerated() {
                    let body = #"{"campaign":1,"email":"new\#(number)@example.test"}"#
                    try client.write(
                        Client.bytes(
                            "POST", "/api/v1/participants",
                            [("x-api-key", key), ("content-type", "application/json")],
                            body: Array(body.utf8)))
                }
                try partner.write(scene.sender.bytes(id: "m", body: Message(code: "LEAD-1").text))
                for client in changers + [partner] { expectLocked(try client.read(), after: start) }
                let asked = ContinuousClock.now
                #expect(try prober.request("GET", "/readyz").status == 503)
                #expect(ContinuousClock.now - asked < Self.soon)
            }
            // The lock is free, and nothing of all this was done.
            let again = try partner.post(Message(code: "LEAD-1"), id: "m", from: scene.sender)
            #expect(again.isDuplicate == false)
            #expect(try scene.database.count("SELECT count(*) FROM participants") == 80)
        }
    }

    @Test func `the wait for the lock is no part of a turn of the writer`() throws {
        try ScratchGateway.play(Self.declared) { scene in
            let partner = try scene.connect()
            try scene.whileLocked {
                let start = ContinuousClock.now
                try partner.write(scene.sender.bytes(id: "m", body: Message(code: "LEAD-1").text))
                expectLocked(try partner.read(), after: start)
            }
            let response = try scene.connect().request("GET", "/metrics")
            try #require(response.status == 200)
            let samples = response.text.split(separator: "\n").map(String.init)
            let name = "refgate_writer_longest_turn_seconds "
            let longest = try #require(samples.first { $0.hasPrefix(name) })
            let seconds = try #require(Double(longest.dropFirst(name.count)))
            #expect(seconds > 0 && seconds < 0.5, "the lock was held for 0.85 s at least")
            let bound = #"refgate_writer_turn_seconds_bucket{le="0.02"} "#
            #expect(samples.contains { $0.hasPrefix(bound) })
        }
    }

    @Test func `who comes later is answered later`() throws {
        try ScratchGateway.play(Self.declared) { scene in
            let clients = try (0..<3).map { _ in try scene.connect() }
            try scene.whileLocked {
                var answered: [ContinuousClock.Instant] = []
                for (number, client) in clients.enumerated() {
                    try client.write(
                        scene.sender.bytes(
                            id: "m\(number)", body: Message(code: "LEAD-\(number)").text))
                    if number == 0 { continue }
                    // The one before is answered while this one waits.
                    let response = try clients[number - 1].read()
                    #expect(response.code == "storage_locked")
                    answered.append(.now)
                }
                #expect(try clients[2].read().code == "storage_locked")
                answered.append(.now)
                #expect(answered[2] - answered[0] > .milliseconds(700), "each has its own second")
            }
        }
    }

    @Test func `what waits when the lock is released is done, in its order`() throws {
        try ScratchGateway.play(Self.declared) { scene in
            let clients = try (0..<20).map { _ in try scene.connect() }
            try scene.whileLocked {
                for (number, client) in clients.enumerated() {
                    try client.write(
                        scene.sender.bytes(
                            id: "m\(number)", body: Message(code: "LEAD-\(number)").text))
                    // Its answer shows that what came before on this loop was handed over.
                    #expect(try scene.connect().request("GET", "/healthz").status == 200)
                }
            }
            for client in clients { #expect(try client.read().outcome == "rewarded") }
            #expect(
                try scene.database.rows("SELECT event_id FROM events ORDER BY id")
                    == (0..<20).map { "m\($0)" })
        }
    }

    @Test func `a stop under a lock ends, and leaves nobody without an answer`() throws {
        let database = try ScratchDatabase()
        try database.apply(Self.declared)
        let server = try ServeProcess(database)
        let sender = try Sender(source: DeclaredWorkspace.source, clock: .system)
        let client = try server.connect()
        let lock = try Store.connect(database.path, for: .existing)
        try lock.begin()
        try client.write(sender.bytes(id: "m", body: Message(code: "LEAD-1").text))
        #expect(try server.connect().request("GET", "/healthz").status == 200)
        server.terminate()
        #expect(try client.read().code == "storage_locked")
        #expect(server.waitForEnd() == 0)
        lock.rollback()
        // Each wait is told once, not each of its refusals.
        let lines = server.said.split(separator: "\n")
        #expect(lines.count { $0.contains("another process holds the database's lock") } == 1)
        #expect(lines.count { $0.contains("a transaction failed") } == 0)
    }
}
