import Foundation
import TestSupport
import Testing

/// What stands in the header of an answer for clients to act on.
@Suite struct AnswerHeaderTests {
    private static func creations() -> [(path: String, body: [String: Any])] {
        [
            ("members/api-key", ["name": "ci"]),
            ("campaigns", ["name": "Summer", "goal_type": "signup", "owner": "o@example.com"]),
            ("campaigns/1/rewards", ["kind": "coupon"]),
            ("campaigns/1/coupons", ["coupons": ["NEW-1"]]),
            ("participants", ["campaign": 1, "email": "new@example.com"]),
            ("sources", ["name": "crm", "preset": "generic"]),
            ("sources", ["id": "src_named", "name": "crm", "preset": "generic"]),
            (
                "webhooks",
                ["name": "hook", "url": "https://hook.example/", "events": ["reward.issued"]]
            ),
        ]
    }

    @Test(.rows("S0-3")) func `what was created has an address that can be read`() throws {
        try APIScene.play { scene in
            for (path, body) in Self.creations() {
                let made = try scene.ask("POST", path, body)
                #expect(made.status == 201, "\(path): \(made)")
                let location = try #require(made[field: "location"], "\(path)")
                #expect(location.hasPrefix("/api/v1/"))
                let found = try scene.client.request(
                    "GET", location, [("X-API-Key", scene.key)])
                #expect(found.status == 200, "\(location): \(found)")
                if made.json["id"] != nil {
                    #expect("\(found.json["id"] ?? "")" == "\(made.json["id"] ?? "?")", "\(path)")
                }
            }
        }
    }

    @Test func `an answer that is given again has its address again`() throws {
        try APIScene.play { scene in
            let key = [(name: "Idempotency-Key", value: "k-1")]
            let body: [String: Any] = ["campaign": 1, "email": "new@example.com"]
            let first = try scene.ask("POST", "participants", body, key)
            let again = try scene.ask("POST", "participants", body, key)
            #expect(again.status == 201)
            #expect(again[field: "idempotent-replayed"] == "true")
            #expect(again[field: "location"] != nil)
            #expect(again[field: "location"] == first[field: "location"])
        }
    }

    @Test func `what was there already is not said to be created`() throws {
        try APIScene.play { scene in
            let response = try scene.ask(
                "POST", "participants", ["campaign": 1, "email": "lead0@example.com"])
            #expect(response.status == 200)
            #expect(response[field: "location"] == nil)
        }
    }

    @Test(.rows("S0-23", "C22")) func `a page of another origin may read what it has to act on`()
        throws
    {
        try APIScene.play { scene in
            let response = try scene.get("campaigns")
            #expect(response.status == 200)
            let exposed = (response[field: "access-control-expose-headers"] ?? "")
                .components(separatedBy: ", ")
            for name in [
                "Link", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "Allow",
                "WWW-Authenticate", "Idempotent-Replayed", "Accept", "Accept-Encoding",
            ] { #expect(exposed.contains(name), "\(name)") }
        }
    }

    // MARK: 415

    @Test(
        .rows("S0-3"),
        arguments: [
            ("text/plain", #"This body is "text/plain". Send application/json."#),
            ("application/x-www-form-urlencoded", #""application/x-www-form-urlencoded""#),
            (nil, "This body has no Content-Type."),
        ] as [(String?, String)])
    func `another media type is named in the refusal`(_ type: String?, _ words: String) throws {
        try APIScene.play { scene in
            let field = type.map { [(name: "Content-Type", value: $0)] } ?? []
            let hook = try scene.client.request(
                "POST", "/hooks/src_shop", field, body: Array("{}".utf8))
            #expect(hook.status == 415)
            #expect(hook.code == "unsupported_media_type")
            #expect(hook.detail?.contains(words) == true, "\(hook)")
            #expect(hook[field: "accept"] == "application/json")
            #expect(hook[field: "accept-encoding"] == nil)
            guard type != nil else { return }
            let api = try scene.client.request(
                "POST", "/api/v1/campaigns", [("X-API-Key", scene.key)] + field,
                body: Array("{}".utf8))
            #expect(api.status == 415)
            #expect(api.detail?.contains(words) == true, "\(api)")
            #expect(api[field: "accept"] == "application/json")
        }
    }

    @Test(arguments: ["gzip", "br", "deflate, gzip", "GZIP"])
    func `a compressed body is refused with the codings that are accepted`(
        _ coding: String
    ) throws {
        try APIScene.play { scene in
            let fields = [
                (name: "Content-Type", value: "application/json"),
                (name: "Content-Encoding", value: coding), ("X-API-Key", scene.key),
            ]
            for path in ["/hooks/src_shop", "/api/v1/campaigns"] {
                let response = try scene.client.request(
                    "POST", path, fields, body: [0x1F, 0x8B, 8, 0])
                #expect(response.status == 415, "\(path): \(response)")
                #expect(response[field: "accept-encoding"] == "identity")
                #expect(response[field: "accept"] == nil)
                #expect(response.detail?.contains(coding) == true, "\(response)")
            }
        }
    }

    @Test func `a body that says it is not coded is read`() throws {
        try APIScene.play { scene in
            let response = try scene.ask(
                "POST", "participants", ["campaign": 1, "email": "n@example.com"],
                [("Content-Encoding", "identity")])
            #expect(response.status == 201, "\(response)")
        }
    }

    // MARK: 401

    @Test func `a refused delivery names the scheme that would prove it`() throws {
        let declared = DeclaredWorkspace(source: [
            "preset": "generic", "scheme": "bearer", "secrets": [Sender.secret],
        ])
        try APIScene.play { scene in
            let body = Array(Message(code: "LEAD-0").text.utf8)
            let type = (name: "Content-Type", value: "application/json")
            let missing = try scene.client.request("POST", "/hooks/src_shop", [type], body: body)
            #expect(missing.status == 401)
            #expect(
                missing[field: "www-authenticate"]
                    == #"Signature realm="refgate", scheme="standard-webhooks""#)
            var fields = try scene.gateway.sender.fields(id: "1", body: body)
            fields[fields.count - 1].value = "v1,AAAA"
            let wrong = try scene.client.request("POST", "/hooks/src_shop", fields, body: body)
            #expect(wrong.status == 401)
            #expect(wrong[field: "www-authenticate"] == missing[field: "www-authenticate"])
        }
        try APIScene.play(declared) { scene in
            let response = try scene.client.request(
                "POST", "/hooks/src_shop", [("Content-Type", "application/json")],
                body: Array("{}".utf8))
            #expect(response.status == 401)
            #expect(response[field: "www-authenticate"] == #"Bearer realm="refgate""#)
        }
    }
}
