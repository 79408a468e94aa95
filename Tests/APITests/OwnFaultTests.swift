import Database
import Gateway
import Glibc
import SQLite
import Sockets
import Storage
import Synchronization
import Telemetry
import TestSupport
import Testing
import Time

/// A mistake of the gateway's own is called that, and is in its log.
@Suite struct OwnFaultTests {
    private final class Lines: Sendable {
        private let kept = Mutex<[String]>([])
        var log: Log {
            Log(
                to: LogSink { line in
                    self.kept.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
                    return true
                })
        }
        var all: [String] { kept.withLock { $0 } }
    }

    /// A gateway whose database lacks a table: each statement on it is one that SQLite cannot prepare.
    private func play(without table: String, _ test: (Client, String, Lines) throws -> Void) throws
    {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace(coupons: 1))
        let key = try database.makeKey()
        let lines = Lines()
        let gateway = try Gateway(
            Configuration(
                database: database.path, address: Address(ipv4: 0x7F00_0001, port: 0)),
            log: lines.log)
        let port = try gateway.start()
        defer { gateway.stop() }
        let connection = try Connection(path: database.path, mode: .readWrite)
        try connection.execute("PRAGMA foreign_keys = OFF; DROP TABLE \(table)")
        try test(Client(port: port), key, lines)
    }

    @Test func `a statement that is wrong is no failure of the disk`() throws {
        try play(without: "participant_changes") { client, key, lines in
            let response = try client.request("GET", "/api/v1/participants/1", [("X-API-Key", key)])
            #expect(response.status == 500, "\(response)")
            #expect(response.code == "internal_error")
            #expect(response[field: "retry-after"] == nil)
            #expect(!response.text.contains("participant_changes"))
            #expect(
                lines.all.contains {
                    $0.contains(#""level":"error""#) && $0.contains("participant_changes")
                }, "\(lines.all)")
        }
    }

    @Test func `a change that fails through one is logged and undone`() throws {
        try play(without: "participant_changes") { client, key, lines in
            let response = try client.request(
                "PATCH", "/api/v1/participants/1",
                [("X-API-Key", key), ("Content-Type", "application/json")],
                body: Array(#"{"first_name": "Ann"}"#.utf8))
            #expect(response.status == 500, "\(response)")
            #expect(response.code == "internal_error")
            #expect(lines.all.contains { $0.contains("participant_changes") }, "\(lines.all)")
        }
    }

    @Test func `a question while the database cannot be read says try again`() throws {
        try APIScene.play { scene in
            let path = scene.gateway.database.path
            #expect(rename(path, path + "-away") == 0)
            defer { rename(path + "-away", path) }
            let response = try scene.get("campaigns")
            #expect(response.status == 503, "\(response)")
            #expect(response.detail == "Try again after the time in Retry-After.")
        }
    }
}
