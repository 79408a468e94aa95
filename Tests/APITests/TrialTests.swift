import Foundation
import Referrals
import TestSupport
import Testing
import Time

/// Deliveries that are tried, not posted.
@Suite struct TrialTests {
    private static let cash: [String: any Sendable] = [
        "kind": "cash", "value": ["amount": 500, "currency": "USD"] as [String: any Sendable],
    ]

    /// Tries a delivery, and sees that no row of any table has changed, nor a counter.
    private func attempt(
        _ scene: APIScene, _ body: [String: Any], to source: String = "src_shop",
        status: Int = 200, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ServerResponse {
        // The caller's key notes the time of its use once a minute.
        try #require(try scene.get("sources").status == 200)
        try scene.gateway.runHousekeeping()
        let (before, metrics) = (try scene.gateway.database.content(), try metrics(scene))
        let answer = try scene.ask("POST", "sources/\(source)/try", body)
        try #require(answer.status == status, "\(answer)", sourceLocation: sourceLocation)
        #expect(try scene.gateway.database.content() == before, sourceLocation: sourceLocation)
        #expect(try self.metrics(scene) == metrics, sourceLocation: sourceLocation)
        return answer
    }

    /// The metrics of events, rewards and refusals.
    private func metrics(_ scene: APIScene) throws -> [String] {
        let answer = try scene.client.request("GET", "/metrics", [], body: nil)
        try #require(answer.status == 200, "\(answer)")
        return answer.text.split(separator: "\n").map(String.init).filter { line in
            ["events", "refus", "reward", "parked", "deliveries"].contains { line.contains($0) }
        }
    }

    private func payload(_ message: Message) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(message.text.utf8))
    }

    private func only(_ answer: ServerResponse) throws -> [String: Any] {
        let events = answer.list("events") as [[String: Any]]
        try #require(events.count == 1, "\(answer)")
        return events[0]
    }

    @Test func `an unsigned delivery shows fields, decision, trace and notifications`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            let body: [String: Any] = [
                "payload": try payload(Message(code: "lead-0", order: "o-1", amount: 4900)),
                "headers": ["webhook-id": "msg_1"], "verify": false,
            ]
            for _ in 1...2 {
                let answer = try attempt(scene, body)
                let event = try only(answer)
                #expect(event["event_id"] as? String == "msg_1")
                let fields = try #require(event["fields"] as? [[String: Any]])
                let code = try #require(fields.first { $0["field"] as? String == "referral_code" })
                #expect(code["expressions"] as? [String] == ["payload.data.referral_code"])
                #expect(code["value"] as? [String] == ["LEAD-0"])
                let amount = try #require(fields.first { $0["field"] as? String == "amount" })
                #expect(amount["value"] as? Int == 4900)
                let decision = try #require(event["decision"] as? [String: Any], "\(answer)")
                #expect(decision["outcome"] as? String == "rewarded")
                #expect((decision["rewards"] as? [Any])?.count == 1)
                let trace = try #require(event["trace"] as? [String: Any])
                #expect((trace["events"] as? [[String: Any]])?.first?["checks"] != nil)
                let notifications = try #require(event["notifications"] as? [[String: Any]])
                #expect(
                    notifications.map { $0["type"] as? String }
                        == ["conversion.created", "reward.issued"])
                for notification in notifications {
                    let text = try #require(notification["body"] as? String)
                    let sent = try JSONSerialization.jsonObject(with: Data(text.utf8))
                    #expect(
                        (sent as? [String: Any])?["type"] as? String
                            == notification["type"] as? String)
                }
                let signature = try #require(answer.json["signature"] as? [String: Any])
                #expect(signature["checked"] as? Bool == false)
            }
            // What the writer remembered of the trials is forgotten.
            let posted = try scene.gateway.post(Message(code: "LEAD-0", order: "o-1"), id: "msg_1")
            try #require(posted.status == 200, "\(posted)")
            #expect(posted.event == 1)
            #expect(posted.outcome == "rewarded")
        }
    }

    @Test func `a signature is checked over the bytes as they were sent`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            let text = Message(code: "LEAD-0", order: "o-1").text
            let fields = try scene.gateway.sender.fields(id: "msg_1", body: Array(text.utf8))
            let headers = Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            let signed = try attempt(scene, ["body": text, "headers": headers])
            let signature = try #require(signed.json["signature"] as? [String: Any])
            #expect(signature["valid"] as? Bool == true, "\(signed)")
            #expect(
                (try only(signed)["decision"] as? [String: Any])?["outcome"] as? String
                    == "rewarded")
            let changed = try attempt(scene, ["body": text + " ", "headers": headers])
            let verdict = try #require(changed.json["signature"] as? [String: Any])
            #expect(verdict["valid"] as? Bool == false)
            #expect(verdict["verdict"] as? String == "signature_mismatch")
            let problem = try #require(changed.json["problem"] as? [String: Any])
            #expect(problem["status"] as? Int == 401)
            #expect((changed.list("events") as [Any]).isEmpty)
            // The latest refusal of a source is that of a partner, not of a trial.
            #expect(try scene.gateway.database.count("SELECT count(*) FROM events") == 0)
        }
    }

    @Test func `a body that is not JSON is refused as it would be live`() throws {
        try APIScene.play { scene in
            let answer = try attempt(scene, ["body": "{\"a\":", "verify": false])
            let problem = try #require(answer.json["problem"] as? [String: Any])
            #expect(problem["code"] as? String == "invalid_json")
            let form = try attempt(
                scene,
                [
                    "body": "a=b", "verify": false,
                    "headers": ["Content-Type": "application/x-www-form-urlencoded"],
                ])
            #expect((form.json["problem"] as? [String: Any])?["status"] as? Int == 415)
        }
    }

    @Test func `a field that cannot be mapped shows its problem beside its expression`() throws {
        try APIScene.play { scene in
            let answer = try attempt(
                scene,
                ["payload": ["type": "purchase", "data": ["amount": "x"]], "verify": false])
            let event = try only(answer)
            let fields = try #require(event["fields"] as? [[String: Any]])
            for name in ["referral_code", "amount"] {
                let field = try #require(fields.first { $0["field"] as? String == name })
                #expect((field["problems"] as? [String])?.count == 1, "\(field)")
            }
            #expect(event["decision"] is NSNull)
            #expect((event["problem"] as? [String: Any])?["outcome"] as? String == "unmapped")
            let trace = try #require(event["trace"] as? [String: Any])
            #expect(trace["found"] as? Bool == true)
        }
    }

    @Test func `each item of a list is tried after the ones before it`() throws {
        var declared = DeclaredWorkspace(
            rewards: [Self.cash], leads: 2, source: ["each": "payload"])
        declared.sources = [
            DeclaredWorkspace.shop([
                "each": "payload", "mapping": ["event_id": "payload.data.order_id"],
            ])
        ]
        try APIScene.play(declared) { scene in
            let items = try [
                payload(Message(code: "LEAD-0", order: "1")),
                payload(Message(code: "LEAD-1", order: "2")), payload(Message(code: "NOBODY")),
            ]
            let answer = try attempt(scene, ["payload": items, "verify": false])
            let events = answer.list("events") as [[String: Any]]
            let outcomes = events.map { ($0["decision"] as? [String: Any])?["outcome"] as? String }
            // On a slow machine the turn may be over before the last one.
            #expect(outcomes == Array(["rewarded", "qualified", "parked"].prefix(events.count)))
            #expect(answer.json["left_out"] as? Int == 3 - events.count, "\(answer)")
        }
    }

    @Test func `a trial is not kept under an Idempotency-Key`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            let body: [String: Any] = [
                "payload": try payload(Message(code: "LEAD-0")), "verify": false,
            ]
            try #require(try scene.get("sources").status == 200)
            try scene.gateway.runHousekeeping()
            let before = try scene.gateway.database.content()
            for _ in 1...2 {
                let answer = try scene.ask(
                    "POST", "sources/src_shop/try", body, [("Idempotency-Key", "k")])
                try #require(answer.status == 200, "\(answer)")
                #expect(answer[field: "idempotent-replayed"] == nil)
            }
            #expect(try scene.gateway.database.content() == before)
        }
    }

    @Test(
        arguments: [
            ("{}", "/payload"), (#"{"payload": {}, "body": "x"}"#, "/payload"),
            (#"{"body": 3}"#, "/body"), (#"{"body": "", "verify": "no"}"#, "/verify"),
            (#"{"body": "", "headers": {"a b": "x"}}"#, "/headers/a b"),
            (#"{"body": "", "headers": {"a": 1}}"#, "/headers/a"),
            (#"{"body": "", "unsigned": true}"#, "/unsigned"),
        ])
    func `a mistaken request is refused by its pointer`(_ body: String, _ pointer: String) throws {
        try APIScene.play { scene in
            let response = try scene.client.request(
                "POST", "/api/v1/sources/src_shop/try",
                [("X-API-Key", scene.key), ("Content-Type", "application/json")],
                body: Array(body.utf8))
            #expect(response.status == 422, "\(response)")
            #expect(response.pointers == [pointer], "\(response)")
        }
    }

    @Test func `a foreign source and a key without the scope are refused`() throws {
        try APIScene.play { scene in
            let body: [String: Any] = ["payload": [:] as [String: Any], "verify": false]
            let missing = try scene.ask("POST", "sources/src_other/try", body)
            #expect(missing.status == 404, "\(missing)")
            let key = try scene.gateway.database.makeKey(scope: .read)
            let response = try scene.client.request(
                "POST", "/api/v1/sources/src_shop/try",
                [("X-API-Key", key), ("Content-Type", "application/json")],
                body: Array(#"{"payload": {}}"#.utf8))
            #expect(response.status == 403, "\(response)")
        }
    }
}
