import Foundation
import TestSupport
import Testing

/// The partner's id of a person, where it is shown.
@Suite struct ParticipantCustomerTests {
    @Test(.rows("S2-4")) func `a participant is shown with the customer id that was given`() throws
    {
        try APIScene.play { scene in
            let id = try scene.create(
                "participants", ["campaign": 1, "email": "a@example.com", "customer": "cus_1"])
            let response = try scene.get("participants/\(id)")
            #expect(response.status == 200)
            #expect(response.text("customer") == "cus_1")
            let changed = try scene.ask("PATCH", "participants/\(id)", ["customer": "cus_2"])
            #expect(changed.status == 200)
            #expect(changed.text("customer") == "cus_2")
            let list = try scene.get("participants?email=a@example.com")
            #expect(list.status == 200)
            #expect(list.data.map { $0["customer"] as? String } == ["cus_2"])
            // What is shown can be sent back.
            let put = try scene.ask("PUT", "participants/\(id)", changed.json)
            #expect(put.status == 200, "\(put)")
            #expect(put.text("customer") == "cus_2")
        }
    }

    @Test func `one that a conversion taught is shown too`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            let response = try scene.gateway.post(
                Message(code: "LEAD-0", customer: "cus_9"), id: "1")
            #expect(response.status == 200)
            #expect(response.outcome == "rewarded")
            let found = try scene.get("participants?referral_code=LEAD-0")
            #expect(found.status == 200)
            #expect(found.data.map { $0["customer"] as? String } == ["cus_9"])
            let csv = try scene.get("participants/export")
            #expect(csv.status == 200)
            #expect(csv.text.contains(",cus_9,"))
        }
    }

    @Test func `another participant's is refused, and one that is given stays`() throws {
        try APIScene.play { scene in
            let first = try scene.create(
                "participants", ["campaign": 1, "email": "a@example.com", "customer": "cus_1"])
            let second = try scene.create(
                "participants", ["campaign": 1, "email": "b@example.com"])
            let taken = try scene.ask("PATCH", "participants/\(second)", ["customer": "cus_1"])
            #expect(taken.status == 409, "\(taken)")
            #expect(taken.pointers == ["/customer"])
            let made = try scene.ask(
                "POST", "participants",
                ["campaign": 1, "email": "c@example.com", "customer": "cus_1"])
            #expect(made.status == 409, "\(made)")
            let gone = try scene.get("participants?email=c@example.com")
            #expect(gone.status == 200)
            #expect(gone.data.isEmpty)
            let unsaid = try scene.ask("PATCH", "participants/\(first)", ["customer": NSNull()])
            #expect(unsaid.status == 422)
            #expect(unsaid.pointers == ["/customer"])
        }
    }

    @Test func `a deleted person's is free again, and shown no more`() throws {
        try APIScene.play { scene in
            let first = try scene.create(
                "participants", ["campaign": 1, "email": "a@example.com", "customer": "cus_1"])
            #expect(try scene.ask("DELETE", "participants/\(first)").status == 204)
            let count = try scene.gateway.database.count(
                "SELECT count(*) FROM participant_customers")
            #expect(count == 0)
            let second = try scene.create(
                "participants", ["campaign": 1, "email": "b@example.com", "customer": "cus_1"])
            #expect(try scene.get("participants/\(second)").text("customer") == "cus_1")
        }
    }

    @Test func `subscribers hear of a change only where something changed`() throws {
        var declared = DeclaredWorkspace()
        declared.webhooks[0]["events"] = ["affiliate.updated"]
        try APIScene.play(declared) { scene throws in
            func count() throws -> Int {
                try scene.gateway.database.count("SELECT count(*) FROM deliveries")
            }
            let id = try scene.create(
                "participants",
                ["campaign": 1, "email": "a@example.com", "first_name": "A", "customer": "cus_1"])
            let same: [[String: Any]] = [
                [:], ["first_name": "A"], ["email": "A@example.com"], ["customer": "cus_1"],
                ["status": "active"],
            ]
            let before = try scene.get("participants/\(id)").text("updated_at")
            for body in same {
                #expect(try scene.ask("PATCH", "participants/\(id)", body).status == 200)
            }
            let whole = try scene.get("participants/\(id)").json
            #expect(try scene.ask("PUT", "participants/\(id)", whole).status == 200)
            #expect(try count() == 0)
            #expect(try scene.get("participants/\(id)").text("updated_at") == before)
            for body in [["status": "disabled"], ["first_name": "B"], ["customer": "cus_2"]] {
                #expect(try scene.ask("PATCH", "participants/\(id)", body).status == 200)
            }
            #expect(try count() == 3)
        }
    }
}
