import Foundation
import Gateway
import TestSupport
import Testing
import Time

/// Payouts: batches of issued cash rewards.
@Suite struct PayoutTests {
    private static let far = "2100-01-01T00:00:00Z"

    private func declared(leads: Int = 4, referrers: Int = 2) -> DeclaredWorkspace {
        DeclaredWorkspace(
            rewards: [
                [
                    "kind": "cash", "value": ["percent": 10],
                    "cap": ["count": 99, "per": "referrer"],
                ]
            ], leads: leads, referrers: referrers)
    }

    private func purchase(
        _ scene: APIScene, _ lead: Int, _ amount: Int, currency: String = "USD",
        reversal: String? = nil
    ) throws {
        let response = try scene.gateway.post(
            Message(
                code: reversal == nil ? "LEAD-\(lead)" : nil, order: "o-\(lead)", amount: amount,
                currency: currency, reversal: reversal),
            id: "\(lead)-\(amount)-\(reversal ?? "")")
        try #require(response.status == 200, "\(response)")
    }

    private func payout(
        _ scene: APIScene, _ body: [String: Any] = [:], status: Int = 201
    ) throws -> ServerResponse {
        let all: [String: Any] = ["currency": "USD", "until": Self.far].merging(body) { $1 }
        let response = try scene.ask("POST", "payouts", all)
        try #require(response.status == status, "\(response)")
        return response
    }

    private func lines(_ scene: APIScene, _ id: Int) throws -> [[String: Any]] {
        let response = try scene.get("payouts/\(id)")
        try #require(response.status == 200, "\(response)")
        return response.list("lines")
    }

    private func statuses(_ scene: APIScene) throws -> [String] {
        try scene.gateway.database.rows("SELECT status FROM rewards ORDER BY id")
    }

