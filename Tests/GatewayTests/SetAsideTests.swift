import Foundation
import Synchronization
import Telemetry
import TestSupport
import Testing

/// Something that moves on by itself and fails each time: what comes behind it goes on.
@Suite(.timeLimit(.minutes(2))) struct SetAsideTests {
    private final class Lines: Sendable {
        private let kept = Mutex<[String]>([])

        var log: Log {
            Log(
                level: .error,
                to: LogSink { line in
                    self.kept.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
                    return true
                })
        }

        func hold(_ text: String) -> Bool { kept.withLock { $0.contains { $0.contains(text) } } }
    }

    private let lines = Lines()

    private func declared(_ campaign: [String: Any] = [:], coupons: Int = 5) -> DeclaredWorkspace {
        DeclaredWorkspace(
            campaign: campaign, rewards: [["kind": "coupon", "beneficiary": "lead"]],
            coupons: coupons, leads: 2, referrers: 1,
            source: ["mapping": ["occurred_at": "payload.timestamp"]])
    }

    private func refuse(_ change: String, when condition: String, _ scene: ScratchGateway) throws {
        try scene.database.execute(
            """
            CREATE TRIGGER refused BEFORE \(change) WHEN \(condition)
            BEGIN SELECT RAISE(ABORT, 'refused by the test'); END
            """)
    }

    /// Returns when the gateway has done it, or ends the test where it does not.
    private func wait(_ scene: ScratchGateway, until sql: String, is expected: Int) throws {
        let client = try scene.connect()
        for _ in 0..<5_000 where try scene.database.count(sql) != expected {
            try scene.runHousekeeping()
            try #require(try client.request("GET", "/healthz").status == 200)
        }
        try #require(try scene.database.count(sql) == expected, "\(sql)")
    }

    @Test func `a parked event that cannot be decided lets those behind it go on`() throws {
        try ScratchGateway.play(declared(), log: lines.log) { scene in
            let key = try scene.makeKey()
            for number in 0..<3 {
                let response = try scene.post(
                    Message(code: "NEW-\(number)", timestamp: "2026-01-01T10:0\(number):00Z"),
                    id: "new-\(number)")
                #expect(response.outcome == "parked")
            }
            try refuse("UPDATE ON events", when: "OLD.event_id = 'new-0'", scene)
            let csv = (0..<3).map { "1,new\($0)@example.com,NEW-\($0),REF-0\n" }.joined()
            let response = try scene.connect().request(
                "POST", "/api/v1/participants/import",
                [("X-API-Key", key), ("Content-Type", "text/csv")],
                body: Array(("campaign,email,referral_code,referred_by\n" + csv).utf8))
            try #require(response.status == 200)
            try wait(
                scene, until: "SELECT count(*) FROM rewards WHERE status = 'issued'", is: 2)
            #expect(try scene.database.rows("SELECT key FROM parked") == ["NEW-0"])
            #expect(lines.hold(#""what":"event 1""#))
            #expect(lines.hold("refused by the test"))
            try scene.database.execute("DROP TRIGGER refused")
        }
    }

    @Test func `a purchase is recorded although the refund that waited for it cannot be`() throws {
        try ScratchGateway.play(declared(), log: lines.log) { scene in
            for id in ["back", "again"] {
                let early = try scene.post(Message("refund", order: "o-1", amount: 400), id: id)
                #expect(early.outcome == "parked")
            }
            try refuse("UPDATE ON events", when: "OLD.event_id = 'back'", scene)
            let response = try scene.post(
                Message(code: "LEAD-0", order: "o-1", amount: 10_000), id: "buy")
            #expect(response.status == 200, "\(response)")
            #expect(response.outcome == "rewarded")
            #expect(
                try scene.database.rows("SELECT event_id FROM events WHERE outcome = 'parked'")
                    == ["back"])
            #expect(lines.hold(#""what":"event 1""#))
            try scene.database.execute("DROP TRIGGER refused")
        }
    }

    @Test(.rows("S4-6")) func `a waitlist that cannot move on lets the others, and is tried again`()
        throws
    {
        var declared = declared()
        declared.participants = []
        declared.campaigns = (1...2).map {
            [
                "id": $0, "name": "List \($0)", "owner": "ops@example.com", "kind": "waitlist",
                "goal_type": "signup",
            ]
        }
        declared.webhooks = [
            [
                "name": "sink", "url": "https://sink.example/hook", "status": "paused",
                "events": ["signup.position_changed"], "shifts": "all",
            ]
        ]
        let sent =
            "SELECT count(*) FROM signup_notices AS n JOIN participants AS p"
            + " ON p.id = n.participant_id WHERE p.campaign_id = "
        try ScratchGateway.play(declared, log: lines.log) { scene in
            let key = try scene.makeKey()
            let client = try scene.connect()
            func ask(_ method: String, _ path: String, _ body: String) throws -> ServerResponse {
                try client.request(
                    method, path, [("X-API-Key", key), ("Content-Type", "application/json")],
                    body: Array(body.utf8))
            }
            try refuse(
                "INSERT ON signup_changes", when: "NEW.campaign_id = 1 AND NEW.is_shift = 1", scene)
            for list in 1...2 {
                for name in ["a", "b", "c"] {
                    let referrer = name == "c" ? ",\"referred_by\":\"B-\(list)\"" : ""
                    let made = try ask(
                        "POST", "/api/v1/participants",
                        "{\"campaign\":\(list),\"email\":\"\(name)\(list)@example.com\","
                            + "\"referral_code\":\"\(name.uppercased())-\(list)\"\(referrer)}")
                    try #require(made.status == 201, "\(made)")
                }
            }
            scene.time.advance(by: .seconds(70))
            try wait(scene, until: sent + "2", is: 2)
            #expect(try scene.database.count(sent + "1") == 0)
            #expect(lines.hold(#""what":"the automatic work of waitlist 1""#))
            let status = try client.request("GET", "/api/v1/status")
            try #require(status.status == 200, "\(status)")
            #expect(status.text.contains("the automatic work of waitlist 1"), "\(status)")
            try scene.database.execute("DROP TRIGGER refused")
            scene.time.advance(by: .seconds(70))
            try wait(scene, until: sent + "1", is: 2)
        }
    }

    @Test func `a hold that cannot be ended lets the others end`() throws {
        try ScratchGateway.play(declared(["hold_days": 1]), log: lines.log) { scene in
            for number in 0..<2 {
                let response = try scene.post(Message(code: "LEAD-\(number)"), id: "m\(number)")
                #expect(response.outcome == "held")
            }
            try refuse("UPDATE ON rewards", when: "OLD.id = 16", scene)
            scene.time.advance(by: .seconds(2 * 86_400))
            try wait(scene, until: "SELECT count(*) FROM rewards WHERE status = 'issued'", is: 1)
            #expect(lines.hold(#""what":"reward 16""#))
            try scene.database.execute("DROP TRIGGER refused")
        }
    }

    @Test func `a reward that cannot have its coupon lets the next one have it`() throws {
        try ScratchGateway.play(declared(coupons: 0), log: lines.log) { scene in
            for number in 0..<2 {
                let response = try scene.post(Message(code: "LEAD-\(number)"), id: "m\(number)")
                #expect(response.outcome == "qualified")
            }
            try refuse("UPDATE ON rewards", when: "OLD.id = 16", scene)
            let key = try scene.makeKey()
            let response = try scene.connect().request(
                "POST", "/api/v1/campaigns/1/coupons",
                [("X-API-Key", key), ("Content-Type", "application/json")],
                body: Array(#"{"coupons": ["ONE"]}"#.utf8))
            try #require(response.status == 201)
            try wait(scene, until: "SELECT count(*) FROM rewards WHERE status = 'issued'", is: 1)
            #expect(try scene.database.rows("SELECT reward_id FROM coupons") == ["32"])
            #expect(lines.hold(#""what":"reward 16""#))
            try scene.database.execute("DROP TRIGGER refused")
        }
    }

    @Test func `a person who cannot be erased lets the others be erased`() throws {
        try ScratchGateway.play(declared(), log: lines.log) { scene in
            let key = try scene.makeKey()
            for number in 0..<2 {
                let response = try scene.post(Message(code: "LEAD-\(number)"), id: "m\(number)")
                #expect(response.outcome == "rewarded")
            }
            try refuse("UPDATE OF body ON events", when: "OLD.id = 1", scene)
            let people = try scene.database.rows(
                "SELECT id FROM participants WHERE referral_code LIKE 'LEAD-%' ORDER BY id")
            for id in people {
                let response = try scene.connect().request(
                    "DELETE", "/api/v1/participants/\(id)", [("X-API-Key", key)])
                try #require(response.status == 204)
            }
            try wait(scene, until: "SELECT count(*) FROM erasures", is: 1)
            #expect(try scene.database.rows("SELECT id FROM events WHERE body IS NULL") == ["2"])
            #expect(lines.hold("the erasure of participant \(people[0])"))
            try scene.database.execute("DROP TRIGGER refused")
        }
    }
}
