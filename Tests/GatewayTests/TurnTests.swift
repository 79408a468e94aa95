import Database
import Foundation
import Gateway
import Ledger
import Programmes
import Reading
import SQLite
import Sockets
import Synchronization
import TestSupport
import Testing
import Time
import Workspace

@testable import Storage

/// Large work in slices. A turn of no length ends after one piece of work, so that each is a transaction of its own.
@Suite struct TurnTests {
    private static func play(
        _ declared: DeclaredWorkspace, _ test: (ScratchGateway) throws -> Void
    ) throws {
        var queue = WriteQueue.Limits()
        queue.turn = .zero
        try ScratchGateway.play(declared, queue: queue, test)
    }

    /// Posts until a count lies between two bounds, which it does only where the gateway settles messages in the
    /// middle of its large work.
    private func expectPosts(
        of scene: ScratchGateway,
        as text: (Int) -> String = { Message(code: "NOBODY-\($0)").text },
        whileCount sql: String, isBetween bounds: ClosedRange<Int>,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let client = try scene.connect()
        var seen: Set<Int> = []
        for number in 0..<5_000 {
            let response = try client.post(
                text(number), id: "between-\(sql.count)-\(number)", from: scene.sender)
            try #require(response.status == 200)
            let count = try scene.database.count(sql)
            if bounds.contains(count) { return }
            seen.insert(count)
        }
        Issue.record("only \(seen.sorted()) were seen", sourceLocation: sourceLocation)
    }

    private func wait(for scene: ScratchGateway, until sql: String, is expected: Int) throws {
        let client = try scene.connect()
        for _ in 0..<5_000 where try scene.database.count(sql) != expected {
            try #require(try client.request("GET", "/readyz").status == 200)
        }
        #expect(try scene.database.count(sql) == expected, "\(sql)")
    }

    private static func item(_ number: Int) -> String {
        #"{"id": "item-\#(number)", "type": "purchase", "data": {"referral_code": "LEAD-\#(number)"}}"#
    }

    private static let rows = 120

    private func importRows(_ key: String) -> [UInt8] {
        var csv = "campaign,email,referral_code,referred_by\n"
        for number in 0..<Self.rows { csv += "1,new\(number)@example.com,NEW-\(number),REF-0\n" }
        return Client.bytes(
            "POST", "/api/v1/participants/import",
            [("X-API-Key", key), ("Content-Type", "text/csv")], body: Array(csv.utf8))
    }