    @Test(.rows("S1-16", "C25"))
    func `a new payout is notified, and paying it redeems its rewards`() throws {
        let receiver = try ScriptedReceiver { _ in
            .answer("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")
        }
        defer { receiver.stop() }
        var declared = declared()
        declared.webhooks = [
            DeliveryScene.webhook(
                "sink", "http://127.0.0.1:\(receiver.port)/", ["events": ["payout.created"]])
        ]
        try APIScene.play(declared) { configuration in
            configuration.destinations = DeliveryScene.loopback
        } _: { scene in
            for lead in 0..<3 { try purchase(scene, lead, 1000 * (lead + 1)) }
            try purchase(scene, 3, 700, currency: "EUR")
            let made = try payout(scene, ["campaign": 1])
            let id = try #require(made.number("id"))
            #expect(made[field: "location"] == "/api/v1/payouts/\(id)")
            #expect(made.text("status") == "open")
            #expect(made.number("total") == 600)
            #expect(made.number("rewards") == 3)
            try #require(receiver.wait(for: 1))
            let body = try #require(
                try JSONSerialization.jsonObject(with: Data(receiver.received[0].body))
                    as? [String: Any])
            #expect(body["type"] as? String == "payout.created")
            let data = try #require(body["data"] as? [String: Any])
            let told = try #require(data["payout"] as? [String: Any])
            #expect(told["id"] as? Int == id)
            #expect(told["total"] as? Int == 600)
            #expect(told["currency"] as? String == "USD")
            #expect((data["campaign"] as? [String: Any])?["id"] as? Int == 1)
            #expect(data["recipient"] is NSNull)
            let paid = try scene.ask("POST", "payouts/\(id)/paid")
            try #require(paid.status == 200, "\(paid)")
            #expect(paid.text("status") == "paid")
            #expect(try statuses(scene) == ["redeemed", "redeemed", "redeemed", "issued"])
            let again = try scene.ask("POST", "payouts/\(id)/failed")
            #expect(again.status == 409)
            #expect(again.code == "invalid_state")
            let list = try scene.get("payouts?status=paid&campaign=1")
            #expect(list.data.map { $0["id"] as? Int } == [id])
        }
    }

    @Test func `a refund takes its reward out of an open payout, or makes it smaller`() throws {
        try APIScene.play(declared()) { scene in
            for lead in 0..<3 { try purchase(scene, lead, 1000) }
            let id = try #require(try payout(scene).number("id"))
            try purchase(scene, 0, 1000, reversal: "refund")
            try purchase(scene, 1, 400, reversal: "refund")
            let response = try scene.get("payouts/\(id)")
            try #require(response.status == 200)
            #expect(response.number("total") == 160)
            #expect(response.number("rewards") == 2)
            #expect(
                (response.list("lines") as [[String: Any]]).compactMap { $0["amount"] as? Int }
                    == [60, 100])
            // Redeeming a reward by hand takes it out as well.
            let reward = try #require(try lines(scene, id).last?["reward"] as? Int)
            let redeemed = try scene.ask("POST", "rewards/\(reward)/redeem")
            try #require(redeemed.status == 200, "\(redeemed)")
            #expect(try scene.get("payouts/\(id)").number("total") == 60)
            // A refund after the payment puts the reward to review.
            let paid = try scene.ask("POST", "payouts/\(id)/paid")
            try #require(paid.status == 200, "\(paid)")
            try purchase(scene, 1, 600, reversal: "refund")
            #expect(try statuses(scene) == ["revoked", "in_review", "redeemed"])
            #expect(try scene.get("payouts/\(id)").number("total") == 60)
        }
    }

    @Test func `a payout that failed frees its rewards for the next one`() throws {
        try APIScene.play(declared()) { scene in
            try purchase(scene, 0, 1000)
            let first = try #require(try payout(scene).number("id"))
            #expect(try payout(scene, status: 409).code == "nothing_to_pay")
            let failed = try scene.ask("POST", "payouts/\(first)/failed")
            try #require(failed.status == 200, "\(failed)")
            #expect(failed.text("status") == "failed")
            #expect(try lines(scene, first).map { $0["state"] as? String } == ["freed"])
            let second = try payout(scene)
            #expect(second.number("total") == 100)
            let list = try scene.get("payouts")
            #expect(list.data.count == 2)
        }
    }

    @Test(arguments: [("paying", "paid", "redeemed"), ("failing", "failed", "issued")])
    func `a payout continues by itself after an interruption`(
        _ step: String, _ last: String, _ reward: String
    ) throws {
        try APIScene.play(declared()) { scene in
            for lead in 0..<3 { try purchase(scene, lead, 1000) }
            let id = try #require(try payout(scene).number("id"))
            // As a gateway that was killed behind its first transaction leaves it.
            try scene.gateway.database.execute("UPDATE payouts SET status = '\(step)'")
            try scene.gateway.runHousekeeping()
            let response = try scene.get("payouts/\(id)")
            try #require(response.status == 200)
            #expect(response.text("status") == last)
            #expect(try statuses(scene) == [reward, reward, reward])
        }
    }

    @Test func `a refund while a payout is being paid sends its reward to review, as it was paid`()
        throws
    {
        try APIScene.play(declared()) { scene in
            for lead in 0..<3 { try purchase(scene, lead, 1000) }
            let id = try #require(try payout(scene).number("id"))
            // As a gateway that was killed behind its first transaction leaves it.
            try scene.gateway.database.execute("UPDATE payouts SET status = 'paying'")
            try purchase(scene, 0, 1000, reversal: "refund")
            try purchase(scene, 1, 400, reversal: "refund")
            try scene.gateway.runHousekeeping()
            let response = try scene.get("payouts/\(id)")
            try #require(response.status == 200)
            #expect(response.text("status") == "paid")
            #expect(response.number("total") == 300)
            let found = try statuses(scene)
            #expect(found == ["in_review", "in_review", "redeemed"])
            #expect(
                try scene.gateway.database.rows("SELECT sum(amount) FROM payout_totals") == ["300"])
        }
    }

    @Test func `only rewards of the campaign that were issued in time are gathered`() throws {
        try APIScene.play(declared()) { scene in
            let until = scene.gateway.time.now.rfc3339
            try purchase(scene, 0, 1000)
            scene.gateway.time.advance(by: .seconds(3600))
            try purchase(scene, 1, 2000)
            #expect(try payout(scene, ["until": until], status: 409).code == "nothing_to_pay")
            let later = (scene.gateway.time.now - .seconds(60)).rfc3339
            #expect(try payout(scene, ["until": later]).number("total") == 100)
            #expect(try payout(scene).number("total") == 200)
            #expect(try payout(scene, ["campaign": 9], status: 422).pointers == ["/campaign"])
        }
    }

    @Test func `a repeat with its key is the same payout`() throws {
        try APIScene.play(declared()) { scene in
            try purchase(scene, 0, 1000)
            let body = ["currency": "USD", "until": Self.far]
            let key = [(name: "Idempotency-Key", value: "november")]
            let first = try scene.ask("POST", "payouts", body, key)
            try #require(first.status == 201, "\(first)")
            let second = try scene.ask("POST", "payouts", body, key)
            try #require(second.status == 201, "\(second)")
            #expect(second.number("id") == first.number("id"))
        }
    }

    @Test(
        arguments: [
            (["until": "2026-01-01T00:00:00Z"], "/currency"),
            (["currency": "USD"], "/until"),
            (["currency": "XXQ", "until": "2026-01-01T00:00:00Z"], "/currency"),
            (["currency": "USD", "until": "yesterday"], "/until"),
            (["currency": "USD", "until": "2026-01-01T00:00:00Z", "extra": "1"], "/extra"),
        ] as [([String: String], String)])
    func `a request that is wrong is refused with its member`(
        _ body: [String: String], _ pointer: String
    ) throws {
        try APIScene.play(declared()) { scene in
            let response = try scene.ask("POST", "payouts", body)
            #expect(response.status == 422, "\(response)")
            #expect(response.pointers == [pointer])
        }
    }

    @Test func `a payout in CSV says where each person is paid`() throws {
        try APIScene.play(declared()) { scene in
            let changed = try scene.ask(
                "PATCH", "participants/1", ["payout_destination": "IBAN DE02 1203, Ada"])
            try #require(changed.status == 200, "\(changed)")
            #expect(changed.text("payout_destination") == "IBAN DE02 1203, Ada")
            for lead in 0..<2 { try purchase(scene, lead, 1000) }
            let id = try #require(try payout(scene).number("id"))
            let csv = try scene.get("payouts/\(id)?format=csv")
            try #require(csv.status == 200, "\(csv)")
            let rows = csv.text.components(separatedBy: "\r\n")
            #expect(
                rows[0]
                    == "payout,reward,participant,external_id,referral_code,email,first_name,payout_destination,amount,currency,state"
            )
            #expect(
                rows[1]
                    == "\(id),16,1,,REF-0,ref0@example.com,,\"IBAN DE02 1203, Ada\",100,USD,held")
            let paid = try scene.ask("POST", "payouts/\(id)/paid")
            try #require(paid.status == 200, "\(paid)")
            let year = scene.gateway.time.now.rfc3339.prefix(4)
            let totals = try scene.get("payouts/totals?year=\(year)")
            try #require(totals.status == 200, "\(totals)")
            #expect(
                totals.text.components(separatedBy: "\r\n") == [
                    "participant,external_id,referral_code,email,first_name,payout_destination,currency,rewards,amount",
                    "1,,REF-0,ref0@example.com,,\"IBAN DE02 1203, Ada\",USD,1,100",
                    "2,,REF-1,ref1@example.com,,,USD,1,100", "",
                ])
            #expect(try scene.get("payouts/totals").code == "invalid_parameter")
            // The destination goes with the person.
            let deleted = try scene.ask("DELETE", "participants/1")
            try #require(deleted.status == 204, "\(deleted)")
            let after = try scene.get("payouts/\(id)?format=csv")
            try #require(after.status == 200)
            #expect(!after.text.contains("IBAN"))
            #expect(
                try scene.gateway.database.count("SELECT count(*) FROM payout_destinations") == 0)
        }
    }

    @Test func `a payout destination is declared, exported and imported`() throws {
        var declared = declared(leads: 1, referrers: 1)
        declared.participants[0]["payout_destination"] = "=paypal"
        var rows = ""
        try APIScene.play(declared) { scene in
            let export = try scene.get("participants/export")
            try #require(export.status == 200)
            rows = export.text
            #expect(try scene.get("participants/1").text("payout_destination") == "=paypal")
            let removed = try scene.ask(
                "PATCH", "participants/1", ["payout_destination": NSNull()])
            try #require(removed.status == 200, "\(removed)")
            #expect(removed.json["payout_destination"] is NSNull)
        }
        declared.participants = []
        try APIScene.play(declared) { scene in
            let response = try scene.client.request(
                "POST", "/api/v1/participants/import",
                [("X-API-Key", scene.key), ("Content-Type", "text/csv")], body: Array(rows.utf8))
            try #require(response.status == 200, "\(response)")
            let stored = try scene.gateway.database.rows(
                "SELECT destination FROM payout_destinations")
            #expect(stored == ["=paypal"])
        }
    }

    @Test func `fifty sockets that create payouts never put a reward in two`() throws {
        try APIScene.play(declared(leads: 120)) { scene in
            for lead in 0..<120 { try purchase(scene, lead, 100 + lead) }
            let body = Array("{\"currency\":\"USD\",\"until\":\"\(Self.far)\"}".utf8)
            let request = Client.bytes(
                "POST", "/api/v1/payouts",
                [("X-API-Key", scene.key), ("Content-Type", "application/json")], body: body)
            let port = scene.gateway.port
            let responses = try crowd(of: 50) { _ in
                try Client(port: port)
            } then: { _, client in
                try client.write(request)
                return try client.read()
            }
            #expect(responses.allSatisfy { $0.status == 201 || $0.code == "nothing_to_pay" })
            let made = responses.filter { $0.status == 201 }
            #expect(!made.isEmpty)
            #expect(made.reduce(0) { $0 + ($1.number("rewards") ?? 0) } == 120)
            let sum = try scene.gateway.database.count("SELECT sum(amount) FROM rewards")
            #expect(made.reduce(0) { $0 + ($1.number("total") ?? 0) } == sum)
            #expect(
                try scene.gateway.database.count(
                    "SELECT count(DISTINCT reward_id) FROM payout_lines") == 120)
        }
    }
}
