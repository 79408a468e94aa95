import Foundation
import Programmes
import Referrals
import TestSupport
import Testing
import Time

/// The live and the test side of an account share nothing, and a side shows none of its stored numbers.
@Suite struct AccountSideTests {
    /// A workspace with all that has a campaign's number or a source's id.
    private static var workspace: DeclaredWorkspace {
        var declared = DeclaredWorkspace(
            rewards: [
                ["kind": "coupon"], ["kind": "cash", "value": ["amount": 500, "currency": "USD"]],
            ],
            coupons: 2, leads: 3)
        declared.campaigns.append([
            "id": 2, "name": "Launch", "owner": "ops@example.com", "kind": "waitlist",
            "goal_type": "signup", "rewards": [[String: Any]](),
        ])
        declared.participants += [
            ["campaign": 2, "email": "w@example.com", "referral_code": "W-1"]
        ]
        declared.webhooks = ["standard", "referralloop", "referral-factory", "referrals-com"].map {
            [
                "name": $0, "url": "https://sink.example/hook", "status": "paused", "dialect": $0,
                "events": [
                    "lead.created", "lead.qualified", "conversion.created", "reward.issued",
                    "signup.created", "payout.created", "coupon_pool.low", "event.parked",
                    "affiliate.updated",
                ],
            ]
        }
        declared.webhooks.append([
            "name": "one", "url": "https://sink.example/hook", "status": "paused", "campaign": 1,
            "events": ["reward.issued"],
        ])
        declared.sources.append(
            DeclaredWorkspace.shop(["id": "limited", "name": "limited", "campaign": 1]))
        return declared
    }

    /// Uses all routes of a side, and returns the answers by their address.
    private func use(
        _ scene: APIScene, key: String, hook: String
    ) throws -> [(path: String, answer: ServerResponse)] {
        var answers: [(path: String, answer: ServerResponse)] = []
        func ask(_ method: String, _ path: String, _ body: Any? = nil) throws -> ServerResponse {
            var fields = [(name: "X-API-Key", value: key)]
            if body != nil { fields.append(("Content-Type", "application/json")) }
            let bytes = try body.map { Array(try JSONSerialization.data(withJSONObject: $0)) }
            let answer = try scene.client.request(method, "/api/v1/" + path, fields, body: bytes)
            #expect((200..<300).contains(answer.status), "\(method) \(path): \(answer)")
            answers.append((path, answer))
            return answer
        }
        func post(_ message: Message, id: String, to source: String) throws {
            let sender = try Sender(source: hook + source, clock: scene.gateway.time.clock)
            let answer = try scene.client.post(message.text, id: id, from: sender)
            #expect(answer.status == 200, "\(answer)")
            answers.append(("hooks", answer))
        }
        try post(Message(code: "LEAD-0", order: "A-1", amount: 900), id: "1", to: "src_shop")
        try post(Message(code: "LEAD-1", order: "A-2", amount: 900), id: "2", to: "limited")
        try post(Message(code: "NOBODY"), id: "3", to: "src_shop")
        let campaign = try ask(
            "POST", "campaigns",
            ["name": "Made", "goal_type": "signup", "rewards": [[String: Any]]()])
        #expect(campaign.number("id") == 3)
        _ = try ask("POST", "campaigns/1/coupons", ["coupons": ["MORE-1"]])
        let person = try ask("POST", "participants", ["campaign": 1, "email": "new@example.com"])
        let number = try #require(person.number("id"))
        _ = try ask("PATCH", "participants/\(number)", ["first_name": "New"])
        let signup = try ask(
            "POST", "signups", ["campaign_id": 2, "email": "s@example.com", "referred_by": "W-1"])
        _ = try ask("POST", "participants/\(number)/qualify", ["business_key": "Q-1"])
        let until = scene.gateway.time.now + .seconds(60)
        _ = try ask("POST", "payouts", ["currency": "USD", "until": until.rfc3339, "campaign": 1])
        for path in [
            "campaigns", "campaigns/1", "campaigns/1/check", "campaigns/1/rewards",
            "campaigns/1/coupons", "participants", "participants?campaign=1",
            "participants/\(number)", "participants/export?campaign=1", "sources",
            "sources/limited", "sources/limited/setup", "sources/src_shop", "webhooks",
            "deliveries", "conversions", "conversions?campaign=1", "rewards", "rewards?campaign=1",
            "events", "events?source=limited", "payouts", "payouts?campaign=1",
            "reports?by=campaign,source,day", "reports?campaign=1", "waitlists",
            "signups/\(signup.text("id") ?? "")", "explain?code=LEAD-0",
            "explain?email=new@example.com",
            "keys",
        ] {
            _ = try ask("GET", path)
        }
        for list in ["events", "deliveries", "conversions", "rewards", "webhooks", "payouts"] {
            for row in try ask("GET", list).data {
                guard let id = row["id"] as? Int else { continue }
                _ = try ask("GET", "\(list)/\(id)")
            }
        }
        return answers
    }

