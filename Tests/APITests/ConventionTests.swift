import Foundation
import TestSupport
import Testing

/// What holds on every route of the API.
@Suite struct APIConventionTests {
    @Test(
        .rows("S0-2", "S0-10", "C1"),
        arguments: [
            "events", "campaigns", "campaigns/1", "campaigns/1/rewards", "campaigns/1/coupons",
            "participants", "participants/1", "sources", "sources/src_shop", "webhooks",
            "webhooks/1",
            "deliveries", "conversions", "conversions/1", "rewards", "rewards/16", "keys",
        ])
    func `without a key nothing is shown`(_ path: String) throws {
        try APIScene.play { scene in
            let response = try scene.client.request("GET", "/api/v1/" + path)
            #expect(response.status == 401)
            #expect(response.text("error") == "Invalid or missing API key")
            #expect(response.code == "invalid_api_key")
            #expect(response[field: "content-type"] == "application/problem+json")
            let inQuery = try scene.client.request(
                "GET", "/api/v1/" + path + "?api_key=" + scene.key)
            #expect(inQuery.status == 401)
            #expect(
                inQuery.detail == "Send the key in the X-API-Key header, not in the query string.")
        }
    }

    @Test(.rows("C1")) func `a bearer token is a key too, and two different keys are none`() throws
    {
        try APIScene.play { scene in
            let bearer = (name: "Authorization", value: "Bearer " + scene.key)
            #expect(try scene.client.request("GET", "/api/v1/keys", [bearer]).status == 200)
            #expect(try scene.ask("GET", "keys", nil, [bearer]).status == 200)
            let other = (name: "Authorization", value: "Bearer ref_live_other")
            let response = try scene.ask("GET", "keys", nil, [other])
            #expect(response.status == 400)
            #expect(response.code == "ambiguous_credentials")
        }
    }

    @Test(
        .rows("S0-23", "S0-24"),
        arguments: [
            ("campaigns", "GET, HEAD, POST, OPTIONS"),
            ("campaigns/1", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
            ("campaigns/1/publish", "POST, OPTIONS"), ("sources/x/setup", "GET, HEAD, OPTIONS"),
            ("webhooks/1/test", "POST, OPTIONS"), ("keys/1", "GET, HEAD, PATCH, DELETE, OPTIONS"),
            ("rewards/1/redeem", "POST, OPTIONS"), ("status", "GET, HEAD, OPTIONS"),
        ])
    func `OPTIONS is answered, and another method is answered with those that are allowed`(
        _ path: String, _ methods: String
    ) throws {
        try APIScene.play { scene in
            let preflight = try scene.client.request("OPTIONS", "/api/v1/" + path)
            #expect(preflight.status == 204)
            #expect(preflight[field: "access-control-allow-origin"] == "*")
            #expect(preflight[field: "access-control-allow-methods"] == methods)
            let wrong = methods.contains("PUT") ? "POST" : "PUT"
            let response = try scene.ask(wrong, path)
            #expect(response.status == 405)
            #expect(response[field: "allow"] == methods)
            #expect(response[field: "access-control-allow-origin"] == "*")
        }
    }

    @Test(
        .rows("S0-4", "C6"),
        arguments: [
            ("GET", "campaigns/one"), ("GET", "campaigns/1.5"), ("PATCH", "participants/0x1"),
            ("GET", "campaigns/1/rewards/first"), ("POST", "rewards/-1/redeem"),
            ("DELETE", "webhooks/01"), ("GET", "deliveries/99999999999999999999"),
        ])
    func `an id that is no integer is called that`(_ method: String, _ path: String) throws {
        try APIScene.play { scene in
            let response = try scene.ask(method, path)
            #expect(response.status == 400)
            #expect(response.code == "invalid_id")
            #expect(response.text("error") == "Ids are integers")
        }
    }

    @Test(arguments: [
        "campaigns", "participants", "webhooks", "deliveries", "conversions", "rewards",
        "campaigns/2",
    ])
    func `what is not there is not found`(_ path: String) throws {
        try APIScene.play { scene in
            let response = try scene.get(path + "/99")
            #expect(response.status == 404)
            #expect(response.code == "not_found")
        }
    }

    @Test func `a list is shown in pages, from the latest on`() throws {
        try APIScene.play(DeclaredWorkspace(leads: 30)) { scene in
            let first = try scene.get("participants")
            #expect(first.data.count == 20)
            let next = try #require(first.next)
            let second = try scene.get("participants?cursor=\(next)")
            #expect(second.data.count == 11)
            #expect(second.next == nil)
            #expect(second.json["next"] is NSNull)
            let ids = (first.data + second.data).compactMap { $0["id"] as? Int }
            #expect(ids == ids.sorted(by: >))
            #expect(Set(ids).count == 31)
            #expect(try scene.get("participants?limit=100").data.count == 31)
        }
    }

    @Test(arguments: [
        "limit=0", "limit=101", "limit=x", "cursor=nonsense", "limit=1&limit=2", "role=king",
        "campaign=x",
    ])
    func `a parameter that cannot be is named`(_ query: String) throws {
        try APIScene.play { scene in
            let response = try scene.get("participants?" + query)
            #expect(response.status == 400)
            #expect(response.code == "invalid_parameter")
            let name = String(query.prefix { $0 != "=" })
            #expect(response.detail?.hasPrefix(name) == true, "\(response)")
        }
    }

    @Test func `a body that is no JSON says where, and nothing else than JSON is read`() throws {
        try APIScene.play { scene in
            let key = (name: "X-API-Key", value: scene.key)
            let broken = try scene.client.request(
                "POST", "/api/v1/campaigns", [key], body: Array("{\n  \"name\": }".utf8))
            #expect(broken.status == 400)
            #expect(broken.code == "invalid_json")
            #expect(broken.number("line") == 2)
            let form = try scene.client.request(
                "POST", "/api/v1/campaigns", [key, ("Content-Type", "text/plain")],
                body: Array("name=x".utf8))
            #expect(form.status == 415)
            let list = try scene.client.request(
                "POST", "/api/v1/campaigns", [key], body: Array("[]".utf8))
            #expect(list.status == 422)
        }
    }

    @Test func `HEAD tells what GET would, without a body`() throws {
        try APIScene.play { scene in
            try scene.client.write(
                Client.bytes("HEAD", "/api/v1/campaigns", [("X-API-Key", scene.key)]))
            let response = try scene.client.read(hasBody: false)
            #expect(response.status == 200)
            #expect(response.body.isEmpty)
            #expect(try scene.get("campaigns").status == 200)
        }
    }

    @Test func `a repeated Idempotency-Key does nothing twice`() throws {
        try APIScene.play { scene in
            let field = (name: "Idempotency-Key", value: "enrol-1")
            let body = ["campaign": 1, "email": "new@example.com"] as [String: Any]
            let first = try scene.ask("POST", "participants", body, [field])
            #expect(first.status == 201)
            #expect(first[field: "idempotent-replayed"] == nil)
            let again = try scene.ask("POST", "participants", body, [field])
            #expect(again.status == 201)
            #expect(again[field: "idempotent-replayed"] == "true")
            #expect(again.body == first.body)
            let other = try scene.ask(
                "POST", "participants", ["campaign": 1, "email": "other@example.com"], [field])
            #expect(other.status == 422)
            #expect(other.code == "idempotency_key_reused")
            let key = try scene.ask("POST", "members/api-key", [:], [("Idempotency-Key", "k")])
            let same = try scene.ask("POST", "members/api-key", [:], [("Idempotency-Key", "k")])
            #expect(key.text("key") != nil)
            #expect(same.text("key") == key.text("key"))
            #expect(try scene.get("keys").data.count == 2)
        }
    }

    @Test func `a request that failed leaves its Idempotency-Key free`() throws {
        try APIScene.play { scene in
            let field = (name: "Idempotency-Key", value: "k-1")
            #expect(try scene.ask("POST", "participants", ["campaign": 9], [field]).status == 422)
            let response = try scene.ask(
                "POST", "participants", ["campaign": 1, "email": "a@example.com"], [field])
            #expect(response.status == 201)
            let empty = try scene.ask("POST", "participants", [:], [("Idempotency-Key", "")])
            #expect(empty.code == "invalid_idempotency_key")
        }
    }

    @Test func `what is asked is answered while the writer waits for the disk`() throws {
        try APIScene.play { scene in
            try scene.gateway.whileLocked {
                let other = try scene.gateway.connect()
                try other.write(
                    Client.bytes(
                        "POST", "/api/v1/participants",
                        [("X-API-Key", scene.key), ("Content-Type", "application/json")],
                        body: Array(#"{"campaign": 1, "email": "w@example.com"}"#.utf8)))
                for path in ["campaigns", "participants", "events", "rewards"] {
                    #expect(try scene.get(path).status == 200)
                }
            }
        }
    }

    @Test func `of many who create one thing at once, one does`() throws {
        try APIScene.play { scene in
            let body = Array(#"{"campaign": 1, "email": "same@example.com"}"#.utf8)
            let clients = try (0..<20).map { _ in try scene.gateway.connect() }
            for client in clients {
                try client.write(
                    Client.bytes(
                        "POST", "/api/v1/participants",
                        [("X-API-Key", scene.key), ("Content-Type", "application/json")],
                        body: body))
            }
            let response = try clients.map { try $0.read() }
            #expect(response.filter { $0.status == 201 }.count == 1)
            #expect(response.filter { $0.status == 200 }.count == 19)
            #expect(Set(response.compactMap { $0.number("id") }).count == 1)
        }
    }

    @Test func `the soft limit is reported with each answer`() throws {
        try APIScene.play { scene in
            let response = try scene.get("campaigns")
            #expect(response[field: "ratelimit"]?.hasPrefix("\"soft\";r=99;") == true)
            #expect(response[field: "ratelimit-policy"] == "\"soft\";q=100;w=60")
        }
    }

    @Test(.rows("S0-1")) func `the status page shows three surfaces, each tried`() throws {
        try APIScene.play { scene in
            for path in ["/status", "/api/v1/status"] {
                let response = try scene.client.request("GET", path)
                #expect(response.status == 200)
                let parts: [[String: Any]] = response.list("components")
                #expect(
                    parts.map { $0["name"] as? String } == ["API v1", "Widget API", "Webhooks"])
                #expect(
                    parts.allSatisfy { $0["status"] as? String == "Operational" }, "\(response)")
            }
        }
    }

    @Test(.rows("S0-8", "S0-11", "S1-4", "S1-5", "S1-6", "S1-7", "C4", "C5"))
    func `keys are made, shown once, renamed and ended`() throws {
        try APIScene.play { scene in
            let made = try scene.ask("POST", "members/api-key", ["name": "ci", "mode": "test"])
            #expect(made.status == 201)
            let key = try #require(made.text("key"))
            #expect(key.hasPrefix("ref_test_"))
            #expect(made.text("prefix") == "ref_test_")
            #expect(made.text("last_four") == String(key.suffix(4)))
            let id = try #require(made.number("id"))
            let rows = try scene.get("keys").data
            #expect(rows.count == 2)
            #expect(rows.allSatisfy { $0["key"] == nil })
            let renamed = try scene.ask("PATCH", "keys/\(id)", ["name": "build"])
            #expect(renamed.text("name") == "build")
            #expect(try scene.ask("PATCH", "keys/\(id)", [:]).pointers == ["/name"])
            #expect(try scene.ask("DELETE", "keys/\(id)").status == 204)
            let ended = try scene.client.request("GET", "/api/v1/keys", [("X-API-Key", key)])
            #expect(ended.status == 401)
            #expect(
                try scene.ask("POST", "members/api-key", ["mode": "prod"]).pointers == ["/mode"])
        }
    }
}
