import Foundation
import TestSupport
import Testing

@Suite struct WaitlistTests {
    static func declared(
        _ webhooks: [[String: Any]] = [], campaign: [String: Any] = [:]
    ) -> DeclaredWorkspace {
        var declared = DeclaredWorkspace(
            campaign: [
                "kind": "waitlist", "goal_type": "signup", "link_base": "https://acme.example/join",
            ].merging(campaign) { $1 }, rewards: [], leads: 0, referrers: 0)
        declared.webhooks = webhooks
        return declared
    }

    private func list(_ scene: APIScene) throws -> String {
        let response = try scene.get("waitlists")
        try #require(response.status == 200, "\(response)")
        return try #require(response.data.first?["uid"] as? String)
    }

    private func join(
        _ scene: APIScene, _ list: String, _ name: String, _ more: [String: Any] = [:]
    ) throws -> ServerResponse {
        let body: [String: Any] = ["waitlist_id": list, "email": "\(name)@example.com"]
        let response = try scene.ask("POST", "signups", body.merging(more) { $1 })
        #expect(response.status == 201, "\(response)")
        return response
    }

    @Test(.rows("S2-13", "S4-2", "S4-28", "C25")) func `a waitlist's life over the API`() throws {
        try APIScene.play(Self.declared()) { scene in
            let list = try list(scene)
            let ann = try join(
                scene, list, "ann", ["name": "Ann", "metadata": ["plan": "pro", "seats": 3]])
            #expect(ann.text("name") == "Ann")
            #expect(ann.number("position") == 1)
            #expect(ann.number("referral_count") == 0)
            #expect(ann.text("status") == "waiting")
            #expect(ann.text("waitlist_id") == list)
            let metadata = try #require(ann.json["metadata"] as? [String: Any])
            #expect(metadata["plan"] as? String == "pro")
            #expect(metadata["seats"] as? Int == 3)
            let code = try #require(ann.text("referral_code"))
            #expect(ann.text("referral_url")?.contains(code) == true)
            let id = try #require(ann.text("id"))
            #expect(ann[field: "location"] == "/api/v1/signups/\(id)")
            _ = try join(scene, list, "bob")
            let eve = try join(scene, list, "eve")
            #expect(eve.number("position") == 3)
            _ = try join(
                scene, list, "dan", ["referred_by": try #require(eve.text("referral_code"))])
            let path = "signups/\(try #require(eve.text("id")))"
            let moved = try scene.get(path)
            #expect(moved.status == 200, "\(moved)")
            #expect(moved.number("position") == 1)
            #expect(moved.number("referral_count") == 1)
            let rows = try scene.get("signups?waitlist_id=\(list)&limit=2&offset=1")
            #expect(
                rows.data.map { $0["email"] as? String } == ["ann@example.com", "bob@example.com"])
            #expect(rows.data.map { $0["position"] as? Int } == [2, 3])
            #expect(rows.number("total") == 4)
            let changed = try scene.ask("PATCH", path, ["status": "rejected"])
            #expect(changed.status == 200, "\(changed)")
            #expect(changed.json["position"] is NSNull)
            #expect(try scene.get("signups/\(id)").number("position") == 1)
            #expect(try scene.ask("DELETE", "signups/\(id)").status == 204)
            #expect(try scene.get("signups/\(id)").status == 404)
            let shown = try scene.get("waitlists/\(list)")
            #expect(shown.number("waiting") == 2, "\(shown)")
            #expect(shown.number("rejected") == 1)
            let only = try scene.get("signups?waitlist_id=\(list)&status=rejected")
            #expect(only.data.map { $0["email"] as? String } == ["eve@example.com"])
        }
    }

    @Test func `an address signs up once`() throws {
        try APIScene.play(Self.declared()) { scene in
            let list = try list(scene)
            let ann = try join(scene, list, "ann")
            let again = try scene.ask(
                "POST", "signups", ["campaign_id": 1, "email": "ANN@example.com"])
            #expect(again.status == 409, "\(again)")
            #expect(again.code == "already_signed_up")
            let known = try #require(again.json["signup"] as? [String: Any])
            #expect(known["id"] as? String == ann.text("id"))
            #expect(known["position"] as? Int == 1)
        }
    }

    @Test func `the next signups are admitted, and the others move up`() throws {
        try APIScene.play(Self.declared()) { scene in
            let list = try list(scene)
            for name in ["a", "b", "c", "d"] { _ = try join(scene, list, name) }
            let admitted = try scene.ask("POST", "waitlists/\(list)/admit", ["count": 3])
            #expect(admitted.status == 200, "\(admitted)")
            #expect(admitted.number("admitted") == 3)
            #expect(admitted.number("waiting") == 1)
            #expect(
                admitted.data.map { $0["status"] as? String }
                    == Array(repeating: "approved", count: 3))
            let rows = try scene.get("signups?waitlist_id=\(list)")
            #expect(rows.data.first?["email"] as? String == "d@example.com")
            #expect(rows.data.first?["position"] as? Int == 1)
            let rest = try scene.ask("POST", "waitlists/\(list)/admit", ["count": 9])
            #expect(rest.number("admitted") == 1)
        }
    }

