import Foundation
import TestSupport
import Testing

/// Rows of CSV over the API.
@Suite struct RowTests {
    private func send(_ scene: APIScene, _ path: String, _ rows: String) throws -> ServerResponse {
        try scene.client.request(
            "POST", "/api/v1/\(path)", [("X-API-Key", scene.key), ("Content-Type", "text/csv")],
            body: Array(rows.utf8))
    }

    @Test func `rows may stand before their referrer's, and empty ones are skipped`() throws {
        try APIScene.play { scene in
            let response = try send(
                scene, "participants/import",
                """
                campaign,email,referral_code,referred_by
                1,c@example.com,CHILD,PARENT
                1,p@example.com,PARENT,GRAND
                ,,,
                1,g@example.com,GRAND,
                1,a@example.com,ROUND-A,ROUND-B
                1,b@example.com,ROUND-B,ROUND-A
                1,'-x@example.com,DASH,
                ,,,

                """)
            #expect(response.status == 200, "\(response)")
            #expect(response.number("added") == 6)
            let referrers = try scene.gateway.database.rows(
                """
                SELECT p.referral_code || ' ' || r.referral_code FROM participants p
                JOIN participants r ON r.id = p.referred_by
                WHERE p.referral_code NOT LIKE 'LEAD%' ORDER BY p.referral_code
                """)
            #expect(
                referrers == [
                    "CHILD PARENT", "PARENT GRAND", "ROUND-A ROUND-B", "ROUND-B ROUND-A",
                ])
            let marked = try scene.gateway.database.rows(
                "SELECT email FROM participants WHERE referral_code = 'DASH'")
            #expect(marked == ["-x@example.com"])
        }
    }

    @Test func `an export is unchanged where it came from, and the same elsewhere`() throws {
        var declared = DeclaredWorkspace()
        declared.participants += [
            ["campaign": 1, "id": "12345", "email": "=a@example.com", "referral_code": "DIGITS"],
            ["campaign": 1, "id": "'7", "first_name": "'=1+1", "referral_code": "QUOTE"],
        ]
        var rows = ""
        try APIScene.play(declared) { scene in
            let export = try scene.get("participants/export")
            #expect(export.status == 200)
            rows = export.text
            let again = try send(scene, "participants/import", rows + ",,,,,,,\r\n")
            #expect(again.status == 200, "\(again)")
            #expect(again.number("unchanged") == 4, "\(again)")
        }
        declared.participants = []
        try APIScene.play(declared) { scene in
            let response = try send(scene, "participants/import", rows)
            #expect(response.status == 200, "\(response)")
            #expect(response.number("added") == 4)
            let export = try scene.get("participants/export")
            #expect(export.status == 200)
            #expect(
                Set(export.text.components(separatedBy: "\r\n"))
                    == Set(rows.components(separatedBy: "\r\n")))
        }
    }

    @Test func `an export says elsewhere when people joined and who was deleted`() throws {
        var rows = ""
        let times =
            "SELECT referral_code || joined_at || ifnull(erased_at, '-') FROM participants ORDER BY 1"
        var before: [String] = []
        // The first is the referrer of the second.
        try APIScene.play { scene in
            try scene.gateway.database.execute(
                "UPDATE participants SET joined_at = joined_at - 86400000000")
            let deleted = try scene.ask("DELETE", "participants/1")
            try #require(deleted.status == 204, "\(deleted)")
            before = try scene.gateway.database.rows(times)
            let export = try scene.get("participants/export")
            try #require(export.status == 200)
            rows = export.text
        }
        var declared = DeclaredWorkspace()
        declared.participants = []
        try APIScene.play(declared) { scene in
            let response = try send(scene, "participants/import", rows)
            try #require(response.status == 200, "\(response)")
            #expect(try scene.gateway.database.rows(times) == before)
        }
    }

    @Test func `a pool takes CSV`() throws {
        try APIScene.play { scene in
            let response = try send(
                scene, "campaigns/1/coupons",
                "code,state\r\n\"'=A\",\r\nB,assigned\r\n,\r\n\r\nC,available\r\n")
            #expect(response.status == 201, "\(response)")
            #expect(response.number("added") == 3)
            let codes = try scene.gateway.database.rows(
                "SELECT code || ' ' || state FROM coupons ORDER BY id")
            #expect(codes == ["=A available", "B voided", "C available"])
            let wrong = try send(scene, "campaigns/1/coupons", "code\nD\n E\nD\n")
            #expect(wrong.status == 422, "\(wrong)")
            let details = (wrong.json["errors"] as? [[String: Any]] ?? [])
                .compactMap { $0["detail"] as? String }
            #expect(details.map { $0.prefix(7) } == ["Line 3,", "Line 4,"], "\(wrong)")
            #expect(
                try scene.gateway.database.count("SELECT count(*) FROM coupons") == 3)
        }
    }
}
