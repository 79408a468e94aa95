import TestSupport
import Testing

/// Keys that are refused although they are known, and keys with characters that are not seen.
@Suite struct TestKeyTests {
    @Test(arguments: [
        ("GET", "keys"), ("GET", "rewards"), ("GET", "participants/export"),
        ("GET", "explain?code=LEAD-0"), ("POST", "participants"), ("DELETE", "participants/1"),
        ("POST", "members/api-key"), ("POST", "participants/import"),
    ])
    func `a test key reaches nothing but the status`(_ method: String, _ path: String) throws {
        try APIScene.play { scene in
            let made = try scene.ask("POST", "members/api-key", ["mode": "test"])
            #expect(made.status == 201, "\(made)")
            let key = try #require(made.text("key"))
            for name in ["X-API-Key", "Authorization"] {
                let value = name == "X-API-Key" ? key : "Bearer \(key)"
                let refused = try scene.client.request(
                    method, "/api/v1/" + path,
                    [(name, value), ("Content-Type", "application/json")],
                    body: method == "POST" ? Array("{}".utf8) : nil)
                #expect(refused.status == 403, "\(refused)")
                #expect(refused.code == "test_key_refused")
                #expect(refused.text("detail")?.contains("ref_live_") == true)
            }
            let status = try scene.client.request("GET", "/api/v1/status", [("X-API-Key", key)])
            #expect(status.status == 200, "\(status)")
            let after = try scene.get("keys")
            #expect(after.status == 200)
            #expect(after.data.count == 2)
        }
    }

    @Test func `the answer to a key with a no-break space says what is wrong with it`() throws {
        try APIScene.play { scene in
            for key in ["\u{A0}" + scene.key, scene.key + "\u{200B}"] {
                let refused = try scene.client.request("GET", "/api/v1/keys", [("X-API-Key", key)])
                #expect(refused.status == 401, "\(refused)")
                #expect(refused.text("error") == "Invalid or missing API key")
                #expect(refused.text("detail")?.contains("no-break space") == true)
            }
        }
    }

    @Test(arguments: [
        "\u{A0}C-1", "C-1\u{200B}", "\u{FEFF}C-1", "C-1\u{200D}", "C-1 ", "\u{3000}C-1",
    ])
    func `a coupon's code within characters that are not seen is refused`(_ code: String) throws {
        try APIScene.play { scene in
            let listed = try scene.ask("POST", "campaigns/1/coupons", ["coupons": [code]])
            #expect(listed.status == 422, "\(listed)")
            #expect(listed.pointers == ["/coupons/0"])
            let pattern = code.hasSuffix("C-1") ? code + "##" : "##" + code
            let made = try scene.ask(
                "POST", "campaigns/1/coupons", ["pattern": pattern, "count": 1])
            #expect(made.status == 422, "\(made)")
            #expect(made.pointers == ["/pattern"])
        }
    }
}
