import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import API

/// `ETag`, `If-None-Match` and `If-Match`.
@Suite struct ValidatorTests {
    private static let declared = DeclaredWorkspace(coupons: 1)

    private static let resources = [
        "campaigns/1", "campaigns/1/rewards/1", "participants/1", "sources/src_shop", "webhooks/1",
        "events/1", "conversions/1", "rewards/16", "deliveries/65537",
    ]

    @Test func `each resource has a validator, and is not sent twice`() throws {
        try APIScene.play(Self.declared) { scene in
            try #require(try scene.gateway.post(Message(code: "LEAD-0"), id: "1").status == 200)
            for path in Self.resources {
                let first = try scene.get(path)
                try #require(first.status == 200, "\(path): \(first)")
                let tag = try #require(first[field: "etag"], "\(path)")
                #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""), "a strong validator")
                for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                    let again = try scene.ask("GET", path, nil, [("If-None-Match", known)])
                    #expect(again.status == 304, "\(path) \(known)")
                    #expect(again.body.isEmpty)
                    #expect(again[field: "etag"] == tag)
                }
                let other = try scene.ask("GET", path, nil, [("If-None-Match", "\"other\"")])
                #expect(other.status == 200, "\(path)")
                #expect(other.body == first.body)
            }
            #expect(try scene.get("campaigns")[field: "etag"] == nil, "a list has none")
        }
    }

    @Test(
        arguments: [
            ("PATCH", "campaigns/1", ["name": "Autumn"]),
            ("PATCH", "participants/1", ["first_name": "Ada"]),
            ("PATCH", "sources/src_shop", ["name": "till"]),
            ("PATCH", "webhooks/1", ["name": "drain"]),
            ("DELETE", "participants/2", nil), ("DELETE", "webhooks/1", nil),
            ("DELETE", "campaigns/1/rewards/1", nil),
        ] as [(String, String, [String: String]?)])
    func `a change is made only to the state that its maker saw`(
        _ method: String, _ path: String, _ body: [String: String]?
    ) throws {
        try APIScene.play { scene in
            let seen = try scene.get(path)
            let tag = try #require(seen[field: "etag"], "\(seen)")
            for stale in ["\"0123\"", "W/\(tag)"] {
                let refused = try scene.ask(method, path, body, [("If-Match", stale)])
                #expect(refused.status == 412, "\(refused)")
                #expect(refused.code == "precondition_failed")
            }
            #expect(try scene.get(path).body == seen.body)
            let changed = try scene.ask(method, path, body, [("If-Match", "\"x\", \(tag)")])
            #expect([200, 204].contains(changed.status), "\(changed)")
            let late = try scene.ask(method, path, body, [("If-Match", tag)])
            #expect(late.status == (method == "DELETE" ? 404 : 412), "\(late)")
        }
    }

    @Test(arguments: ["campaigns/1", "participants/1", "sources/src_shop", "webhooks/1"])
    func `the answer to a change has the validator of the new state`(_ path: String) throws {
        try APIScene.play { scene in
            let member = path.hasPrefix("participants") ? "first_name" : "name"
            var tag = try #require(try scene.get(path)[field: "etag"])
            for name in ["one", "two"] {
                let fields = [("If-Match", tag), ("Idempotency-Key", name)]
                let changed = try scene.ask("PATCH", path, [member: name], fields)
                try #require(changed.status == 200, "\(changed)")
                let next = try #require(changed[field: "etag"], "\(changed.fields)")
                #expect(next != tag)
                #expect(try scene.get(path)[field: "etag"] == next)
                tag = next
            }
        }
    }

    @Test func `of two who saw the same state, one changes it`() throws {
        try APIScene.play { scene in
            let tag = try #require(try scene.get("participants/1")[field: "etag"])
            let statuses = try (1...2).map { number in
                try scene.ask(
                    "PUT", "participants/1", ["campaign": 1, "first_name": "N\(number)"],
                    [("If-Match", tag)]
                ).status
            }
            #expect(statuses == [200, 412])
            #expect(try scene.get("participants/1").text("first_name") == "N1")
            let any = try scene.ask(
                "PATCH", "participants/1", ["first_name": "N3"], [("If-Match", "*")])
            #expect(any.status == 200, "\(any)")
        }
    }

    @Test func `what has no validator takes no condition`() throws {
        try APIScene.play(Self.declared) { scene in
            let refused = try scene.ask(
                "DELETE", "campaigns/1/coupons/1", nil, [("If-Match", "*")])
            #expect(refused.status == 412, "\(refused)")
            // It would change with each use of the key.
            let key = try scene.get("keys/1")
            #expect(key.status == 200)
            #expect(key[field: "etag"] == nil)
            let renamed = try scene.ask("PATCH", "keys/1", ["name": "x"], [("If-Match", "*")])
            #expect(renamed.status == 412, "\(renamed)")
            #expect(try scene.get("campaigns/1/coupons?state=available").data.count == 1)
        }
    }

    @Test func `the description of the API has validators and conditions`() throws {
        let text = String(decoding: OpenAPIDocument.document(.compact), as: UTF8.self)
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        for route in API.routes where route.showsResource || route.takesMatch {
            let method = route.method.name.description.lowercased()
            let operation = try #require(paths[route.template]?[method], "\(route.template)")
            let responses = try #require(operation["responses"] as? [String: Any])
            let references = (operation["parameters"] as? [[String: Any]] ?? [])
                .compactMap { $0["$ref"] as? String }
            if route.showsResource {
                #expect(responses["304"] != nil, "\(route.template)")
                #expect(references.contains("#/components/parameters/IfNoneMatch"))
            } else {
                #expect(responses["412"] != nil, "\(route.template)")
                #expect(references.contains("#/components/parameters/IfMatch"))
            }
        }
    }
}