    @Test(.rows("S4-20", "C11"))
    func `posts are answered while rows are imported, parked events released, coupons given`()
        throws
    {
        var declared = DeclaredWorkspace(
            coupons: 3, source: ["mapping": ["occurred_at": "payload.timestamp"]])
        declared.campaigns[0]["rewards"] = [
            ["kind": "coupon", "beneficiary": "lead"] as [String: Any]
        ]
        try Self.play(declared) { scene in
            let key = try scene.makeKey()
            // The last of them occurred first.
            let client = try scene.connect()
            for number in 0..<Self.rows {
                let minute = String(Self.rows - number + 100).suffix(2)
                let hour = 10 + (Self.rows - number) / 100
                let message = Message(
                    code: "NEW-\(number)",
                    timestamp: "2026-01-01T\(hour):00:\(minute.first == "9" ? "5" : "0")0Z")
                let response = try client.post(message, id: "new-\(number)", from: scene.sender)
                try #require(response.outcome == "parked", "\(response)")
            }
            let operating = try scene.connect()
            try operating.write(importRows(key))
            try expectPosts(
                of: scene,
                whileCount: "SELECT count(*) FROM participants WHERE referral_code LIKE 'NEW-%'",
                isBetween: 1...(Self.rows - 1))
            let response = try operating.read()
            #expect(response.status == 200)
            #expect(response.json["added"] as? Int == Self.rows)
            try expectPosts(
                of: scene, whileCount: "SELECT count(*) FROM parked WHERE key LIKE 'NEW-%'",
                isBetween: 1...(Self.rows - 1))
            try wait(for: scene, until: "SELECT count(*) FROM parked WHERE key LIKE 'NEW-%'", is: 0)
            #expect(
                try scene.database.rows(
                    """
                    SELECT r.status, count(*) FROM rewards AS r GROUP BY 1 ORDER BY 1
                    """, columns: 2) == ["issued|3", "waiting_stock|\(Self.rows - 3)"])

            let codes = (0..<Self.rows - 3).map { "LATER-\($0)" }
            let body = try JSONSerialization.data(withJSONObject: ["coupons": codes])
            try operating.write(
                Client.bytes(
                    "POST", "/api/v1/campaigns/1/coupons",
                    [("X-API-Key", key), ("Content-Type", "application/json")], body: Array(body)))
            try expectPosts(
                of: scene, whileCount: "SELECT count(*) FROM coupons WHERE code LIKE 'LATER-%'",
                isBetween: 1...(Self.rows - 4))
            let added = try operating.read()
            #expect(added.status == 201)
            #expect(added.json["added"] as? Int == Self.rows - 3)
            try wait(
                for: scene, until: "SELECT count(*) FROM rewards WHERE status = 'waiting_stock'",
                is: 0)
            // The oldest reward has the first coupon, and so on.
            let owners = try scene.database.rows(
                "SELECT reward_id FROM coupons WHERE code LIKE 'LATER-%' ORDER BY id"
            ).compactMap { Int($0) }
            #expect(owners == owners.sorted())
            #expect(owners.count == Self.rows - 3)
        }
    }

    @Test func `a single message is answered in the middle of a long list`() throws {
        let declared = DeclaredWorkspace(
            coupons: 200, leads: 200, referrers: 200,
            source: ["each": "payload", "mapping": ["event_id": "payload.id"]])
        try Self.play(declared) { scene in
            let items = (0..<200).map { Self.item($0) }
            let listing = try scene.connect()
            try listing.write(
                scene.sender.bytes(id: "list", body: "[" + items.joined(separator: ",") + "]"))
            try expectPosts(
                of: scene, as: { #"[{"id": "one-\#($0)", "type": "purchase"}]"# },
                whileCount: "SELECT count(*) FROM conversions", isBetween: 1...199)
            let response = try listing.read()
            #expect(response.status == 200)
            #expect(response.events.map(\.outcome) == Array(repeating: "rewarded", count: 200))
            #expect(response.events.compactMap(\.event).count == 200)
        }
    }

    @Test func `an item of a list that fails undoes none of the others, and a retry completes it`()
        throws
    {
        let declared = DeclaredWorkspace(
            coupons: 10, leads: 10, referrers: 10,
            source: ["each": "payload", "mapping": ["event_id": "payload.id"]])
        try ScratchGateway.play(declared) { scene in
            let connection = try Connection(path: scene.database.path, mode: .readWrite)
            try connection.execute(
                """
                CREATE TRIGGER stop BEFORE INSERT ON events WHEN NEW.event_id = 'item-4'
                BEGIN SELECT RAISE(ABORT, 'stopped'); END
                """)
            let items = (0..<10).map { Self.item($0) }
            let body = "[" + items.joined(separator: ",") + "]"
            let response = try scene.connect().post(body, id: "list", from: scene.sender)
            #expect(response.status == 500)
            #expect(response.code == "internal_error")
            #expect(response.detail?.hasPrefix("9 of the list's 10 events were recorded.") == true)
            #expect(try scene.database.count("SELECT count(*) FROM conversions") == 9)
            try connection.execute("DROP TRIGGER stop")
            let again = try scene.connect().post(body, id: "list", from: scene.sender)
            try #require(again.status == 200)
            #expect(again.events.map { $0.isDuplicate } == (0..<10).map { $0 != 4 })
            #expect(again.events.allSatisfy { $0.outcome == "rewarded" })
        }
    }

    @Test func `messages that have gathered are committed as their turns end`() throws {
        try Self.play(DeclaredWorkspace(coupons: 40, leads: 40, referrers: 40)) { scene in
            func commits() throws -> Int {
                let response = try scene.connect().request("GET", "/metrics")
                try #require(response.status == 200)
                let line = response.text.split(separator: "\n").first {
                    $0.hasPrefix("refgate_commits_total ")
                }
                return try #require(line?.split(separator: " ").last.flatMap { Int($0) })
            }
            let before = try commits()
            let client = try scene.connect()
            var bytes: [UInt8] = []
            for number in 0..<40 {
                bytes += try scene.sender.bytes(
                    id: "m\(number)", body: Message(code: "LEAD-\(number)").text)
            }
            try client.write(bytes)
            for _ in 0..<40 { try #require(try client.read().outcome == "rewarded") }
            #expect(try commits() - before >= 40)
        }
    }

    @Test func `rows are imported all or not at all, however many transactions they take`() throws {
        try Self.play(DeclaredWorkspace(leads: 2)) { scene in
            let key = try scene.makeKey()
            // The address of the last row is somebody else's.
            let other = """
                campaign,email,referral_code
                1,d@example.com,DAN
                1,ref0@example.com,OTHER
                """
            let refused = try scene.connect().request(
                "POST", "/api/v1/participants/import",
                [("X-API-Key", key), ("Content-Type", "text/csv")], body: Array(other.utf8))
            #expect(refused.status == 409, "\(refused)")
            #expect(
                try scene.database.count(
                    "SELECT count(*) FROM participants WHERE referral_code = 'DAN'") == 0)
        }
    }

    @Test func `deliveries by the thousand are sent again and cancelled in pages`() throws {
        try Self.play(DeclaredWorkspace()) { scene in
            let key = try scene.makeKey()
            let connection = try Connection(path: scene.database.path, mode: .readWrite)
            try connection.execute(
                """
                WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1700)
                INSERT INTO deliveries(webhook_id, id, type, subject, created_at, status, attempts)
                SELECT 1, n, 'reward.issued', 0, 1700000000000000 + n,
                    CASE WHEN n % 2 THEN 'failed' ELSE 'delivered' END, 1 FROM numbers
                """)
            let body = Array(#"{"since": "2020-01-01T00:00:00Z"}"#.utf8)
            let response = try scene.connect().request(
                "POST", "/api/v1/webhooks/1/resend",
                [("X-API-Key", key), ("Content-Type", "application/json")], body: body)
            #expect(response.status == 202)
            #expect(response.json["resent"] as? Int == 850)
            #expect(
                try scene.database.rows(
                    "SELECT status, count(*) FROM deliveries GROUP BY 1 ORDER BY 1", columns: 2)
                    == ["delivered|850", "pending|850"])
            let deleted = try scene.connect().request(
                "DELETE", "/api/v1/webhooks/1", [("X-API-Key", key)])
            #expect(deleted.status == 204)
            #expect(
                try scene.database.rows(
                    "SELECT status, count(*) FROM deliveries GROUP BY 1 ORDER BY 1", columns: 2)
                    == ["cancelled|850", "delivered|850"])
            try connection.execute("DELETE FROM deliveries; DELETE FROM rare_states")
        }
    }

    // MARK: Another process

    /// Notes how long the lock was held, and whether it is free in each pause.
    final class Watch: Sendable {
        private let reads = Mutex(0)
        let pauses = Mutex<[Duration]>([])
        let free = Mutex(0)
        let path: String

        init(_ path: String) { self.path = path }

        /// Each question takes 5 ms.
        var pacing: Pacing {
            Pacing(
                turn: .milliseconds(8),
                clock: {
                    self.reads.withLock { count in
                        count += 1
                        return MonotonicTime(nanoseconds: Int64(count) * 5_000_000)
                    }
                },
                wait: { time in
                    self.pauses.withLock { $0.append(time) }
                    self.tryLock()
                })
        }

        func tryLock() {
            guard
                let connection = try? Store.connect(
                    path, for: .existing, busyTimeoutMilliseconds: 0),
                (try? connection.begin()) != nil
            else { return }
            connection.rollback()
            free.withLock { $0 += 1 }
        }
    }

    static func application(
        _ database: ScratchDatabase, _ watch: Watch, isDryRun: Bool = false
    ) throws -> Application {
        let store = try Store.open(database.path, for: .writer)
        return Application(
            store: store, box: try SecretBox(keyFile: database.path + ".key", for: store),
            now: WallClock.system.now(), isDryRun: isDryRun, pacing: watch.pacing)
    }

    @Test func `apply pauses at least as long as it holds the lock`() throws {
        let database = try ScratchDatabase()
        let watch = Watch(database.path)
        let file = try WorkspaceFile.read(
            Array(DeclaredWorkspace(coupons: 20, leads: 20).text.utf8))
        let report = try Self.application(database, watch).apply(file, in: .none)
        #expect(report.participants.added == 21)
        #expect(report.coupons.added == 20)
        let pauses = watch.pauses.withLock { $0 }
        // Two rows fit into a turn: the clock is read once after each, and once more at the end. The account,
        // the campaign, the source and the webhook take two turns.
        #expect(pauses.count == 2 + 11 + 10)
        #expect(pauses.allSatisfy { $0 >= .milliseconds(10) })
        #expect(watch.free.withLock { $0 } == pauses.count)
        #expect(try database.count("SELECT count(*) FROM participants") == 21)
    }

    @Test func `a dry run looks long lists up without the lock`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace(coupons: 2, leads: 2))
        let watch = Watch(database.path)
        var declared = DeclaredWorkspace(coupons: 3, leads: 4)
        declared.participants[0]["first_name"] = "Ruth"
        let csv =
            "campaign,email,first_name,referral_code,referred_by\n"
            + "1,ref0@example.com,Ruth,REF-0,\n1,lead0@example.com,,LEAD-0,REF-0\n"
            + "1,lead9@example.com,,LEAD-9,REF-0\n1,lead8@example.com,,LEAD-8,LEAD-9\n"
        final class Rows: ByteSource {
            private var rest: [UInt8]
            private let read: () -> Void

            init(_ text: String, _ read: @escaping () -> Void) {
                rest = Array(text.utf8)
                self.read = read
            }

            func read(into all: inout [UInt8], atMost most: Int) throws(FileFailure) -> Int {
                read()
                defer { rest = [] }
                all += rest
                return rest.count
            }
        }
        let folder = Folder { _ in Rows(csv) { watch.tryLock() } }
        var object = try #require(
            try JSONSerialization.jsonObject(with: Data(declared.text.utf8)) as? [String: Any])
        object["participants"] = "people.csv"
        let file = try WorkspaceFile.read(
            Array(try JSONSerialization.data(withJSONObject: object)), folder: folder)
        let reads = watch.free.withLock { $0 }
        let report = try Self.application(database, watch, isDryRun: true).apply(file, in: folder)
        // The lock was free whenever the list was read.
        #expect(watch.free.withLock { $0 } > reads)
        #expect(report.participants.added == 2)
        #expect(report.participants.changed == 1)
        #expect(report.participants.unchanged == 1)
        #expect(report.coupons.added == 1)
        #expect(report.coupons.unchanged == 2)
        #expect(try database.count("SELECT count(*) FROM participants") == 3)
        let applied = try Self.application(database, Watch(database.path)).apply(file, in: folder)
        #expect(applied.participants == report.participants)
        #expect(applied.coupons == report.coupons)
    }

    @Test func `apply finds a row that cannot be applied before it writes anything`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace(leads: 2))
        var declared = DeclaredWorkspace(campaign: ["name": "Autumn"], leads: 2)
        declared.participants.append(
            ["campaign": 1, "email": "new@example.com", "referral_code": "NEW-1"])
        declared.participants.append(
            ["campaign": 1, "email": "ref0@example.com", "referral_code": "OTHER"])
        declared.participants.remove(at: 0)
        #expect(throws: (any Error).self) { try database.apply(declared) }
        #expect(try database.count("SELECT count(*) FROM participants") == 3)
        #expect(try database.count("SELECT max(version) FROM campaigns") == 1)
    }
}
