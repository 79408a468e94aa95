import Foundation
import TestSupport
import Testing

@Suite struct APIParticipantTests {
    private func declared() -> DeclaredWorkspace {
        DeclaredWorkspace(campaign: ["link_base": "https://example.com/join"], coupons: 5)
    }

    @Test(.rows("S0-14", "S0-27", "S2-1", "S2-2", "S2-19"))
    func `a participant's life over the API`() throws {
        try APIScene.play(declared()) { scene in
            let made = try scene.ask(
                "POST", "participants",
                [
                    "campaign": 1, "email": "Ann@Example.com", "external_id": "crm-7",
                    "first_name": "Ann",
                ])
            #expect(made.status == 201, "\(made)")
            let id = try #require(made.number("id"))
            let code = try #require(made.text("referral_code"))
            #expect(made.text("referral_link") == "https://example.com/join?ref=\(code)")
            #expect(made.text("email") == "ann@example.com")
            #expect(made.text("external_id") == "crm-7")
            // The same address is the same person.
            let again = try scene.ask(
                "POST", "participants",
                ["campaign": 1, "email": "ann@example.com", "first_name": "Anne"])
            #expect(again.status == 200)
            #expect(again.number("id") == id)
            #expect(again.text("first_name") == "Anne")
            #expect(again.text("referral_code") == code)
            let changed = try scene.ask(
                "PATCH", "participants/\(id)", ["source": "app", "first_name": NSNull()])
            #expect(changed.text("source") == "app")
            #expect(changed.json["first_name"] is NSNull)
            #expect(changed.text("external_id") == "crm-7")
            var whole = changed.json
            whole["status"] = "disabled"
            let put = try scene.ask("PUT", "participants/\(id)", whole)
            #expect(put.text("status") == "disabled", "\(put)")
            let repeated = try scene.ask(
                "POST", "participants", ["campaign": 1, "external_id": "crm-7"])
            #expect(repeated.text("status") == "disabled")
            for query in [
                "email=ANN@example.com", "external_id=crm-7", "referral_code=\(code.lowercased())",
            ] {
                let found = try scene.get("participants?" + query)
                #expect(found.data.map { $0["id"] as? Int } == [id])
            }
            #expect(try scene.ask("DELETE", "participants/\(id)").status == 204)
            #expect(try scene.get("participants/\(id)").status == 404)
            #expect(try scene.get("participants?email=ann@example.com").data.isEmpty)
            // The code stays a tombstone.
            let taken = try scene.ask(
                "POST", "participants",
                ["campaign": 1, "email": "new@example.com", "referral_code": code])
            #expect(taken.status == 409)
            #expect(taken.pointers == ["/referral_code"])
        }
    }

