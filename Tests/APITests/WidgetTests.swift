import Foundation
import Gateway
import Programmes
import Referrals
import Sockets
import TestSupport
import Testing
import Time

/// What a page in a browser may do with a publishable key.
@Suite struct WidgetTests {
    private static func workspace(_ campaign: [String: Any] = [:]) -> DeclaredWorkspace {
        var declared = DeclaredWorkspace(
            campaign: [
                "publish": "public", "goal_type": "signup",
                "link_base": "https://shop.example/join?lang=en",
            ].merging(campaign) { $1 }, coupons: 2)
        declared.plan = "paid"
        return declared
    }

    private func play(
        _ declared: DeclaredWorkspace = workspace(), limit: Int = 0,
        _ test: (APIScene, String) throws -> Void
    ) throws {
        try APIScene.play(
            declared,
            configure: { $0.signUpLimit = limit }
        ) { scene in
            try test(
                scene,
                scene.gateway.database.makeKey(scope: .publishable, at: scene.gateway.time.now))
        }
    }

    private func ask(
        _ scene: APIScene, _ key: String, _ method: String, _ path: String,
        _ body: [String: Any]? = nil, token: String? = nil
    ) throws -> ServerResponse {
        var fields = [(name: "X-API-Key", value: key), ("Origin", "https://shop.example")]
        if let token { fields.append(("X-Participant-Token", token)) }
        if body != nil { fields.append(("Content-Type", "application/json")) }
        return try scene.client.request(
            method, "/api/v1/" + path, fields,
            body: body.map { Array((try? JSONSerialization.data(withJSONObject: $0)) ?? Data()) })
    }

    @Test(.rows("S0-25", "S2-13", "C22"))
    func `a visitor signs up, and reads their own code and rewards with their token`() throws {
        try play { scene, key in
            let shown = try ask(scene, key, "GET", "widget/campaigns/1")
            #expect(shown.status == 200, "\(shown)")
            #expect(shown.json["accepts_signups"] as? Bool == true)
            let ann = try ask(
                scene, key, "POST", "widget/signups",
                ["campaign_id": 1, "email": "ann@example.com", "name": "Ann"])
            #expect(ann.status == 201, "\(ann)")
            #expect(ann[field: "access-control-allow-origin"] == "*")
            let code = try #require(ann.text("referral_code"))
            let token = try #require(ann.text("participant_token"))
            #expect(ann.text("referral_url") == "https://shop.example/join?lang=en&ref=\(code)")
            #expect(ann.text("share_url")?.hasSuffix("/r/\(code)") == true)
            let friend = try ask(
                scene, key, "POST", "widget/signups",
                ["campaign_id": 1, "email": "ben@example.com", "referred_by": code])
            #expect(friend.status == 201, "\(friend)")
            let own = try ask(scene, key, "GET", "widget/participant", token: token)
            #expect(own.status == 200, "\(own)")
            #expect(own.text("name") == "Ann")
            #expect(own.number("conversions") == 1)
            #expect(own.rewards.map { $0["status"] as? String } == ["issued"])
            #expect(own.rewards.first?["coupon_code"] as? String == "C-0")
            #expect(own.json["participant_token"] == nil)
            let theirs = try ask(
                scene, key, "GET", "widget/participant", token: friend.text("participant_token"))
            #expect(theirs.text("email") == "ben@example.com")
            #expect(theirs.rewards.isEmpty)
            let people = try scene.get("participants")
            #expect(people.data.first?["source"] as? String == "widget")
        }
    }

    @Test func `an address that is signed up is refused without a word about the person`() throws {
        try play { scene, key in
            let again = try ask(
                scene, key, "POST", "widget/signups",
                ["campaign_id": 1, "email": "ref0@example.com"])
            #expect(again.status == 409, "\(again)")
            #expect(again.code == "already_signed_up")
            #expect(!again.text.contains("REF-0"))
            #expect(again.json["signup"] == nil)
        }
    }

