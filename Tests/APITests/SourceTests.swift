import Foundation
import TestSupport
import Testing

@Suite struct APISourceTests {
    @Test(.rows("S0-14")) func `a source's life over the API`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 2, leads: 3)) { scene in
            let made = try scene.ask("POST", "sources", ["name": "Own shop", "preset": "refgate"])
            #expect(made.status == 201, "\(made)")
            let id = try #require(made.text("id"))
            #expect(id.hasPrefix("src_"))
            #expect(id.utf8.count == 26)
            let secret = try #require(made.text("secret"))
            #expect(secret.hasPrefix("whsec_"))
            #expect(made.text("hook_path") == "/hooks/\(id)")
            let read = try scene.get("sources/\(id)")
            #expect(read.status == 200)
            #expect(read.json["secret"] == nil)
            #expect(!read.text.contains(secret))
            #expect(try scene.get("sources").data.count == 2)
            // What was made works for the very next event.
            func post(_ secret: String, _ number: Int) throws -> ServerResponse {
                let sender = try Sender(
                    source: id, secret: secret, clock: scene.gateway.time.clock)
                return try scene.gateway.connect().post(
                    Message(code: "LEAD-\(number)"), id: "m-\(number)", from: sender)
            }
            #expect(try post(secret, 0).status == 200)
            let rotated = try scene.ask("POST", "sources/\(id)/rotate-secret", ["overlap": "PT1H"])
            let fresh = try #require(rotated.text("secret"))
            #expect((rotated.json["secret_hints"] as? [Any])?.count == 2)
            #expect(try post(secret, 1).status == 200)
            #expect(try post(fresh, 1).isDuplicate == true)
            scene.gateway.time.advance(by: .seconds(3601))
            #expect(try post(secret, 2).status == 401)
            #expect(try post(fresh, 2).status == 200)
            let paused = try scene.ask("PATCH", "sources/\(id)", ["status": "paused"])
            #expect(paused.text("status") == "paused")
            var whole = paused.json
            whole["status"] = "active"
            let put = try scene.ask("PUT", "sources/\(id)", whole)
            #expect(put.status == 200, "\(put)")
            #expect(try scene.ask("DELETE", "sources/\(id)").status == 204)
            #expect(try post(fresh, 2).code == "unknown_source")
            #expect(try scene.get("sources/\(id)").status == 404)
            // What it sent is still there.
            #expect(try scene.get("events/1").status == 200)
            #expect(
                try scene.ask("POST", "sources", ["id": id, "preset": "refgate"]).status == 409)
        }
    }

    @Test(
        .rows("S3-19", "S3-20", "S3-22"),
        arguments: [
            ("refgate", nil), ("generic", nil), ("stripe", "whsec_example_of_a_stripe_secret"),
            ("shopify", "shopify-example-app-secret-0001"), ("revenuecat", nil),
            ("hubspot", "hubspot-example-app-secret-0001"), ("referral-factory", nil),
        ] as [(String, String?)])
    func `the curl command of the setup works`(_ preset: String, _ secret: String?) throws {
        try APIScene.play { scene in
            var body: [String: Any] = ["name": preset, "preset": preset]
            if let secret { body["secrets"] = [secret] }
            if preset == "hubspot" { body["url"] = "https://gateway.example.org/hooks/hubspot" }
            let made = try scene.ask("POST", "sources", body)
            #expect(made.status == 201, "\(made)")
            let id = try #require(made.text("id"))
            let setup = try scene.client.request(
                "GET", "/api/v1/sources/\(id)/setup",
                [
                    ("X-API-Key", scene.key)
                ])
            #expect((setup.json["steps"] as? [String])?.count == 3)
            #expect(
                setup.text("url")?.hasSuffix("/hooks/\(preset == "hubspot" ? preset : id)") == true)
            // The port is the only thing a test must put in: requests here name no real host.
            var command = try #require(setup.text("curl"))
            let here = "http://127.0.0.1:\(scene.gateway.port)/hooks/\(id)"
            command = command.replacingOccurrences(
                of: "'\(setup.text("url") ?? "")'", with: "'\(here)'")
            let answer = try FinishedProcess(["sh", "-c", command]).output
            let response =
                try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
            let first = (response?["events"] as? [[String: Any]])?.first ?? response
            #expect(response?["received"] as? Bool == true, "\(command)\n\(answer)")
            #expect(["ignored", "parked"].contains(first?["outcome"] as? String), "\(answer)")
            let isTimed = ["refgate", "stripe", "hubspot"].contains(preset)
            #expect(setup.text("note")?.contains("300 seconds") == isTimed, "\(setup)")
        }
    }

    @Test(
        arguments: [
            ([:], ["/scheme", "/mapping"]), (["preset": "paypal"], ["/preset"]),
            (["preset": "refgate", "secrets": ["whsec_c2hvcnQ="]], ["/secrets/0"]),
            (["preset": "stripe"], ["/secrets"]),
            (["preset": "refgate", "campaign": 7], ["/campaign"]),
            (["preset": "refgate", "mapping": ["amount": "payload.("]], ["/mapping/amount"]),
            (["id": "guessable", "preset": "referral-factory"], ["/id"]),
            (["preset": "refgate", "secret": "x"], ["/secret"]),
        ] as [([String: any Sendable], [String])])
    func `a mistake is named by its pointer`(
        _ body: [String: any Sendable], _ pointers: [String]
    ) throws {
        try APIScene.play { scene in
            let response = try scene.ask("POST", "sources", body)
            #expect(response.status == 422, "\(response)")
            #expect(response.pointers == pointers, "\(response)")
        }
    }

    @Test(.rows("S2-10")) func `an event is reported as in the list, and with its trace`() throws {
        try APIScene.play { scene in
            #expect(try scene.gateway.post(Message(code: "LEAD-0"), id: "one").status == 200)
            let list = try scene.get("events")
            let listed = try #require(list.data.first)
            var event = try scene.get("events/1").json
            try #require(event["id"] as? Int == 1)
            let trace = try #require(event.removeValue(forKey: "trace") as? [String: Any])
            let common = event.filter { listed[$0.key] != nil }
            #expect(common as NSDictionary == listed as NSDictionary)
            let explained = try scene.get("explain?event=1")
            #expect(trace as NSDictionary == explained.json as NSDictionary)
        }
    }

    @Test func `a scheme that the stored secret cannot serve is refused`() throws {
        try APIScene.play { scene in
            let made = try scene.ask(
                "POST", "sources", ["preset": "generic", "secrets": ["no base64, but long enough"]])
            let id = try #require(made.text("id"))
            let response = try scene.ask(
                "PATCH", "sources/\(id)", ["preset": NSNull(), "scheme": "standard-webhooks"])
            #expect(response.status == 422, "\(response)")
            let short = try scene.ask("POST", "sources/\(id)/rotate-secret", ["secret": "short"])
            #expect(short.pointers == ["/secret"])
            // The pointer of the problem says where; that of the list it became part of would mislead.
            #expect(short.text("detail")?.contains("/secrets") == false, "\(short)")
            #expect(short.text("detail")?.hasSuffix("Use a longer, random secret.") == true)
            #expect(try scene.gateway.post(Message(code: "LEAD-0"), id: "1").status == 200)
        }
    }
}