    @Test func `people enrolled by any way are signups`() throws {
        var declared = Self.declared()
        declared.participants = [
            ["campaign": 1, "email": "one@example.com", "referral_code": "ONE"],
            [
                "campaign": 1, "email": "two@example.com", "referral_code": "TWO",
                "referred_by": "ONE",
            ],
        ]
        declared.sources = [DeclaredWorkspace.shop(["code_of": "referrer"])]
        try APIScene.play(declared) { scene in
            let list = try list(scene)
            _ = try scene.create(
                "participants",
                ["campaign": 1, "email": "three@example.com", "referred_by": "TWO"])
            let csv = "campaign,email,referral_code,referred_by\n1,four@example.com,FOUR,TWO\n"
            let imported = try scene.client.request(
                "POST", "/api/v1/participants/import",
                [("X-API-Key", scene.key), ("Content-Type", "text/csv")], body: Array(csv.utf8))
            #expect(imported.status == 200, "\(imported)")
            let posted = try scene.gateway.post(
                Message("signup", code: "FOUR", customer: "five"), id: "m-1")
            #expect(posted.status == 200, "\(posted)")
            let rows = try scene.get("signups?waitlist_id=\(list)")
            #expect(
                rows.data.dropLast().map { $0["email"] as? String }
                    == ["two", "one", "four", "three"].map { "\($0)@example.com" })
            #expect(rows.data.map { $0["referral_count"] as? Int } == [2, 1, 1, 0, 0])
            // A person and their signup have one UUID.
            let person = try scene.get("participants?email=two@example.com")
            #expect(person.data.first?["uid"] as? String == rows.data.first?["id"] as? String)
        }
    }

    @Test func `a referred signup earns a reward, where the campaign gives one`() throws {
        var declared = Self.declared()
        declared.campaigns[0]["rewards"] = [
            ["kind": "points", "value": ["points": 5], "cap": ["count": 9, "per": "referrer"]]
        ]
        try APIScene.play(declared) { scene in
            let list = try list(scene)
            let ann = try join(scene, list, "ann")
            let code = try #require(ann.text("referral_code"))
            _ = try join(scene, list, "bob", ["referred_by": code])
            #expect(try scene.get("rewards").data.map { $0["status"] as? String } == ["issued"])
        }
    }

    @Test(
        arguments: [
            (["email": "a@b.example"], "/waitlist_id"),
            (["waitlist_id": "7", "email": "a@b.example"], "/waitlist_id"),
            (["campaign_id": 99, "email": "a@b.example"], "/campaign_id"),
            (["campaign_id": "1", "email": "a@b.example"], "/campaign_id"),
            (["campaign_id": 1], "/email"),
            (["campaign_id": 1, "email": "nobody"], "/email"),
            (["campaign_id": 1, "email": "a@b.example", "metadata": "x"], "/metadata"),
            (["campaign_id": 1, "email": "a@b.example", "referred_by": "NOBODY"], "/referred_by"),
            (["campaign_id": 1, "email": "a@b.example", "nmae": "A"], "/nmae"),
        ] as [([String: any Sendable], String)])
    func `a body that cannot be a signup is refused with its place`(
        _ body: [String: any Sendable], _ pointer: String
    ) throws {
        try APIScene.play(Self.declared()) { scene in
            let response = try scene.ask("POST", "signups", body)
            #expect(response.status == 422, "\(response)")
            #expect(response.pointers == [pointer])
        }
    }

    @Test(.rows("S4-27", "C6")) func `signups and waitlists are named by UUIDs only`() throws {
        try APIScene.play(Self.declared()) { scene in
            let list = try list(scene)
            #expect(list.count == 36)
            let campaign = try scene.get("campaigns/1")
            #expect(campaign.text("uid") == list)
            for path in ["signups/1", "waitlists/1"] {
                let response = try scene.get(path)
                #expect(response.status == 400, "\(response)")
                #expect(response.code == "invalid_id")
            }
            let other = "00000000-0000-4000-8000-000000000000"
            for path in ["signups/\(other)", "waitlists/\(other)", "signups?waitlist_id=\(other)"] {
                #expect(try scene.get(path).status == 404)
            }
            let none = try scene.get("signups")
            #expect(none.status == 400, "\(none)")
            #expect(try scene.get("signups?waitlist_id=\(list)&limit=1001").status == 400)
        }
    }

    @Test func `a waitlist with signups stays a waitlist`() throws {
        try APIScene.play(Self.declared()) { scene in
            _ = try join(scene, try list(scene), "ann")
            let response = try scene.ask("PATCH", "campaigns/1", ["kind": "referral"])
            #expect(response.status == 422, "\(response)")
            #expect(response.pointers == ["/kind"])
        }
    }

    @Test func `a campaign that becomes a waitlist has its participants as signups`() throws {
        var declared = Self.declared(campaign: ["kind": "referral"])
        declared.participants = (1...3).map {
            ["campaign": 1, "email": "p\($0)@example.com", "referral_code": "P\($0)"]
        }
        try APIScene.play(declared) { scene in
            let before = try scene.get("participants?email=p1@example.com").data.first?["uid"]
            let changed = try scene.ask("PATCH", "campaigns/1", ["kind": "waitlist"])
            try #require(changed.status == 200, "\(changed)")
            try scene.gateway.runHousekeeping()
            let rows = try scene.get("signups?waitlist_id=\(try list(scene))")
            #expect(rows.number("total") == 3)
            #expect(rows.data.first?["id"] as? String == before as? String)
        }
    }
}
