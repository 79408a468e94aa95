import Foundation
import TestSupport
import Testing

@Suite struct APICampaignTests {
    @Test(.rows("S0-3", "S0-14", "S0-27"))
    func `a campaign's life over the API, from its creation to the archive`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            let made = try scene.ask(
                "POST", "campaigns",
                [
                    "name": "Autumn", "owner": "ops@example.com", "goal_type": "purchase",
                    "rewards": [["kind": "points", "value": ["points": 50]]],
                ])
            #expect(made.status == 201, "\(made)")
            let id = try #require(made.number("id"))
            #expect(id == 2)
            #expect(made.text("status") == "active")
            #expect(made.text("publish") == "private")
            #expect(made.text("uid")?.count == 36)
            #expect(made.text("created_at")?.hasSuffix("Z") == true)
            #expect(try scene.get("campaigns").data.map { $0["id"] as? Int } == [2, 1])
            #expect(try scene.get("campaigns/2").body == made.body)
            let changed = try scene.ask(
                "PATCH", "campaigns/2", ["hold_days": 3, "owner": NSNull()])
            #expect(changed.number("hold_days") == 3)
            #expect(changed.text("name") == "Autumn")
            #expect(changed.json["owner"] is NSNull)
            #expect(changed.number("version") == 2)
            // An answer can be sent back as it is.
            var whole = changed.json
            whole["name"] = "Autumn again"
            let replaced = try scene.ask("PUT", "campaigns/2", whole)
            #expect(replaced.status == 200, "\(replaced)")
            #expect(replaced.text("name") == "Autumn again")
            let ended = try scene.ask("POST", "campaigns/2/archive")
            #expect(ended.text("status") == "ended")
            #expect(ended.text("archived_at") != nil)
            #expect(try scene.get("campaigns").data.count == 1)
            #expect(try scene.get("campaigns?archived=true").data.count == 1)
            #expect(try scene.ask("DELETE", "campaigns/1").status == 204)
            #expect(try scene.get("campaigns?status=active").data.isEmpty)
        }
    }

    @Test
    func `a misspelt member is met with those that may be said, not with what is only shown`()
        throws
    {
        try APIScene.play { scene in
            let response = try scene.ask("PATCH", "campaigns/1", ["nam": "Spring"])
            #expect(response.status == 422)
            #expect(response.detail?.contains("Did you mean \"name\"?") == true, "\(response)")
            #expect(response.detail?.contains("hook_path") == false, "\(response)")
        }
    }

    @Test(.rows("S2-14")) func `what is changed decides the very next event`() throws {
        let declared = DeclaredWorkspace(
            rewards: [
                [
                    "kind": "points", "value": ["points": 5],
                    "cap": ["count": 100, "per": "referrer"],
                ]
            ], leads: 4)
        try APIScene.play(declared) { scene in
            var response = try scene.gateway.post(Message(code: "LEAD-0", order: "1"), id: "1")
            #expect(response.outcome == "rewarded")
            try scene.ask("PATCH", "campaigns/1", ["goal_type": "signup"])
            response = try scene.gateway.post(Message(code: "LEAD-1", order: "2"), id: "2")
            #expect(response.reasons == ["goal_type_mismatch"])
            try scene.ask("PATCH", "campaigns/1", ["goal_type": "purchase", "review": "always"])
            response = try scene.gateway.post(Message(code: "LEAD-2", order: "3"), id: "3")
            #expect(response.outcome == "held")
            try scene.ask("DELETE", "campaigns/1")
            response = try scene.gateway.post(Message(code: "LEAD-3", order: "4"), id: "4")
            #expect(response.reasons == ["campaign_not_active"])
        }
    }

    @Test(
        arguments: [
            (["goal_type": "x"], ["/name"]),
            (["name": "x", "goal_type": "y", "colour": 1], ["/colour"]),
            (["name": 1, "goal_type": "y", "hold_days": -1], ["/name", "/hold_days"]),
            (
                ["name": "x", "goal_type": "y", "conditions": ["event.amuont > 1"]],
                ["/conditions/0"]
            ),
            (
                ["name": "x", "goal_type": "y", "rewards": [["kind": "points"]]],
                ["/rewards/0/value"]
            ),
            (
                [
                    "name": "x", "goal_type": "y", "starts_at": "2026-02-01T00:00:00Z",
                    "ends_at": "2026-01-01T00:00:00Z",
                ], ["/ends_at"]
            ),
            (["name": "x", "goal_type": "y", "link_base": "nowhere"], ["/link_base"]),
        ] as [([String: any Sendable], [String])])
    func `a mistake is named by its pointer, as apply names it`(
        _ body: [String: any Sendable], _ pointers: [String]
    ) throws {
        try APIScene.play { scene in
            let response = try scene.ask("POST", "campaigns", body)
            #expect(response.status == 422)
            #expect(response.code == "invalid_body")
            #expect(Set(response.pointers) == Set(pointers), "\(response)")
            #expect(try scene.get("campaigns").data.count == 1)
        }
    }

    @Test(.rows("S0-15", "C3")) func `publishing to the public needs a paid plan`() throws {
        try APIScene.play { scene in
            for (method, path, body) in [
                ("POST", "campaigns/1/publish", ["publish": "public"]),
                ("POST", "campaigns/1/publish", [:]),
                ("PATCH", "campaigns/1", ["publish": "public"]),
            ] {
                let response = try scene.ask(method, path, body)
                #expect(response.status == 403)
                #expect(response.code == "paid_plan_required")
                #expect(response.pointers == ["/publish"])
            }
            let response = try scene.ask("POST", "campaigns/1/publish", ["publish": "private"])
            #expect(response.text("publish") == "private")
            #expect(try scene.ask("POST", "campaigns/1/publish", ["publish": "x"]).status == 422)
        }
    }

    @Test(.rows("S2-15")) func `a campaign without an owner is not ready, and none is named`()
        throws
    {
        try APIScene.play { scene in
            _ = try scene.ask("PATCH", "campaigns/1", ["owner": NSNull()])
            let response = try scene.ask("GET", "campaigns/1/check")
            #expect(response.json["owner"] is NSNull, "\(response)")
            #expect(response.json["ready"] as? Bool == false)
        }
    }

    @Test(.rows("S0-26", "S2-15"))
    func `the preflight names the checks that would fail, and the owner`() throws {
        try APIScene.play { scene in
            let response = try scene.get("campaigns/1/check")
            #expect(response.json["ready"] as? Bool == false)
            #expect(response.text("owner") == "ops@example.com")
            let checks: [[String: Any]] = response.list("checks")
            let failed = checks.filter { $0["outcome"] as? String == "fail" }
            #expect(failed.map { $0["check"] as? String } == ["coupon_available"])
            let subjects = Set(checks.compactMap { $0["check"] as? String })
            #expect(
                subjects.isSuperset(of: ["goal_type", "reward_exists", "coupon_available", "cap"]))
            try scene.ask("POST", "campaigns/1/coupons", ["coupons": ["A-1"]])
            #expect(try scene.get("campaigns/1/check").json["ready"] as? Bool == true)
        }
    }

    @Test(.rows("S0-19", "S0-27")) func `rewards are added, changed and, the last one, removed`()
        throws
    {
        try APIScene.play { scene in
            #expect(try scene.get("campaigns/1/rewards").data.count == 1)
            let id = try scene.create(
                "campaigns/1/rewards",
                [
                    "kind": "credit", "beneficiary": "lead",
                    "value": ["amount": 100, "currency": "EUR"],
                ])
            let path = "campaigns/1/rewards/\(id)"
            #expect(try scene.get(path).number("position") == 1)
            let changed = try scene.ask("PATCH", path, ["value": ["amount": 200]])
            #expect((changed.json["value"] as? [String: Any])?["amount"] as? Int == 200)
            #expect((changed.json["cap"] as? [String: Any])?["per"] as? String == "lead")
            let put = try scene.ask("PUT", path, ["kind": "points", "value": ["points": 5]])
            #expect(put.text("beneficiary") == "referrer")
            #expect(try scene.ask("PATCH", path, ["kind": "gold"]).pointers == ["/kind"])
            let first = try scene.get("campaigns/1/rewards").data[0]["id"] as? Int ?? 0
            let refused = try scene.ask("DELETE", "campaigns/1/rewards/\(first)")
            #expect(refused.code == "not_the_last_reward")
            #expect(try scene.ask("DELETE", path).status == 204)
            #expect(try scene.get(path).status == 404)
            #expect(try scene.get("campaigns/1/rewards").data.count == 1)
        }
    }

    @Test(.rows("S0-22"))
    func `coupons are added, made and voided, and only given ones are shown whole`() throws {
        try APIScene.play(DeclaredWorkspace(leads: 2)) { scene in
            _ = try scene.gateway.post(Message(code: "LEAD-0"), id: "1")
            scene.gateway.time.advance(by: .seconds(1))
            let added = try scene.ask(
                "POST", "campaigns/1/coupons", ["coupons": ["FIRST-0001", "SECOND-0002"]])
            #expect(added.number("added") == 2)
            // The one who waited has theirs by itself.
            try scene.gateway.runHousekeeping()
            let again = try scene.ask("POST", "campaigns/1/coupons", ["coupons": ["SECOND-0002"]])
            #expect(again.number("added") == 0)
            #expect(again.number("known") == 1)
            let list = try scene.get("campaigns/1/coupons")
            #expect(list.data.map { $0["code"] as? String } == ["…0002", "FIRST-0001"])
            let stock = list.json["stock"] as? [String: Int]
            #expect(stock?["available"] == 1)
            #expect(stock?["assigned"] == 1)
            #expect(stock?["waiting"] == 0)
            let made = try scene.ask(
                "POST", "campaigns/1/coupons", ["pattern": "NEW-######", "count": 25])
            #expect(made.number("added") == 25)
            #expect(try scene.get("campaigns/1/coupons?state=available&limit=100").data.count == 26)
            let id = try #require(list.data[0]["id"] as? Int)
            let void = try scene.ask("POST", "campaigns/1/coupons/\(id)/void")
            #expect(void.text("state") == "voided")
            let given = try #require(list.data[1]["id"] as? Int)
            #expect(
                try scene.ask("DELETE", "campaigns/1/coupons/\(given)").code == "coupon_in_use")
            for body in [
                [:], ["coupons": [1]], ["coupons": ["A", "A"]], ["pattern": "NONE", "count": 1],
                ["pattern": "A#", "count": 100_000], ["pattern": "A#"],
            ] as [[String: Any]] {
                #expect(try scene.ask("POST", "campaigns/1/coupons", body).status == 422)
            }
        }
    }
}
