import TestSupport
import Testing

/// Keys and coupons with characters that are not seen.
@Suite struct UnseenCharacterTests {
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
