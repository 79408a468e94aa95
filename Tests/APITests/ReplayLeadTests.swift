import Foundation
import TestSupport
import Testing

/// What an operator supplies for an event that says nothing of its lead.
@Suite struct ReplayLeadTests {
    private static let declared = DeclaredWorkspace(coupons: 3, source: ["code_of": "referrer"])

    /// An event with a referrer's code and no lead.
    private func post(_ scene: APIScene, id: String = "1") throws -> Int {
        let response = try scene.gateway.post(Message(code: "REF-0", order: id), id: id)
        #expect(response.status == 200)
        #expect(response.outcome == "rejected")
        #expect(response.reasons == ["lead_unknown"])
        return try #require(response.event)
    }

    @Test(arguments: [
        ["email": "new@example.com"], ["customer": "cus_7"],
        ["email": "new@example.com", "customer": "cus_7"],
    ])
    func `an event is decided about the lead that is named`(_ lead: [String: String]) throws {
        try APIScene.play(Self.declared) { scene in
            let event = try post(scene)
            let response = try scene.ask("POST", "events/\(event)/replay", ["lead": lead])
            #expect(response.status == 200, "\(response)")
            #expect(response.outcome == "rewarded", "\(response)")
            let conversion = try scene.get("conversions/\(event)")
            #expect(conversion.status == 200)
            let person = try #require(conversion.json["lead"] as? [String: Any])
            let found = try scene.get("participants/\(person["id"] as? Int ?? 0)")
            #expect(found.status == 200)
            #expect(found.text("email") == lead["email"])
            #expect(found.text("customer") == lead["customer"])
            #expect(found.text("referred_by") == "REF-0")
            // The sender's repeat is the same event still.
            let again = try scene.gateway.post(Message(code: "REF-0", order: "1"), id: "1")
            #expect(again.status == 200)
            #expect(again.isDuplicate == true)
            #expect(again.outcome == "rewarded")
        }
    }

    @Test func `the lead stays where the event is decided once more`() throws {
        try APIScene.play(Self.declared) { scene in
            let event = try post(scene)
            let closed = try scene.ask("PATCH", "campaigns/1", ["status": "paused"])
            #expect(closed.status == 200)
            let first = try scene.ask(
                "POST", "events/\(event)/replay", ["lead": ["email": "new@example.com"]])
            #expect(first.status == 200)
            #expect(first.reasons == ["campaign_not_active"], "\(first)")
            let opened = try scene.ask("PATCH", "campaigns/1", ["status": "active"])
            #expect(opened.status == 200)
            // By the sender's repeat, which names no lead either.
            let response = try scene.gateway.post(Message(code: "REF-0", order: "1"), id: "1")
            #expect(response.status == 200)
            #expect(response.outcome == "rewarded", "\(response)")
        }
    }

    @Test(arguments: [
        (#"{"lead": {"e-mail": "a@example.com"}}"#, "/lead/e-mail"),
        (#"{"lead": {"email": "nobody"}}"#, "/lead/email"), (#"{"lead": {}}"#, "/lead/email"),
        (#"{"lead": "a@example.com"}"#, "/lead"), (#"{"led": {"email": "a@b.c"}}"#, "/led"),
        (#"{"version": 3}"#, "/version"), (#"{"note": "please"}"#, "/note"),
    ])
    func `a body that says something else is refused`(_ body: String, _ pointer: String) throws {
        try APIScene.play(Self.declared) { scene in
            let event = try post(scene)
            let response = try scene.client.request(
                "POST", "/api/v1/events/\(event)/replay",
                [("X-API-Key", scene.key), ("Content-Type", "application/json")],
                body: Array(body.utf8))
            #expect(response.status == 422, "\(response)")
            #expect(response.pointers.contains(pointer), "\(response)")
            let row = try scene.get("events/\(event)")
            #expect(row.status == 200)
            #expect(row.outcome == "rejected")
        }
    }

    @Test func `an event that names a lead itself keeps it`() throws {
        try APIScene.play(Self.declared) { scene in
            let lead = ["lead": ["email": "other@example.com"]]
            let own = try scene.gateway.post(
                Message("signup", code: "REF-0", customer: "cus_1"), id: "1")
            #expect(own.outcome == "rejected")
            let refused = try scene.ask("POST", "events/\(own.event ?? 0)/replay", lead)
            #expect(refused.status == 409, "\(refused)")
            #expect(refused.code == "lead_not_wanted")
            let event = try post(scene, id: "2")
            let first = try scene.ask("POST", "events/\(event)/replay", lead)
            #expect(first.outcome == "rewarded", "\(first)")
            let second = try scene.ask("POST", "events/\(event)/replay", lead)
            #expect(second.status == 409, "\(second)")
        }
    }

    @Test func `a mistaken lead can be named again`() throws {
        try APIScene.play(Self.declared) { scene in
            let event = try post(scene)
            // The referrer themself.
            let first = try scene.ask(
                "POST", "events/\(event)/replay", ["lead": ["email": "ref0@example.com"]])
            #expect(first.status == 200)
            #expect(first.outcome == "rejected", "\(first)")
            let second = try scene.ask(
                "POST", "events/\(event)/replay", ["lead": ["email": "right@example.com"]])
            #expect(second.status == 200)
            #expect(second.outcome == "rewarded", "\(second)")
        }
    }

    @Test func `what an operator named is erased with the person`() throws {
        try APIScene.play(Self.declared) { scene in
            let event = try post(scene)
            let response = try scene.ask(
                "POST", "events/\(event)/replay", ["lead": ["email": "new@example.com"]])
            #expect(response.outcome == "rewarded")
            let found = try scene.get("participants?email=new@example.com")
            #expect(found.status == 200)
            let id = try #require(found.data.first?["id"] as? Int)
            #expect(try scene.ask("DELETE", "participants/\(id)").status == 204)
            for _ in 0..<3 { try scene.gateway.runHousekeeping() }
            let count = try scene.gateway.database.count(
                "SELECT count(*) FROM events WHERE fields LIKE '%new@example.com%'")
            #expect(count == 0)
        }
    }
}
