import Database
import Foundation
import SQLite
import Storage
import TestSupport
import Testing

/// People who are declared again: by another name, by a list that knows less, after they were deleted.
@Suite struct APIRepeatedPersonTests {
    private func send(_ scene: APIScene, _ rows: String) throws -> ServerResponse {
        try scene.client.request(
            "POST", "/api/v1/participants/import",
            [("X-API-Key", scene.key), ("Content-Type", "text/csv")], body: Array(rows.utf8))
    }

    private func lead(_ scene: APIScene) throws -> Int {
        try #require(
            try scene.get("participants?referral_code=LEAD-0").data.first?["id"] as? Int)
    }

    @Test func `another's name for somebody who is there by their address is taken in`() throws {
        try APIScene.play { scene in
            let body =
                ["campaign": 1, "email": "lead0@example.com", "external_id": "crm-7"]
                as [String: Any]
            let response = try scene.ask("POST", "participants", body)
            #expect(response.status == 200, "\(response)")
            #expect(response.text("referral_code") == "LEAD-0")
            #expect(response.text("external_id") == "crm-7")
            // Two names for one address are two people.
            let other = try scene.ask(
                "POST", "participants", body.merging(["external_id": "crm-8"]) { $1 })
            #expect(other.code == "participant_conflict", "\(other)")
            let rows = try send(scene, "campaign,email,id\n1,lead0@example.com,4711\n")
            #expect(rows.code == "participant_conflict", "\(rows)")
        }
    }

    @Test func `a list that says nothing of it lets no disabled code in again`() throws {
        let declared = DeclaredWorkspace(coupons: 1)
        try APIScene.play(declared) { scene in
            try scene.ask("PATCH", "participants/\(try lead(scene))", ["status": "disabled"])
            let rows = try send(scene, "campaign,email,first_name\n1,lead0@example.com,Lea\n")
            #expect(rows.number("changed") == 1, "\(rows)")
            try scene.gateway.apply(declared)
            let read = try scene.get("participants/\(try lead(scene))")
            #expect(read.text("status") == "disabled")
            #expect(try scene.gateway.post(Message(code: "LEAD-0"), id: "1").outcome == "rejected")
            let said = try send(scene, "campaign,email,status\n1,lead0@example.com,active\n")
            #expect(said.number("changed") == 1, "\(said)")
        }
    }

    @Test func `whoever was deleted is not brought back by a list that still has them`() throws {
        let declared = DeclaredWorkspace(coupons: 1)
        try APIScene.play(declared) { scene in
            try scene.ask("DELETE", "participants/\(try lead(scene))")
            let rows = try send(
                scene, "campaign,email,referral_code\n1,lead0@example.com,LEAD-0\n")
            #expect(rows.status == 409)
            // As POST /participants answers it.
            #expect(rows.code == "taken", "\(rows)")
            #expect(throws: (any Error).self) { try scene.gateway.apply(declared) }
            #expect(
                try scene.gateway.database.count(
                    "SELECT count(*) FROM participants WHERE email = 'lead0@example.com'") == 0)
        }
    }

    @Test func `what was reported of a lead names no referrer who was deleted`() throws {
        var declared = DeclaredWorkspace()
        declared.webhooks[0]["events"] = ["lead.created", "affiliate.updated"]
        try APIScene.play(declared) { scene in
            _ = try scene.create(
                "participants",
                ["campaign": 1, "email": "new@example.com", "referred_by": "REF-0"])
            // As after a first attempt that failed.
            try Connection(path: scene.gateway.database.path, mode: .readWrite).execute(
                "UPDATE deliveries SET body = CAST('ref0@example.com' AS BLOB)")
            let referrer = try scene.get("participants?referral_code=REF-0").data[0]["id"] as? Int
            #expect(try scene.ask("DELETE", "participants/\(referrer ?? 0)").status == 204)
            try scene.gateway.runHousekeeping()
            #expect(
                try scene.gateway.database.count(
                    "SELECT count(*) FROM deliveries WHERE body IS NOT NULL") == 0)
        }
    }

    @Test func `an attempt that outlasts somebody leaves no text that names them`() throws {
        var declared = DeclaredWorkspace(coupons: 2, leads: 2)
        declared.webhooks[0]["events"] = ["conversion.created", "reward.issued", "lead.qualified"]
        try APIScene.play(declared) { scene in
            for lead in 0..<2 {
                _ = try scene.gateway.post(Message(code: "LEAD-\(lead)"), id: "e-\(lead)")
            }
            try scene.ask("DELETE", "participants/\(try lead(scene))")
            let path = scene.gateway.database.path
            let store = try Store.open(path, for: .existing)
            let now = scene.gateway.time.now
            let ids = try scene.gateway.database.rows(
                "SELECT id || '' FROM deliveries ORDER BY id"
            ).compactMap { Int64($0) }
            try store.write { _ in
                for id in ids {
                    try store.outbox.record(
                        OutboxTable.Attempt(startedAt: now), of: id, webhook: 1, .again(at: now),
                        body: Array("text".utf8))
                }
            }
            #expect(
                try scene.gateway.database.rows(
                    """
                    SELECT DISTINCT CASE WHEN type LIKE 'reward.%' THEN subject / 16 ELSE subject END
                        || ' ' || (body IS NULL) FROM deliveries ORDER BY 1
                    """) == ["1 1", "2 0"])
        }
    }

    @Test func `an answer that was kept for a repeat does not outlive the person`() throws {
        try APIScene.play { scene in
            let body = ["campaign": 1, "email": "ann@example.com"] as [String: Any]
            let key = [(name: "Idempotency-Key", value: "k-1")]
            let made = try scene.ask("POST", "participants", body, key)
            #expect(made.status == 201)
            #expect(try scene.ask("POST", "participants", body, key).text == made.text)
            try scene.ask("DELETE", "participants/\(made.number("id") ?? 0)")
            let again = try scene.ask("POST", "participants", body, key)
            #expect(!again.text.contains("ann@example.com"), "\(again)")
            #expect(try scene.get("participants?email=ann@example.com").data.isEmpty)
        }
    }
}
