import Foundation
import HTTP
import Referrals
import Telemetry
import TestSupport
import Testing
import Time

@testable import API

/// The routes that a key may use, its expiry and its uses.
@Suite struct KeyScopeTests {
    private static let support = [
        "approveConversion", "rejectConversion", "markFraud", "reverseConversion",
        "approveReward", "rejectReward", "redeemReward", "revokeReward", "markPayoutPaid",
        "markPayoutFailed", "replayEvent", "qualifyParticipant", "testWebhook",
        "resendFailedDeliveries", "resendDelivery", "admitSignups", "changeSignup",
        "createParticipantToken", "trySource", "backtestCampaign",
    ]

    /// The scope that a route should need, told from its method and its name.
    private func expected(_ route: Route) -> KeyScope {
        if Self.support.contains(route.operation) { return .operate }
        if route.operation.hasSuffix("Account") || route.operation.hasSuffix("Accounts") {
            return .admin
        }
        return route.method == .get ? .read : .admin
    }

    @Test(.rows("C22"), arguments: KeyScope.allCases)
    func `a route outside a key's scope answers 403 and names the scope`(_ scope: KeyScope) throws {
        try APIScene.play { scene in
            let key = try scene.gateway.database.makeKey(scope: scope, at: scene.gateway.time.now)
            for route in API.routes where route.scope != .publishable {
                switch route.action {
                case .open, .keyless: continue
                case .read, .slowRead, .write: break
                }
                let path = route.template.replacing(/\{[a-z_]+\}/, with: "424242")
                let type = route.body.formats.contains(.json) ? "application/json" : "text/csv"
                let answer = try scene.client.request(
                    route.method.name.description, path,
                    [("X-API-Key", key), ("Content-Type", type)],
                    body: route.method == .get ? nil : Array("{}".utf8))
                let isRefused = answer.code == "scope_required"
                #expect(
                    isRefused == !scope.includes(expected(route)), "\(route.operation): \(answer)")
                guard isRefused else { continue }
                #expect(answer.status == 403)
                #expect(answer.text("scope") == expected(route).rawValue)
            }
        }
    }

    @Test(.rows("S1-6")) func `a key with an expiry is valid until then`() throws {
        try APIScene.play { scene in
            let expiry = scene.gateway.time.now + .seconds(3_600)
            let made = try scene.ask(
                "POST", "members/api-key",
                ["name": "short", "scope": "read", "expires_at": expiry.rfc3339])
            #expect(made.status == 201, "\(made)")
            #expect(made.text("scope") == "read")
            #expect(made.text("expires_at") == expiry.rfc3339)
            let key = try #require(made.text("key"))
            func ask() throws -> ServerResponse {
                try scene.client.request("GET", "/api/v1/campaigns", [("X-API-Key", key)])
            }
            #expect(try ask().status == 200)
            scene.gateway.time.advance(by: .seconds(3_599))
            #expect(try ask().status == 200)
            scene.gateway.time.advance(by: .seconds(1))
            let expired = try ask()
            #expect(expired.status == 401, "\(expired)")
            #expect(expired.text("error") == "Invalid or missing API key")
            let id = try #require(made.number("id"))
            let longer = try scene.ask(
                "PATCH", "keys/\(id)", ["expires_at": NSNull()])
            #expect(longer.status == 200, "\(longer)")
            #expect(longer.text("name") == "short")
            #expect(longer.json["expires_at"] is NSNull)
            #expect(try ask().status == 200)
            let past = try scene.ask(
                "POST", "members/api-key", ["expires_at": "2001-01-01T00:00:00Z"])
            #expect(past.status == 422, "\(past)")
            #expect(past.pointers == ["/expires_at"])
        }
    }

    @Test func `a key shows when it was used, to the minute`() throws {
        try APIScene.play { scene in
            let key = try scene.gateway.database.makeKey(at: scene.gateway.time.now)
            func use() throws {
                let answer = try scene.client.request(
                    "GET", "/api/v1/campaigns", [("X-API-Key", key)])
                #expect(answer.status == 200, "\(answer)")
                try scene.gateway.runHousekeeping()
            }
            func lastUse() throws -> String? {
                let shown = try scene.get("keys/2")
                #expect(shown.status == 200, "\(shown)")
                return shown.text("last_used_at")
            }
            #expect(try lastUse() == nil)
            let before = scene.gateway.time.now.rfc3339
            try use()
            let first = try #require(try lastUse())
            #expect(first >= before)
            #expect(first <= scene.gateway.time.now.rfc3339)
            try use()
            #expect(try lastUse() == first)
            scene.gateway.time.advance(by: .seconds(60))
            let later = scene.gateway.time.now.rfc3339
            try use()
            #expect(try #require(try lastUse()) >= later)
        }
    }

    @Test(.rows("C22"))
    func `a secret key of a browser is reported once, and refused where the account says so`()
        throws
    {
        let record = LogRecord()
        try ScratchGateway.play(log: record.log(.info)) { gateway in
            let key = try gateway.makeKey()
            let client = try gateway.connect()
            func ask(_ fields: [(name: String, value: String)] = []) throws -> ServerResponse {
                try client.request("GET", "/api/v1/campaigns", [("X-API-Key", key)] + fields)
            }
            let origin = [(name: "Origin", value: "https://shop.example")]
            func warnings() -> [LogRecord.Line] {
                record.lines.filter { $0.text.contains("a secret key came from a browser") }
            }
            #expect(try ask().status == 200)
            #expect(warnings().isEmpty)
            for _ in 0..<3 { #expect(try ask(origin).status == 200) }
            #expect(warnings().count == 1)
            #expect(warnings().first?.number("key") == 1)
            #expect(warnings().allSatisfy { !$0.text.contains(key) })
            let changed = try client.request(
                "PATCH", "/api/v1/accounts/1",
                [("X-API-Key", key), ("Content-Type", "application/json")],
                body: Array(#"{"browser_keys": "refuse"}"#.utf8))
            #expect(changed.status == 200, "\(changed)")
            #expect(changed.text("browser_keys") == "refuse")
            let refused = try ask(origin)
            #expect(refused.status == 403, "\(refused)")
            #expect(refused.code == "secret_key_in_browser")
            #expect(refused[field: "access-control-allow-origin"] == "*")
            #expect(try ask().status == 200)
        }
    }
}