    /// The numbers of more than twelve digits in a text, and the ids of sources with a slash.
    private func leaks(in text: String, but hook: String) -> [String] {
        let shown = text.replacing("/hooks/" + hook, with: "/hooks/")
            .replacing(/setup-[0-9]+/, with: "setup")
        return shown.matches(of: /"?[0-9]{13,}"?|[0-9]+\/(?:src_shop|limited)|api\/[0-9]+/).map {
            String($0.output)
        }
    }

    @Test(.rows("S0-5", "C6"))
    func `a test key sees the test side only, under the declared numbers and ids`() throws {
        try APIScene.play(Self.workspace) { scene in
            let database = scene.gateway.database
            try database.apply(
                Self.workspace, for: AccountChoice(mode: .test), at: scene.gateway.time.now)
            try scene.gateway.runHousekeeping()
            let test = try database.makeKey(.test, at: scene.gateway.time.now)
            let side = try database.rows("SELECT id FROM accounts WHERE mode = 'test'")[0]
            let live = try database.census()
            let coupons = try scene.get("campaigns/1/coupons").text
            for (path, answer) in try use(scene, key: test, hook: side + "/") {
                #expect(leaks(in: answer.text, but: side + "/") == [], "\(path): \(answer.text)")
            }
            // The live side has what it had.
            for list in ["events", "conversions", "rewards", "deliveries", "payouts"] {
                #expect(try scene.get(list).data.isEmpty, "\(list)")
            }
            #expect(try scene.get("campaigns/1/coupons").text == coupons)
            #expect(try scene.get("participants").data.count == 5)
            #expect(try scene.get("campaigns").data.count == 2)
            #expect(try scene.get("explain?email=new@example.com").json["found"] as? Bool == false)
            #expect(try database.census() != live)
            // And the other way round: the same events, orders and addresses count for the live side.
            let before = try scene.client.request(
                "GET", "/api/v1/rewards", [("X-API-Key", test)])
            #expect(before.status == 200)
            for (path, answer) in try use(scene, key: scene.key, hook: "") {
                #expect(leaks(in: answer.text, but: "") == [], "\(path)")
            }
            #expect(
                try scene.client.request("GET", "/api/v1/rewards", [("X-API-Key", test)]).text
                    == before.text)
            #expect(
                try scene.get("rewards").data.count == before.data.count,
                "both sides were used in the same way")
        }
    }

    @Test func `the notifications of both sides are the same, and go to their own webhooks`() throws
    {
        try APIScene.play(Self.workspace) { scene in
            let database = scene.gateway.database
            try database.apply(
                Self.workspace, for: AccountChoice(mode: .test), at: scene.gateway.time.now)
            try scene.gateway.runHousekeeping()
            let side = try database.rows("SELECT id FROM accounts WHERE mode = 'test'")[0]
            for source in ["src_shop", side + "/src_shop"] {
                let sender = try Sender(source: source, clock: scene.gateway.time.clock)
                let answer = try scene.client.post(
                    Message(code: "LEAD-0", order: "A-1").text, id: "1", from: sender)
                #expect(answer.status == 200, "\(answer)")
                #expect(answer.outcome == "rewarded")
            }
            let webhooks = try database.rows(
                """
                SELECT w.name || ' ' || d.type || ' ' || (w.account_id = 1) FROM deliveries AS d
                JOIN webhooks AS w ON w.id = d.webhook_id ORDER BY 1
                """)
            let (live, test) = (
                webhooks.filter { $0.hasSuffix("1") }.map { $0.dropLast() },
                webhooks.filter { $0.hasSuffix("0") }.map { $0.dropLast() }
            )
            #expect(!live.isEmpty)
            #expect(live == test)
            #expect(live.contains("one reward.issued "))
        }
    }

    @Test func `a test event counts on the test side only`() throws {
        try APIScene.play(Self.workspace) { scene in
            let database = scene.gateway.database
            try database.apply(
                Self.workspace, for: AccountChoice(mode: .test), at: scene.gateway.time.now)
            try scene.gateway.runHousekeeping()
            let side = try database.rows("SELECT id FROM accounts WHERE mode = 'test'")[0]
            func post(to source: String) throws -> ServerResponse {
                let sender = try Sender(source: source, clock: scene.gateway.time.clock)
                return try scene.client.post(
                    Message(code: "LEAD-0", isTest: true).text, id: "1", from: sender)
            }
            let refused = try post(to: "src_shop")
            #expect(refused.status == 200, "\(refused)")
            #expect(refused.outcome == "ignored")
            #expect(refused.reasons == ["test_event"])
            let counted = try post(to: side + "/src_shop")
            #expect(counted.status == 200, "\(counted)")
            #expect(counted.outcome == "rewarded")
        }
    }

    @Test func `nobody gets the messages of a deleted source`() throws {
        let id = "src_7Kq2mZx9TbVw4RnYc8LpJd"
        var declared = DeclaredWorkspace()
        declared.sources = [DeclaredWorkspace.shop(["id": id])]
        try APIScene.play(declared) { scene in
            let database = scene.gateway.database
            try database.apply(
                declared, for: AccountChoice(mode: .test), at: scene.gateway.time.now)
            try scene.gateway.runHousekeeping()
            func post(_ number: String) throws -> ServerResponse {
                let sender = try Sender(source: id, clock: scene.gateway.time.clock)
                return try scene.client.post(Message(code: "LEAD-0").text, id: number, from: sender)
            }
            #expect(try post("1").status == 200)
            #expect(try scene.ask("DELETE", "sources/\(id)").status == 204)
            let gone = try post("2")
            #expect(gone.status == 404, "\(gone)")
            #expect(gone.code == "unknown_source")
        }
    }

    @Test func `a source with a generated id is reached by that id alone, on both sides`() throws {
        try APIScene.play { scene in
            let test = try scene.gateway.database.makeKey(.test, at: scene.gateway.time.now)
            for key in [scene.key, test] {
                let made = try scene.client.request(
                    "POST", "/api/v1/sources",
                    [("X-API-Key", key), ("Content-Type", "application/json")],
                    body: Array(#"{"preset": "refgate", "name": "made"}"#.utf8))
                #expect(made.status == 201, "\(made)")
                let sender = try Sender(
                    source: try #require(made.text("id")),
                    secret: try #require(made.text("secret")),
                    clock: scene.gateway.time.clock)
                let answer = try scene.client.post(
                    Message(code: "NOBODY").text, id: "1", from: sender)
                #expect(answer.status == 200, "\(answer)")
                #expect(answer.outcome == "parked")
                let events = try scene.client.request(
                    "GET", "/api/v1/events", [("X-API-Key", key)])
                #expect(events.data.count == 1)
            }
        }
    }
}
