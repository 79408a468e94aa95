import Foundation
import TestSupport
import Testing

/// A replay that is only tried.
@Suite struct DryReplayTests {
    /// What could have changed: all rows, and the counters of reports.
    private func state(_ scene: APIScene) throws -> [String] {
        let census = try scene.gateway.database.census().sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value)" }
        let events = try scene.gateway.database.rows(
            "SELECT id || outcome || coalesce(reasons, '') FROM events ORDER BY id")
        let counts = try scene.gateway.database.rows(
            "SELECT subject || was || became || count FROM report_counts ORDER BY 1")
        return census + events + counts
    }

    @Test func `a dry replay answers the decision with its trace and stores nothing`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 2)) { scene in
            try #require(
                try scene.ask("PATCH", "campaigns/1", ["status": "paused"]).status == 200)
            let posted = try scene.gateway.post(Message(code: "LEAD-0", order: "1"), id: "1")
            try #require(posted.reasons == ["campaign_not_active"], "\(posted)")
            try #require(
                try scene.ask("PATCH", "campaigns/1", ["status": "active"]).status == 200)
            let before = try state(scene)
            for _ in 1...2 {
                let dry = try scene.ask("POST", "events/1/replay", ["dry_run": true])
                try #require(dry.status == 200, "\(dry)")
                #expect(dry.json["dry_run"] as? Bool == true)
                let decision = try #require(dry.json["decision"] as? [String: Any])
                #expect(decision["outcome"] as? String == "rewarded", "\(dry)")
                #expect(decision["conversion"] as? Int == 1)
                let trace = try #require(dry.json["trace"] as? [String: Any])
                #expect((trace["events"] as? [Any])?.count == 1)
                #expect(try state(scene) == before)
            }
            #expect(try scene.get("events/1").outcome == "rejected")
            // What the writer remembered of the trial is forgotten: the same event and coupon are used.
            let real = try scene.ask("POST", "events/1/replay", ["dry_run": false])
            try #require(real.status == 200, "\(real)")
            #expect(real.outcome == "rewarded", "\(real)")
            let next = try scene.gateway.post(Message(code: "NOBODY"), id: "2")
            #expect(next.event == 2)
        }
    }

    @Test func `a lead may be tried before it is named`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1, source: ["code_of": "referrer"])) { scene in
            let posted = try scene.gateway.post(Message(code: "REF-0", order: "1"), id: "1")
            try #require(posted.reasons == ["lead_unknown"], "\(posted)")
            let before = try state(scene)
            let dry = try scene.ask(
                "POST", "events/1/replay",
                ["lead": ["email": "new@example.com"], "dry_run": true])
            let decision = dry.json["decision"] as? [String: Any]
            #expect(decision?["outcome"] as? String == "rewarded", "\(dry)")
            #expect(try state(scene) == before)
            let found = try scene.get("participants?email=new@example.com")
            #expect(found.data.isEmpty)
        }
    }

    @Test func `a trial is not kept under an Idempotency-Key`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            try #require(try scene.gateway.post(Message(code: "NOBODY"), id: "1").status == 200)
            let fields = [(name: "Idempotency-Key", value: "k")]
            for _ in 1...2 {
                let dry = try scene.ask("POST", "events/1/replay", ["dry_run": true], fields)
                #expect(dry.status == 200, "\(dry)")
                #expect(dry[field: "idempotent-replayed"] == nil)
            }
        }
    }

    @Test(arguments: [(#"{"dry_run": "yes"}"#, "/dry_run"), (#"{"dryrun": true}"#, "/dryrun")])
    func `a mistaken trial is refused by its pointer`(_ body: String, _ pointer: String) throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            try #require(try scene.gateway.post(Message(code: "LEAD-0"), id: "1").status == 200)
            let response = try scene.client.request(
                "POST", "/api/v1/events/1/replay",
                [("X-API-Key", scene.key), ("Content-Type", "application/json")],
                body: Array(body.utf8))
            #expect(response.status == 422, "\(response)")
            #expect(response.pointers == [pointer], "\(response)")
        }
    }
}
