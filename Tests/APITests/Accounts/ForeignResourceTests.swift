import Database
import SQLite
import TestSupport
import Testing

/// Another account's rows are not there, whatever is asked of them.
@Suite struct APIAccountTests {
    @Test(
        .rows("S0-5", "S1-1"),
        arguments: [
            ("GET", "campaigns/1"), ("PATCH", "campaigns/1"), ("DELETE", "campaigns/1"),
            ("GET", "campaigns/1/check"), ("GET", "campaigns/1/rewards"),
            ("GET", "campaigns/1/coupons"), ("POST", "campaigns/1/coupons"),
            ("GET", "participants/1"),
            ("PATCH", "participants/1"), ("DELETE", "participants/1"), ("GET", "sources/src_shop"),
            ("GET", "sources/src_shop/setup"), ("POST", "sources/src_shop/rotate-secret"),
            ("DELETE", "sources/src_shop"), ("GET", "webhooks/1"), ("POST", "webhooks/1/test"),
            ("DELETE", "webhooks/1"), ("GET", "deliveries/65537"),
            ("POST", "deliveries/65537/resend"), ("GET", "conversions/1"),
            ("POST", "conversions/1/reverse"), ("GET", "rewards/16"), ("POST", "rewards/16/revoke"),
            ("GET", "events/1"), ("POST", "events/1/replay"), ("DELETE", "keys/1"),
        ])
    func `another account's resource answers 404`(_ method: String, _ path: String) throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            #expect(try scene.gateway.post(Message(code: "LEAD-0"), id: "1").outcome == "rewarded")
            let key = try scene.gateway.database.makeKey(
                account: scene.gateway.database.addAccount("Neighbour"))
            func ask(_ path: String) throws -> ServerResponse {
                try scene.client.request(method, "/api/v1/" + path, [("X-API-Key", key)])
            }
            let response = try ask(path)
            #expect(response.status == 404, "\(response)")
            // The same as for a resource that nobody has, but for its own name.
            let unknown = path.replacing(/[0-9]+|src_shop/) { match in
                match.output == "src_shop" ? "src_none" : "9\(match.output)"
            }
            let none = try ask(unknown)
            #expect(none.status == 404, "\(none)")
            func plain(_ response: ServerResponse) -> String {
                response.text.replacing(/[0-9]+|src_[a-z]+/, with: "ID")
            }
            #expect(plain(none) == plain(response))
            #expect(none.fields.map(\.name) == response.fields.map(\.name))
            for list in [
                "campaigns", "participants", "sources", "webhooks", "deliveries", "conversions",
                "rewards", "events",
            ] {
                let rows = try scene.client.request(
                    "GET", "/api/v1/" + list, [("X-API-Key", key)])
                #expect(rows.data.isEmpty, "\(list): \(rows)")
            }
        }
    }

    @Test func `a key that cannot be looked up is not called wrong`() throws {
        // Not played: the audit would find what is done to the tables here.
        let gateway = try ScratchGateway()
        defer { gateway.stop() }
        let key = [(name: "X-API-Key", value: try gateway.makeKey())]
        try Connection(path: gateway.database.path, mode: .readWrite).execute(
            "ALTER TABLE api_keys RENAME TO away")
        let response = try gateway.connect().request("GET", "/api/v1/campaigns", key)
        #expect(response.status == 500, "\(response)")
    }
}