    @Test(.rows("S2-2", "S2-3", "S3-23"))
    func `whoever is enrolled can be referred by and refer at once`() throws {
        try APIScene.play(declared()) { scene in
            let ann = try scene.ask(
                "POST", "participants", ["campaign": 1, "email": "ann@example.com"])
            let bob = try scene.ask(
                "POST", "participants",
                [
                    "campaign": 1, "email": "bob@example.com", "referral_code": "BOB-1",
                    "referred_by": ann.text("referral_code") ?? "",
                ])
            #expect(bob.text("referred_by") == ann.text("referral_code"))
            let response = try scene.gateway.post(Message(code: "BOB-1"), id: "1")
            #expect(response.outcome == "rewarded")
            let code = try #require(ann.text("referral_code"))
            #expect(
                try scene.get("participants?role=lead&referred_by=\(code)").data.map {
                    $0["id"] as? Int
                } == [bob.number("id")])
            #expect(try scene.get("participants?role=referrer").data.count == 2)
        }
    }

    @Test(.rows("S2-9")) func `an event that waited is decided when its participant is enrolled`()
        throws
    {
        try APIScene.play(declared()) { scene in
            #expect(try scene.gateway.post(Message(code: "LATER"), id: "1").outcome == "parked")
            try scene.ask(
                "POST", "participants",
                [
                    "campaign": 1, "email": "l@example.com", "referral_code": "LATER",
                    "referred_by": "REF-0",
                ])
            try scene.gateway.runHousekeeping()
            #expect(try scene.get("events").data[0]["outcome"] as? String == "rewarded")
        }
    }

    @Test func `subscribers are notified of those who join`() throws {
        var declared = declared()
        declared.webhooks[0]["events"] = ["affiliate.created", "lead.created", "affiliate.updated"]
        try APIScene.play(declared) { scene in
            let id = try scene.create("participants", ["campaign": 1, "email": "a@example.com"])
            try scene.ask(
                "POST", "participants",
                ["campaign": 1, "email": "b@example.com", "referred_by": "LEAD-0"])
            try scene.ask("PATCH", "participants/\(id)", ["first_name": "A"])
            let types = try scene.gateway.database.rows(
                "SELECT type FROM deliveries ORDER BY id")
            #expect(
                types == [
                    "affiliate.created", "affiliate.created", "lead.created", "affiliate.updated",
                ])
        }
    }

    @Test(
        arguments: [
            (["email": "a@example.com"], ["/campaign"]), (["campaign": 1], ["/email"]),
            (["campaign": 7, "email": "a@example.com"], ["/campaign"]),
            (["campaign": 1, "email": "nobody"], ["/email"]),
            (
                ["campaign": 1, "email": "a@example.com", "referral_code": "a b"],
                ["/referral_code"]
            ),
            (["campaign": 1, "email": "a@example.com", "referred_by": "NONE"], ["/referred_by"]),
            (["campaign": 1, "id": 7, "email": "a@example.com"], ["/id"]),
            (["campaign": 1, "email": "a@example.com", "mail": "x"], ["/mail"]),
        ] as [([String: any Sendable], [String])])
    func `a mistake is named by its pointer`(
        _ body: [String: any Sendable], _ pointers: [String]
    ) throws {
        try APIScene.play { scene in
            let response = try scene.ask("POST", "participants", body)
            #expect(response.status == 422)
            #expect(response.pointers == pointers, "\(response)")
        }
    }

    @Test func `what others have cannot be taken, and what is fixed stays`() throws {
        try APIScene.play(DeclaredWorkspace(referrers: 2)) { scene in
            let lead = try scene.get("participants?referral_code=LEAD-0").data[0]["id"] as? Int ?? 0
            for (body, status, pointer) in [
                (["email": "ref0@example.com"], 409, "/email"),
                (["referred_by": "REF-1"], 409, "/referred_by"),
                (["referral_code": "OTHER"], 422, "/referral_code"),
                (["campaign": 2], 422, "/campaign"),
            ] as [([String: Any], Int, String)] {
                let response = try scene.ask("PATCH", "participants/\(lead)", body)
                #expect(response.status == status, "\(response)")
                #expect(response.pointers == [pointer])
            }
        }
    }

    @Test func `two people's names for one cannot be joined, and a person cannot refer themself`()
        throws
    {
        try APIScene.play { scene in
            let first =
                ["campaign": 1, "external_id": "a", "email": "a@example.com"] as [String: Any]
            let second =
                ["campaign": 1, "external_id": "b", "email": "b@example.com"] as [String: Any]
            let made = try scene.ask("POST", "participants", first)
            try scene.ask("POST", "participants", second)
            let joined = try scene.ask(
                "POST", "participants",
                ["campaign": 1, "external_id": "a", "email": "b@example.com"])
            #expect(joined.status == 409, "\(joined)")
            #expect(joined.code == "participant_conflict")
            let own = try scene.ask(
                "POST", "participants",
                [
                    "campaign": 1, "email": "a@example.com",
                    "referred_by": made.text("referral_code") ?? "",
                ])
            #expect(own.status == 409, "\(own)")
            #expect(try scene.get("participants?external_id=b").data.count == 1)
        }
    }

    @Test func `a deleted person leaves no name, and the books still balance`() throws {
        try APIScene.play(declared()) { scene in
            let response = try scene.gateway.post(
                Message(
                    code: "LEAD-0", order: "1", amount: 1000, customer: "cus-secret",
                    email: "lead0@example.com"),
                id: "1")
            #expect(response.outcome == "rewarded")
            let lead = try scene.get("participants?referral_code=LEAD-0").data[0]["id"] as? Int ?? 0
            try scene.ask("PATCH", "participants/\(lead)", ["first_name": "Leonora"])
            #expect(try scene.ask("DELETE", "participants/\(lead)").status == 204)
            try scene.gateway.runHousekeeping()
            let database = scene.gateway.database
            #expect(
                try database.count("SELECT count(*) FROM events WHERE body IS NOT NULL") == 0)
            for word in ["lead0@example.com", "Leonora", "cus-secret"] {
                for (table, column) in [
                    ("participants", "email || first_name"), ("customers", "customer"),
                    ("conversions", "customer"), ("participant_revisions", "document"),
                    ("events", "body"), ("events", "fields"),
                ] {
                    #expect(
                        try database.count(
                            "SELECT count(*) FROM \(table) WHERE \(column) LIKE '%\(word)%'") == 0,
                        "\(word) in \(table)")
                }
            }
            let conversion = try scene.get("conversions/1")
            #expect(conversion.number("amount") == 1000)
            #expect(conversion.status == 200)
        }
    }

    private func send(_ scene: APIScene, _ rows: String) throws -> ServerResponse {
        try scene.client.request(
            "POST", "/api/v1/participants/import",
            [("X-API-Key", scene.key), ("Content-Type", "text/csv")], body: Array(rows.utf8))
    }

    @Test(.rows("S2-13")) func `participants come and go as rows of CSV`() throws {
        try APIScene.play(declared()) { scene in
            let response = try send(
                scene,
                """
                campaign,email,first_name,referral_code,referred_by,id
                1,x@example.com,Xenia,XENIA,,crm-1
                1,y@example.com,,YORK,XENIA,
                1,ref0@example.com,Ralf,,,
                """)
            #expect(response.status == 200, "\(response)")
            #expect(response.number("added") == 2)
            #expect(response.number("changed") == 1)
            let export = try scene.get("participants/export")
            #expect(export[field: "content-type"] == "text/csv; charset=utf-8")
            let lines = export.text.split(separator: "\r\n")
            #expect(lines.count == 5)
            #expect(lines[1].hasPrefix("1,y@example.com,,YORK,XENIA,,,,active,20"))
            // What was exported can be imported.
            let again = try send(scene, export.text)
            #expect(again.number("unchanged") == 4, "\(again)")
            #expect(try scene.gateway.post(Message(code: "YORK"), id: "1").outcome == "rewarded")
        }
    }

    @Test func `rows with a mistake are refused whole, each with its line`() throws {
        try APIScene.play(declared()) { scene in
            let response = try send(
                scene, "campaign,email,referred_by\n1,good@example.com,\n7,bad,NOBODY\n")
            #expect(response.status == 422)
            let details = (response.json["errors"] as? [[String: Any]] ?? [])
                .compactMap { $0["detail"] as? String }
            #expect(details.count == 3, "\(response)")
            #expect(details.allSatisfy { $0.hasPrefix("Line 3, column ") })
            #expect(try scene.get("participants?email=good@example.com").data.isEmpty)
            let json = try scene.ask("POST", "participants/import", ["rows": 1])
            #expect(json.status == 415)
        }
    }
}
