import Foundation
import Gateway
import Programmes
import TestSupport
import Testing

/// What names a participant, and what does not.
@Suite struct IdentityTests {
    private func graces(_ scene: APIScene) throws -> [String] {
        try scene.gateway.database.rows(
            """
            SELECT email || '/' || coalesce(first_name, '') || '/' || coalesce(external_id, '')
            FROM participants WHERE referral_code = 'REF-0'
            """)
    }

    /// Rows that name somebody else, or nobody, and ask for a code that is taken.
    private static let rows: [[String: any Sendable]] = [
        ["campaign": 1, "email": "mallory@example.com", "referral_code": "REF-0"],
        ["campaign": 1, "id": "crm-9", "referral_code": "REF-0"],
        ["campaign": 1, "referral_code": "REF-0", "first_name": "Mallory"],
        ["campaign": 1, "referral_code": "REF-0", "customer": "cus_mallory"],
        ["campaign": 1, "referral_code": "REF-0", "status": "disabled"],
        ["campaign": 1, "email": "lead0@example.com", "referral_code": "REF-0"],
    ]

    @Test(arguments: rows)
    func `a code of somebody else is refused, however a row comes`(
        _ row: [String: any Sendable]
    ) throws {
        try APIScene.play { scene in
            let before = try graces(scene)
            var body = row
            body["external_id"] = body.removeValue(forKey: "id")
            let asked = try scene.ask("POST", "participants", body)
            #expect(asked.status == 409, "\(asked)")
            #expect(asked.code == "taken")
            #expect(asked.pointers == ["/referral_code"])
            let names = row.keys.sorted()
            let csv =
                names.joined(separator: ",") + "\n"
                + names.map { "\(row[$0] ?? "")" }.joined(separator: ",") + "\n"
            let imported = try scene.client.request(
                "POST", "/api/v1/participants/import",
                [("X-API-Key", scene.key), ("Content-Type", "text/csv")], body: Array(csv.utf8))
            #expect(imported.status == 409, "\(imported)")
            #expect(imported.code == "taken")
            #expect(imported.detail == "Line 2: Another participant has the code REF-0.")
            var declared = DeclaredWorkspace()
            declared.participants = [row]
            let error = #expect(throws: (any Error).self) {
                try scene.gateway.database.apply(declared, at: scene.gateway.time.now)
            }
            #expect(
                "\(try #require(error))"
                    == "/participants/0: another participant has the code REF-0")
            #expect(try graces(scene) == before)
            #expect(
                try scene.gateway.database.count(
                    "SELECT count(*) FROM customers WHERE customer = 'cus_mallory'") == 0)
        }
    }

    @Test func `a row with a code alone can be applied again, and changes nobody`() throws {
        var declared = DeclaredWorkspace()
        declared.participants.append(["campaign": 1, "referral_code": "ALONE", "source": "fair"])
        try APIScene.play(declared) { scene in
            let again = try scene.gateway.database.apply(declared, at: scene.gateway.time.now)
            #expect(again.participants.unchanged == 3)
            let asked = try scene.ask(
                "POST", "participants", ["campaign": 1, "referral_code": "ALONE"])
            #expect(asked.status == 200)
            #expect(asked.text("source") == "fair")
        }
    }

    @Test func `null takes away no referrer and no code`() throws {
        try APIScene.play { scene in
            let found = try scene.get("participants?referral_code=LEAD-0")
            #expect(found.status == 200)
            let lead = try #require(found.data[0]["id"] as? Int)
            let unsaid = try scene.ask(
                "PATCH", "participants/\(lead)", ["referred_by": NSNull()])
            #expect(unsaid.status == 409, "\(unsaid)")
            #expect(unsaid.pointers == ["/referred_by"])
            let code = try scene.ask(
                "PATCH", "participants/\(lead)", ["referral_code": NSNull()])
            #expect(code.status == 422)
            #expect(code.pointers == ["/referral_code"])
            let read = try scene.get("participants/\(lead)")
            #expect(read.status == 200)
            #expect(read.text("referred_by") == "REF-0")
            var whole = read.json
            whole["referred_by"] = NSNull()
            #expect(try scene.ask("PUT", "participants/\(lead)", whole).status == 409)
            whole["referred_by"] = nil
            let left = try scene.ask("PUT", "participants/\(lead)", whole)
            #expect(left.status == 200, "\(left)")
            #expect(left.text("referred_by") == "REF-0")
            // Somebody without a referrer has none to lose.
            let referrer = try scene.get("participants?referral_code=REF-0")
            #expect(referrer.status == 200)
            let id = try #require(referrer.data[0]["id"] as? Int)
            let same = try scene.ask("PATCH", "participants/\(id)", ["referred_by": NSNull()])
            #expect(same.status == 200, "\(same)")
        }
    }

    @Test(arguments: ["PATCH", "archive", "ends_at"])
    func `nobody joins a campaign that has ended`(_ way: String) throws {
        try APIScene.play { scene in
            let end: ServerResponse
            switch way {
            case "archive": end = try scene.ask("POST", "campaigns/1/archive")
            case "ends_at":
                end = try scene.ask("PATCH", "campaigns/1", ["ends_at": "2001-01-01T00:00:00Z"])
            default: end = try scene.ask("PATCH", "campaigns/1", ["status": "ended"])
            }
            #expect(end.status == 200, "\(end)")
            let response = try scene.ask(
                "POST", "participants", ["campaign": 1, "email": "late@example.com"])
            #expect(response.status == 409, "\(response)")
            #expect(response.code == "campaign_ended")
            let found = try scene.get("participants?email=late@example.com")
            #expect(found.status == 200)
            #expect(found.data.isEmpty)
            // Whoever is in it can still be changed.
            let known = try scene.ask(
                "POST", "participants",
                ["campaign": 1, "email": "lead0@example.com", "first_name": "Lea"])
            #expect(known.status == 200, "\(known)")
        }
    }
}
