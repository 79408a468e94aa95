import Declarations
import Gateway
import Referrals
import TestSupport
import Testing

/// Accounts over the API, and what their plans include.
@Suite struct AccountRouteTests {
    @Test(.rows("S0-5", "S1-1"))
    func `an account is made with its first key, listed and changed`() throws {
        try APIScene.play { scene in
            let made = try scene.ask("POST", "accounts", ["name": "Beta", "plan": "paid"])
            #expect(made.status == 201, "\(made)")
            let id = try #require(made.number("id"))
            #expect(made[field: "location"] == "/api/v1/accounts/\(id)")
            let key = try #require(made.text("key"))
            let theirs = try scene.client.request("GET", "/api/v1/campaigns", [("X-API-Key", key)])
            #expect(theirs.status == 200, "\(theirs)")
            #expect(theirs.data.isEmpty)
            let listed = try scene.get("accounts")
            #expect(listed.data.map { $0["name"] as? String } == ["Beta", "Acme"])
            #expect(listed.data.allSatisfy { $0["key"] == nil })
            let taken = try scene.ask("POST", "accounts", ["name": "Acme"])
            #expect(taken.status == 409, "\(taken)")
            #expect(taken.pointers == ["/name"])
            let renamed = try scene.ask("PATCH", "accounts/\(id)", ["name": "Gamma"])
            #expect(renamed.status == 200, "\(renamed)")
            #expect(renamed.text("name") == "Gamma")
            #expect(renamed.text("plan") == "paid")
            #expect(try scene.get("accounts/\(id)").text("name") == "Gamma")
            #expect(
                try scene.ask("PATCH", "accounts/\(id)", ["plan": "gold"]).pointers == ["/plan"])
            #expect(try scene.get("accounts/\(id + 1)").status == 404)
        }
    }

    @Test func `only an admin key of the first account manages accounts`() throws {
        try APIScene.play { scene in
            let database = scene.gateway.database
            let other = try database.addAccount("Beta")
            for key in [try database.makeKey(account: other), try database.makeKey(.test)] {
                for (method, path) in [("GET", "accounts"), ("GET", "accounts/1")] {
                    let refused = try scene.client.request(
                        method, "/api/v1/" + path, [("X-API-Key", key)])
                    #expect(refused.status == 403, "\(refused)")
                    #expect(refused.code == "first_account_required")
                }
            }
            let reader = try database.makeKey(scope: .read)
            let refused = try scene.client.request(
                "GET", "/api/v1/accounts", [("X-API-Key", reader)])
            #expect(refused.status == 403, "\(refused)")
            #expect(refused.code == "scope_required")
        }
    }

    @Test(.rows("S0-14", "S0-15", "S1-2", "S1-3", "C3"))
    func `the operator decides which parts need a paid plan`() throws {
        func play(_ paid: Set<Entitlement>, _ test: (APIScene) throws -> Void) throws {
            try APIScene.play(configure: { $0.paidPlanFor = paid }, test)
        }
        func expectRefusal(_ response: ServerResponse, _ entitlement: Entitlement) {
            #expect(response.status == 403, "\(response)")
            #expect(response.code == "paid_plan_required")
            #expect(response.text("entitlement") == entitlement.rawValue)
        }
        try play([.apiKeys]) { scene in
            let refused = try scene.ask("POST", "members/api-key", ["name": "zap"])
            expectRefusal(refused, .apiKeys)
            let published = try scene.ask("POST", "campaigns/1/publish", ["publish": "public"])
            #expect(published.status == 200, "\(published)")
            let webhook = try scene.ask(
                "POST", "webhooks",
                ["name": "x", "url": "https://x.example/h", "events": ["reward.issued"]])
            #expect(webhook.status == 201, "\(webhook)")
            #expect(try scene.ask("PATCH", "accounts/1", ["plan": "paid"]).status == 200)
            #expect(try scene.ask("POST", "members/api-key", ["name": "zap"]).status == 201)
        }
        try play([.publicCampaigns]) { scene in
            let refused = try scene.ask("POST", "campaigns/1/publish", ["publish": "public"])
            expectRefusal(refused, .publicCampaigns)
            #expect(try scene.ask("POST", "members/api-key", ["name": "zap"]).status == 201)
        }
        try play([]) { scene in
            let published = try scene.ask("POST", "campaigns/1/publish", ["publish": "public"])
            #expect(published.status == 200, "\(published)")
        }
    }

    @Test func `a live key makes and lists test keys, a test key only those of its side`() throws {
        try APIScene.play { scene in
            let made = try scene.ask(
                "POST", "members/api-key", ["mode": "test", "name": "sandbox"])
            #expect(made.status == 201, "\(made)")
            let key = try #require(made.text("key"))
            #expect(try scene.get("keys").data.count == 2)
            func ask(_ method: String, _ path: String, _ body: String? = nil) throws
                -> ServerResponse
            {
                try scene.client.request(
                    method, "/api/v1/" + path,
                    [("X-API-Key", key), ("Content-Type", "application/json")],
                    body: body.map { Array($0.utf8) })
            }
            #expect(try ask("GET", "keys").data.map { $0["name"] as? String } == ["sandbox"])
            #expect(try ask("GET", "keys/1").status == 404)
            #expect(try ask("DELETE", "keys/1").status == 404)
            let live = try ask("POST", "members/api-key", #"{"mode": "live"}"#)
            #expect(live.status == 422, "\(live)")
            #expect(live.pointers == ["/mode"])
            #expect(try ask("POST", "members/api-key", #"{"mode": "test"}"#).status == 201)
        }
    }
}
