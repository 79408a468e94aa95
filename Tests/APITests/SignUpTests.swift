import Foundation
import TestSupport
import Testing

/// Sign-ups through the API, where the campaign rewards sign-ups.
@Suite struct SignUpTests {
    private func declared(
        campaign: [String: Any] = [:], rewards: [[String: Any]]? = nil
    ) -> DeclaredWorkspace {
        var declared = DeclaredWorkspace(
            campaign: ["goal_type": "signup"].merging(campaign) { $1 },
            rewards: rewards ?? [["kind": "coupon", "cap": ["count": 9, "per": "referrer"]]],
            coupons: 9)
        declared.webhooks[0]["events"] = [
            "lead.created", "conversion.created", "lead.qualified", "reward.issued",
            "reward.updated",
        ]
        return declared
    }

    private func person(_ name: String, _ more: [String: Any] = [:]) -> [String: Any] {
        ["campaign": 1, "email": "\(name)@example.com", "referred_by": "REF-0"].merging(more) { $1 }
    }

    private func outcomes(_ scene: APIScene) throws -> [String] {
        try scene.gateway.database.rows(
            "SELECT outcome, coalesce(reasons, '') FROM events ORDER BY id", columns: 2)
    }

    @Test(.rows("S0-18", "C16"))
    func `a referred person who signs up earns their referrer a reward, and is explained`()
        throws
    {
        try APIScene.play(declared()) { scene throws in
            let response = try scene.ask("POST", "participants", person("ann", ["customer": "c-1"]))
            #expect(response.status == 201, "\(response)")
            let code = try #require(response.text("referral_code"))
            #expect(try outcomes(scene) == ["rewarded|"])
            let events = try scene.get("events?source=api")
            #expect(events.status == 200, "\(events)")
            #expect(events.data.map { $0["source"] as? String } == ["api"])
            let event = try scene.get("events/1")
            #expect(event.status == 200, "\(event)")
            #expect(event.text("outcome") == "rewarded")
            #expect(event.json["trace"] != nil)
            let rewards = try scene.get("rewards")
            #expect(rewards.status == 200, "\(rewards)")
            #expect(rewards.data.map { $0["status"] as? String } == ["issued"])
            for query in ["code=\(code)", "email=ann@example.com", "code=REF-0", "event=1"] {
                let explained = try scene.get("explain?\(query)")
                #expect(explained.status == 200, "\(explained)")
                let events = try #require(explained.json["events"] as? [[String: Any]])
                #expect(events.count == 1, "\(query)")
                #expect(events.first?["source"] as? String == "api")
                #expect(events.first?["outcome"] as? String == "rewarded")
            }
            #expect(
                try scene.gateway.database.rows("SELECT type FROM deliveries ORDER BY id") == [
                    "lead.created", "conversion.created", "lead.qualified", "reward.issued",
                ])
            // The partner's own message about the sign-up comes later.
            let again = try scene.gateway.post(Message("signup", code: code), id: "msg_1")
            #expect(again.outcome == "ignored")
            #expect(again.reasons == ["conversion_duplicate"])
        }
    }

    @Test func `a repeated request earns nothing twice`() throws {
        try APIScene.play(declared()) { scene throws in
            let key = [(name: "Idempotency-Key", value: "k-1")]
            for status in [201, 201] {
                let response = try scene.ask("POST", "participants", person("ann"), key)
                #expect(response.status == status, "\(response)")
            }
            for more in [[:], ["first_name": "Ann"], ["external_id": "x-1"]] {
                let response = try scene.ask("POST", "participants", person("ann", more))
                #expect(response.status == 200, "\(response)")
            }
            #expect(try outcomes(scene) == ["rewarded|"])
            #expect(try scene.ask("POST", "participants", person("bob")).status == 201)
            #expect(try outcomes(scene) == ["rewarded|", "rewarded|"])
            #expect(
                try scene.gateway.database.rows("SELECT id FROM sources WHERE id LIKE 'api%'").count
                    == 1)
        }
    }

    @Test func `only the first enrolment of a referred person by the API is a sign-up`() throws {
        var declared = declared()
        try APIScene.play(declared) { scene throws in
            let alone = try scene.ask(
                "POST", "participants", ["campaign": 1, "email": "own@example.com"])
            #expect(alone.status == 201, "\(alone)")
            let id = try #require(alone.number("id"))
            let later = try scene.ask("POST", "participants", person("own"))
            #expect(later.status == 200, "\(later)")
            let other = try scene.ask(
                "POST", "participants", ["campaign": 1, "email": "other@example.com"])
            let otherID = try #require(other.number("id"))
            #expect(otherID != id)
            let changed = try scene.ask(
                "PATCH", "participants/\(otherID)", ["referred_by": "REF-0"])
            #expect(changed.status == 200, "\(changed)")
            let csv = "campaign,email,referred_by\r\n1,csv@example.com,REF-0\r\n"
            let imported = try scene.client.request(
                "POST", "/api/v1/participants/import",
                [("X-API-Key", scene.key), ("Content-Type", "text/csv")], body: Array(csv.utf8))
            #expect(imported.status == 200, "\(imported)")
            declared.participants.append(person("applied"))
            try scene.gateway.apply(declared)
            try scene.gateway.runHousekeeping()
            #expect(try outcomes(scene) == [])
        }
        var purchase = declared
        purchase.campaigns[0]["goal_type"] = "purchase"
        try APIScene.play(purchase) { scene throws in
            #expect(try scene.ask("POST", "participants", person("ann")).status == 201)
            #expect(try outcomes(scene) == [])
        }
    }

    @Test func `a sign-up is decided like any other event`() throws {
        let cases: [([String: Any], String)] = [
            (["status": "paused"], "rejected|campaign_not_active"),
            (["review": "always"], "held|awaiting_review"),
            (["conditions": ["lead.email == \"bob@example.com\""]], "rejected|condition_false"),
            (["conditions": ["event.goal == \"signup\""]], "rewarded|"),
            (["conditions": ["event.customer == \"c-1\""]], "rewarded|"),
            // Who joins by signing up has no time between.
            (["risk": ["min_seconds_since_join": 60]], "rewarded|"),
        ]
        for (campaign, outcome) in cases {
            try APIScene.play(declared(campaign: campaign)) { scene throws in
                let response = try scene.ask(
                    "POST", "participants", person("ann", ["customer": "c-1"]))
                #expect(response.status == 201, "\(response)")
                #expect(try outcomes(scene) == [outcome])
            }
        }
    }

    @Test func `a sign-up in review is approved, and reversed, as any conversion`() throws {
        try APIScene.play(declared(campaign: ["review": "always"])) { scene throws in
            #expect(try scene.ask("POST", "participants", person("ann")).status == 201)
            #expect(try scene.ask("POST", "conversions/1/approve").status == 200)
            #expect(try scene.ask("POST", "conversions/1/reverse").status == 200)
            #expect(
                try scene.gateway.database.rows("SELECT status FROM rewards") == ["revoked"])
        }
    }

    @Test func `a rejected sign-up can be replayed`() throws {
        try APIScene.play(declared(campaign: ["status": "paused"])) { scene throws in
            #expect(try scene.ask("POST", "participants", person("ann")).status == 201)
            try scene.gateway.apply(declared())
            try scene.gateway.runHousekeeping()
            let response = try scene.ask("POST", "events/1/replay")
            #expect(response.status == 200, "\(response)")
            #expect(try outcomes(scene) == ["rewarded|"])
        }
    }

    @Test func `nobody posts to the built-in source, changes it or takes its name`() throws {
        try APIScene.play(declared()) { scene throws in
            for round in 0..<2 {
                let sender = try Sender(source: "api", clock: scene.gateway.time.clock)
                let posted = try scene.gateway.connect().post(
                    Message("signup", code: "LEAD-0"), id: "m", from: sender)
                #expect(posted.status == 404, "\(posted)")
                #expect(posted.text("code") == "unknown_source")
                for (method, path) in [
                    ("GET", ""), ("DELETE", ""), ("PATCH", ""), ("PUT", ""), ("GET", "/setup"),
                    ("POST", "/rotate-secret"),
                ] {
                    let response = try scene.ask(
                        method, "sources/api" + path, method == "GET" ? nil : ["name": "mine"])
                    #expect(response.status == 404, "\(method) \(path) \(response)")
                }
                let made = try scene.ask(
                    "POST", "sources", ["id": "api", "preset": "refgate"])
                #expect(made.status == 422, "\(made)")
                #expect(made.pointers == ["/id"])
                let listed = try scene.get("sources")
                #expect(listed.status == 200, "\(listed)")
                #expect(listed.data.map { $0["id"] as? String } == [DeclaredWorkspace.source])
                let events = try scene.get("events?source=api")
                #expect(events.status == 200, "\(events)")
                #expect(events.data.count == round)
                #expect(try scene.ask("POST", "participants", person("p\(round)")).status == 201)
            }
            var taken = declared()
            taken.sources.append(DeclaredWorkspace.shop(["id": "api", "name": "mine"]))
            #expect(throws: (any Error).self) { try scene.gateway.apply(taken) }
            #expect(try outcomes(scene) == ["rewarded|", "rewarded|"])
        }
    }

    @Test func `each account has a built-in source of its own`() throws {
        var declared = declared()
        declared.webhooks = []
        try APIScene.play(declared) { scene in
            #expect(try scene.ask("POST", "participants", person("ann")).status == 201)
            let neighbour = try scene.gateway.database.addAccount("Neighbour")
            let key = [
                (
                    name: "X-API-Key",
                    value: try scene.gateway.database.makeKey(account: neighbour)
                ),
                (name: "Content-Type", value: "application/json"),
            ]
            func post(_ path: String, _ body: String) throws -> ServerResponse {
                let response = try scene.client.request(
                    "POST", "/api/v1/" + path, key, body: Array(body.utf8))
                #expect(response.status == 201, "\(response)")
                return response
            }
            let campaign = try post(
                "campaigns",
                #"{"name": "Theirs", "goal_type": "signup", "rewards": [{"kind": "points", "#
                    + #""value": {"points": 1}}]}"#)
            let id = try #require(campaign.number("id"))
            let first = try post("participants", #"{"campaign": \#(id), "email": "a@b.example"}"#)
            let code = try #require(first.text("referral_code"))
            _ = try post(
                "participants",
                #"{"campaign": \#(id), "email": "c@b.example", "referred_by": "\#(code)"}"#)
            for (fields, event) in [([(name: "X-API-Key", value: scene.key)], 1), (key, 2)] {
                let events = try scene.client.request(
                    "GET", "/api/v1/events?source=api", fields)
                #expect(events.status == 200, "\(events)")
                #expect(events.data.map { $0["id"] as? Int } == [event])
                #expect(events.data.map { $0["source"] as? String } == ["api"])
            }
        }
    }
}
