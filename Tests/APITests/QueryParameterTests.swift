import HTTP
import TestSupport
import Testing

@testable import API

/// Query parameters that would have no effect are refused.
@Suite struct QueryParameterTests {
    /// Every route with numbers and texts in the places of its path.
    private static let paths = API.routes.filter { $0.parameters != nil }.map { route in
        let path = route.path.map { segment in
            switch segment {
            case .word(let word): word
            case .number: "1"
            case .text: "src_shop"
            }
        }
        return ("\(route.method.name)", "/" + path.joined(separator: "/"))
    }

    @Test func `no route takes a parameter that it does not read`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            for (method, path) in Self.paths {
                let response = try scene.client.request(
                    method, path + "?surprise=1", [("X-API-Key", scene.key)])
                #expect(response.status == 400, "\(method) \(path): \(response)")
                #expect(response.code == "unknown_parameter", "\(method) \(path): \(response)")
            }
            #expect(try scene.get("campaigns/1").text("status") == "active")
        }
    }

    @Test(arguments: [
        ("events?outcom=parked", "Did you mean outcome?"),
        ("events?Outcome=parked", "Did you mean outcome?"),
        ("rewards?campain=1", "Did you mean campaign?"),
        ("participants?referral-code=A", "Did you mean referral_code?"),
        ("deliveries?wehbook=1", "Did you mean webhook?"),
        ("explain?business-key=A", "Did you mean business_key?"),
        ("keys?offset=20", "This address accepts limit, cursor."),
        (
            "webhooks/1/deliveries?webhook=1",
            "This address accepts status, type, code, email, business_key, since, until, limit, cursor."
        ),
        ("events?sinse=2026-11-01", "Did you mean since?"),
        ("conversions?order=A", "This address accepts campaign, status, lead,"),
        ("campaigns/1?limit=5", "This address accepts no query parameters."),
        // Its pages are of one size.
        ("participants/export?limit=2", "This address accepts campaign, cursor."),
    ])
    func `the nearest name is suggested`(_ path: String, _ remedy: String) throws {
        try APIScene.play { scene in
            let response = try scene.get(path)
            #expect(response.status == 400)
            #expect(response.code == "unknown_parameter")
            #expect(response.detail?.contains(remedy) == true, "\(response)")
        }
    }

    @Test func `a change with an unknown parameter changes nothing`() throws {
        try APIScene.play { scene in
            let response = try scene.ask(
                "POST", "participants?dry_run=true", ["campaign": 1, "email": "n@example.com"])
            #expect(response.status == 400)
            #expect(response.code == "unknown_parameter")
            let found = try scene.get("participants?email=n@example.com")
            #expect(found.status == 200)
            #expect(found.data.isEmpty)
        }
    }

    @Test func `what anybody may ask refuses them too, but for probes and hooks`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            for path in ["/status", "/api/v1/status"] {
                #expect(try scene.client.request("GET", path + "?x=1").code == "unknown_parameter")
            }
            for path in ["/healthz", "/readyz", "/metrics"] {
                #expect(try scene.client.request("GET", path + "?x=1").status == 200)
            }
            let body = Array(Message(code: "LEAD-0").text.utf8)
            let response = try scene.client.request(
                "POST", scene.gateway.sender.path + "?utm=1",
                scene.gateway.sender.fields(id: "1", body: body), body: body)
            #expect(response.status == 200)
            #expect(response.outcome == "rewarded")
        }
    }

    @Test func `parameters narrow a list together`() throws {
        try APIScene.play(DeclaredWorkspace(leads: 2)) { scene throws in
            func codes(_ query: String) throws -> [String] {
                let response = try scene.get("participants?" + query)
                #expect(response.status == 200, "\(query): \(response)")
                return response.data.compactMap { $0["referral_code"] as? String }
            }
            #expect(try codes("email=lead0@example.com&role=lead") == ["LEAD-0"])
            #expect(try codes("email=lead0@example.com&role=referrer") == [])
            #expect(try codes("email=lead0@example.com&referred_by=REF-0") == ["LEAD-0"])
            #expect(try codes("email=lead0@example.com&referred_by=NOBODY") == [])
            #expect(try codes("email=lead0@example.com&referral_code=LEAD-1") == [])
            #expect(try codes("email=lead0@example.com&referral_code=LEAD-0") == ["LEAD-0"])
        }
    }

    @Test func `the rewards of a campaign come in pages like every list`() throws {
        let rewards = (0..<3).map { _ in ["kind": "coupon"] }
        try APIScene.play(DeclaredWorkspace(rewards: rewards)) { scene in
            let first = try scene.get("campaigns/1/rewards?limit=2")
            #expect(first.status == 200)
            #expect(first.data.map { $0["position"] as? Int } == [0, 1])
            let next = try #require(first.next)
            let second = try scene.get("campaigns/1/rewards?limit=2&cursor=\(next)")
            #expect(second.status == 200)
            #expect(second.data.map { $0["position"] as? Int } == [2])
            #expect(second.next == nil)
        }
    }
}