    @Test func `private, ended and unknown campaigns take no sign-ups of visitors`() throws {
        for (changes, status, code) in [
            (["publish": "private"], 422, "invalid_body"),
            (["status": "paused"], 409, "campaign_not_active"),
            (["ends_at": "2001-01-01T00:00:00Z"], 409, "campaign_not_active"),
            (["starts_at": "2101-01-01T00:00:00Z"], 409, "campaign_not_active"),
        ] as [([String: Any], Int, String)] {
            try play(Self.workspace(changes)) { scene, key in
                let refused = try ask(
                    scene, key, "POST", "widget/signups",
                    ["campaign_id": 1, "email": "ann@example.com"])
                #expect(refused.status == status, "\(changes): \(refused)")
                #expect(refused.code == code)
                let shown = try ask(scene, key, "GET", "widget/campaigns/1")
                if code == "invalid_body" {
                    #expect(refused.pointers == ["/campaign_id"])
                    #expect(shown.status == 404)
                } else {
                    #expect(shown.status == 200)
                    #expect(shown.json["accepts_signups"] as? Bool == false)
                }
            }
        }
    }

    @Test func `a token is of one gateway, one account and one living person`() throws {
        try play { scene, key in
            let made = try scene.ask("POST", "participants/1/widget-token")
            #expect(made.status == 200, "\(made)")
            let token = try #require(made.text("participant_token"))
            let own = try ask(scene, key, "GET", "widget/participant", token: token)
            #expect(own.status == 200, "\(own)")
            #expect(own.text("referral_code") == "REF-0")
            let other = try scene.gateway.database.makeKey(.test, scope: .publishable)
            for (key, token) in [
                (other, token), (key, token + "00"), (key, String(token.dropLast(2))), (key, "pt_"),
            ] {
                let none = try ask(scene, key, "GET", "widget/participant", token: token)
                #expect(none.status == 404, "\(none)")
                #expect(none.code == "unknown_participant")
            }
            #expect(try ask(scene, key, "GET", "widget/participant").status == 404)
            #expect(try scene.ask("DELETE", "participants/1").status == 204)
            #expect(
                try ask(scene, key, "GET", "widget/participant", token: token).status == 404)
        }
    }

    @Test func `a waitlist shows its visitor the position`() throws {
        var declared = Self.workspace(["kind": "waitlist", "rewards": [[String: Any]]()])
        declared.campaigns[0]["rewards"] = [[String: Any]]()
        try play(declared) { scene, key in
            let ann = try ask(
                scene, key, "POST", "widget/signups",
                ["campaign_id": 1, "email": "ann@example.com"])
            #expect(ann.status == 201, "\(ann)")
            let before = try #require(ann.number("position"))
            let friend = try ask(
                scene, key, "POST", "widget/signups",
                [
                    "campaign_id": 1, "email": "ben@example.com",
                    "referred_by": try #require(ann.text("referral_code")),
                ])
            #expect(friend.status == 201, "\(friend)")
            let after = try ask(
                scene, key, "GET", "widget/participant", token: ann.text("participant_token"))
            #expect(after.status == 200, "\(after)")
            #expect(after.number("referral_count") == 1)
            #expect(try #require(after.number("position")) < before)
        }
    }

    @Test func `one address may sign up so many people a minute, and no more`() throws {
        try play(limit: 2) { scene, key in
            for (index, status) in [201, 201, 429].enumerated() {
                let answer = try ask(
                    scene, key, "POST", "widget/signups",
                    ["campaign_id": 1, "email": "p\(index)@example.com"])
                #expect(answer.status == status, "\(answer)")
                if status == 429 { #expect(answer[field: "retry-after"] != nil) }
            }
        }
    }

    // MARK: Visits

    private func visit(
        _ scene: APIScene, _ path: String = "/r/REF-0", from address: String = "198.51.100.1",
        _ fields: [(name: String, value: String)] = [], method: String = "GET"
    ) throws -> ServerResponse {
        try scene.client.request(method, path, [("X-Forwarded-For", address)] + fields)
    }

    private func visits(_ scene: APIScene) throws -> [String] {
        try scene.gateway.runHousekeeping()
        return try scene.gateway.database.rows("SELECT visits FROM visit_counts")
    }

    private func playVisits(
        _ declared: DeclaredWorkspace = workspace(), _ test: (APIScene) throws -> Void
    ) throws {
        try APIScene.play(
            declared,
            configure: {
                $0.trustedProxies = ["127.0.0.0/8", "::1/128"].compactMap { AddressRange($0) }
            }, test)
    }

    @Test(.rows("S0-25"))
    func `a link leads to the landing page, and counts each visitor once a day`() throws {
        try playVisits { scene in
            #expect(try visits(scene) == [])
            for _ in 0..<3 {
                let answer = try visit(scene)
                #expect(answer.status == 302, "\(answer)")
                #expect(answer[field: "location"] == "https://shop.example/join?lang=en&ref=REF-0")
                #expect(answer[field: "cache-control"] == "no-store")
            }
            #expect(try visit(scene, "/r/ref-0").status == 302)
            #expect(try visits(scene) == ["1"])
            #expect(try visit(scene, from: "198.51.100.2").status == 302)
            #expect(try visits(scene) == ["2"])
            #expect(try visit(scene, from: "198.51.100.3", method: "HEAD").status == 302)
            let ahead = try visit(scene, from: "198.51.100.4", [("Sec-Purpose", "prefetch")])
            #expect(ahead.status == 302)
            #expect(try visits(scene) == ["2"])
            scene.gateway.time.advance(by: .seconds(86_400))
            #expect(try visit(scene).status == 302)
            #expect(try visits(scene) == ["3"])
            // No address of a visitor is kept, and no row of a day that is over.
            let rows = try scene.gateway.database.rows("SELECT length(visitor) FROM visits")
            #expect(rows == ["8"])
            for path in ["/r/NOBODY", "/r/%20", "/r/9/REF-0"] {
                let none = try visit(scene, path)
                #expect(none.status == 404, "\(none)")
                #expect(none.code == "unknown_link")
            }
        }
    }

    @Test(.rows("C16"))
    func `enough visits are a conversion for review, with each further multiple another`() throws {
        var declared = Self.workspace(["goal_type": "visit", "goal_threshold": 2])
        declared.campaigns[0]["rewards"] = [
            ["kind": "coupon", "cap": ["count": 5, "per": "referrer"]]
        ]
        try playVisits(declared) { scene in
            func visit(_ numbers: ClosedRange<Int>) throws {
                for number in numbers {
                    let answer = try self.visit(scene, from: "198.51.100.\(number)")
                    #expect(answer.status == 302, "\(answer)")
                    try scene.gateway.runHousekeeping()
                }
            }
            try visit(1...1)
            #expect(try scene.get("conversions").data.isEmpty)
            try visit(2...3)
            let held = try scene.get("conversions")
            #expect(held.data.count == 1, "\(held)")
            #expect(held.data.first?["status"] as? String == "pending")
            let rewards = try scene.get("rewards")
            #expect(rewards.data.map { $0["status"] as? String } == ["in_review"], "\(rewards)")
            let id = try #require(held.data.first?["id"] as? Int)
            let approved = try scene.ask("POST", "conversions/\(id)/approve", [String: Any]())
            #expect(approved.status == 200, "\(approved)")
            let issued = try scene.get("rewards")
            #expect(issued.data.map { $0["status"] as? String } == ["issued"], "\(issued)")
            try visit(4...4)
            #expect(try scene.get("conversions").data.count == 2)
            let event = try #require(held.data.first?["id"] as? Int)
            let why = try scene.get("explain?event=\(event)")
            #expect(why.status == 200)
            #expect(why.text.contains("goal_threshold"))
        }
    }

    @Test func `a campaign for visits needs a threshold, and its rewards a review`() throws {
        try APIScene.play { scene in
            func make(_ members: [String: Any]) throws -> ServerResponse {
                try scene.ask(
                    "POST", "campaigns",
                    [
                        "name": "Visits", "goal_type": "visit",
                        "rewards": [["kind": "points", "value": ["points": 1]]],
                    ].merging(members) { $1 })
            }
            let none = try make([:])
            #expect(none.status == 422, "\(none)")
            #expect(none.pointers == ["/goal_threshold"])
            let unreviewed = try make(["goal_threshold": 10, "review": "never"])
            #expect(unreviewed.status == 422, "\(unreviewed)")
            #expect(unreviewed.pointers == ["/review"])
            let made = try make(["goal_threshold": 10])
            #expect(made.status == 201, "\(made)")
            #expect(made.text("review") == "always")
        }
    }

    @Test func `the link of another side names the side`() throws {
        try playVisits { scene in
            let database = scene.gateway.database
            try database.apply(
                Self.workspace(), for: .init(mode: .test), at: scene.gateway.time.now)
            try scene.gateway.runHousekeeping()
            let side = try database.rows("SELECT id FROM accounts WHERE mode = 'test'")[0]
            #expect(try visit(scene, "/r/\(side)/REF-0").status == 302)
            #expect(try visits(scene) == ["1"])
            let counted = try database.rows(
                """
                SELECT p.account_id FROM visit_counts AS v
                JOIN participants AS p ON p.id = v.participant_id
                """)
            #expect(counted == [side])
        }
    }
}
