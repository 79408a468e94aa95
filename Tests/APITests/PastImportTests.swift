import Foundation
import Gateway
import TestSupport
import Testing
import Time
import Transport

/// Conversions and rewards of another product. Each test ends with an audit.
@Suite struct PastImportTests {
    private static let cash: [String: any Sendable] = [
        "kind": "cash", "value": ["amount": 500, "currency": "USD"] as [String: any Sendable],
    ]

    private func declared(
        campaign: [String: Any] = [:], rewards: [[String: Any]] = [cash], coupons: Int = 0,
        leads: Int = 3
    ) -> DeclaredWorkspace {
        DeclaredWorkspace(campaign: campaign, rewards: rewards, coupons: coupons, leads: leads)
    }

    private func send(
        _ scene: APIScene, _ what: String, _ csv: String, query: String = "", status: Int = 200
    ) throws -> ServerResponse {
        let answer = try scene.client.request(
            "POST", "/api/v1/campaigns/1/\(what)/import\(query)",
            [("X-API-Key", scene.key), ("Content-Type", "text/csv")], body: Array(csv.utf8))
        try #require(answer.status == status, "\(answer)")
        return answer
    }

    private func count(_ scene: APIScene, _ table: String) throws -> Int {
        try scene.gateway.database.count("SELECT count(*) FROM \(table)")
    }

    @Test func `an imported order is a duplicate when it is posted, and nobody is notified`() throws
    {
        try APIScene.play(declared(campaign: ["conversions": "every"])) { scene in
            let csv = """
                referral_code,business_key,amount,currency,occurred_at,status
                LEAD-0,o-1,9900,USD,2025-03-01T09:00:00Z,approved
                LEAD-1,o-2,1200,USD,2025-03-02T09:00:00Z,rejected

                """
            let answer = try send(scene, "conversions", csv)
            #expect(answer.number("added") == 2)
            #expect(answer.number("skipped") == 0)
            let again = try send(scene, "conversions", csv)
            #expect(again.number("unchanged") == 2)
            #expect(try count(scene, "conversions") == 2)
            #expect(try count(scene, "deliveries") == 0)
            for (order, lead) in [("o-1", "LEAD-0"), ("o-2", "LEAD-1")] {
                let posted = try scene.gateway.post(
                    Message(code: lead, order: order, amount: 9900), id: order)
                #expect(posted.status == 200, "\(posted)")
                #expect(posted.reasons == ["conversion_duplicate"])
            }
            let list = try scene.get("conversions?limit=5")
            #expect(list.status == 200, "\(list)")
            #expect(list.data.map { $0["status"] as? String } == ["rejected", "approved"])
        }
    }

    @Test func `a referrer who was rewarded elsewhere is not rewarded again`() throws {
        try APIScene.play(declared()) { scene in
            let csv = """
                referral_code,lead,status,issued_at
                REF-0,LEAD-0,redeemed,2025-03-01T09:00:00Z

                """
            let answer = try send(scene, "rewards", csv)
            #expect(answer.number("added") == 1)
            let again = try send(scene, "rewards", csv)
            #expect(again.number("unchanged") == 1)
            #expect(try count(scene, "rewards") == 1)
            let posted = try scene.gateway.post(Message(code: "LEAD-1", amount: 900), id: "1")
            #expect(posted.status == 200, "\(posted)")
            #expect(posted.reasons == ["already_rewarded"])
            let lead = try scene.gateway.post(Message(code: "LEAD-0", amount: 900), id: "2")
            #expect(lead.status == 200, "\(lead)")
            #expect(lead.reasons == ["conversion_duplicate"])
            #expect(try count(scene, "deliveries WHERE type = 'reward.issued'") == 0)
            // What is redeemed was paid.
            let payout = try scene.ask(
                "POST", "payouts", ["currency": "USD", "until": "2100-01-01T00:00:00Z"])
            #expect(payout.status != 201, "\(payout)")
        }
    }

    @Test func `cash that is only issued is paid out here`() throws {
        try APIScene.play(declared()) { scene in
            _ = try send(
                scene, "rewards",
                "email,lead,amount,currency,issued_at\n"
                    + "ref0@example.com,lead0@example.com,700,USD,2025-03-01T09:00:00Z\n")
            let payout = try scene.ask(
                "POST", "payouts", ["currency": "USD", "until": "2025-06-01T00:00:00Z"])
            try #require(payout.status == 201, "\(payout)")
            #expect(payout.number("total") == 700)
        }
    }

    @Test func `rewards belong to imported conversions, beyond the cap too`() throws {
        var reward: [String: Any] = Self.cash
        reward["cap"] = ["count": 2, "per": "referrer"]
        let rewards = [reward]
        try APIScene.play(declared(campaign: ["conversions": "every"], rewards: rewards)) { scene in
            let orders = (0..<3).map { "LEAD-\($0),m-\($0),2021-01-01T00:00:00Z" }
            _ = try send(
                scene, "conversions",
                "referral_code,business_key,occurred_at\n" + orders.joined(separator: "\n") + "\n")
            let csv = """
                referral_code,issued_at,status
                REF-0,2021-01-01T00:00:00Z,redeemed
                REF-0,2021-01-01T00:00:00Z,redeemed

                """
            let answer = try send(scene, "rewards", csv)
            #expect(answer.number("added") == 2, "\(answer)")
            let again = try send(scene, "rewards", csv)
            #expect(again.number("unchanged") == 2, "\(again)")
            #expect(try count(scene, "rewards") == 2)
            let posted = try scene.gateway.post(
                Message(code: "LEAD-0", order: "new", amount: 900), id: "new")
            #expect(posted.status == 200, "\(posted)")
            #expect(posted.outcome == "qualified")
            #expect(posted.reasons == ["cap_reached"])
        }
    }

    @Test(arguments: [
        (
            "rewards", "referral_code,issued_at,redeemed_at,status",
            "REF-0,2021-01-01T00:00:00Z,2099-01-01T00:00:00Z,redeemed", "redeemed_at"
        ),
        (
            "rewards", "referral_code,issued_at,redeemed_at,status",
            "REF-0,2021-01-01T00:00:00Z,2020-01-01T00:00:00Z,redeemed", "redeemed_at"
        ),
        (
            "conversions", "referral_code,occurred_at,goal",
            "LEAD-0,2021-01-01T00:00:00Z,signup", "goal"
        ),
    ])
    func `a row that contradicts itself or the campaign is refused`(
        _ what: String, _ header: String, _ row: String, _ word: String
    ) throws {
        try APIScene.play(declared()) { scene in
            if what == "rewards" {
                _ = try send(
                    scene, "conversions",
                    "referral_code,occurred_at\nLEAD-0,2021-01-01T00:00:00Z\n")
            }
            let refused = try send(scene, what, header + "\n" + row + "\n", status: 422)
            #expect(refused.text.contains("Line 2"))
            #expect(refused.text.contains(word))
            #expect(try count(scene, "rewards") == 0)
        }
    }

    @Test(arguments: [
        ("LEAD-0,o-1,9900,USD,2025-03-01T09:00:00Z,approved", nil),
        ("LEAD-0,o-1,9901,USD,2025-03-01T09:00:00Z,approved", "amount"),
        ("LEAD-0,o-1,9900,EUR,2025-03-01T09:00:00Z,approved", "amount"),
        ("LEAD-0,o-1,9900,USD,2025-03-02T09:00:00Z,approved", "time"),
        ("LEAD-0,o-1,9900,USD,2025-03-01T09:00:00Z,rejected", "status"),
        ("LEAD-1,o-1,9900,USD,2025-03-01T09:00:00Z,approved", "lead"),
    ])
    func `a row that contradicts an imported one is refused`(
        _ row: String, _ difference: String?
    ) throws {
        let header = "referral_code,business_key,amount,currency,occurred_at,status\n"
        let first = "LEAD-0,o-1,9900,USD,2025-03-01T09:00:00Z,approved\n"
        try APIScene.play(declared(campaign: ["conversions": "every"])) { scene in
            _ = try send(scene, "conversions", header + first)
            let second = try send(
                scene, "conversions", header + row + "\n", status: difference == nil ? 200 : 422)
            #expect(second.text.contains(difference ?? "\"unchanged\":1"), "\(second)")
            #expect(try count(scene, "conversions") == 1)
        }
    }

    @Test func `two rows of one lead and time with different amounts are refused`() throws {
        let csv = """
            referral_code,amount,currency,occurred_at
            LEAD-0,9900,USD,2025-03-01T09:00:00Z
            LEAD-0,9901,USD,2025-03-01T09:00:00Z

            """
        try APIScene.play(declared(campaign: ["conversions": "every"])) { scene in
            let refused = try send(scene, "conversions", csv, status: 422)
            #expect(refused.text.contains("Line 3"), "\(refused)")
            #expect(refused.text.contains("another amount"), "\(refused)")
            #expect(try count(scene, "conversions") == 0)
        }
    }

    @Test func `a refund that waited for an imported order takes it back`() throws {
        try APIScene.play(declared(campaign: ["conversions": "every"])) { scene in
            let refund = try scene.gateway.post(
                Message(code: nil, order: "o-1", amount: 9900, reversal: "refund"), id: "r")
            try #require(refund.outcome == "parked", "\(refund)")
            _ = try send(
                scene, "conversions",
                "referral_code,business_key,amount,currency,occurred_at\n"
                    + "LEAD-0,o-1,9900,USD,2025-03-01T09:00:00Z\n")
            try scene.gateway.runHousekeeping()
            #expect(
                try scene.gateway.database.rows("SELECT status FROM conversions") == ["reversed"])
        }
    }

    @Test func `every bad row is named by line and column, and nothing is stored`() throws {
        try APIScene.play(declared()) { scene in
            let csv = """
                email,amount,currency,occurred_at,status
                lead0@example.com,10.5,USD,2025-03-01T09:00:00Z,approved
                nobody,10,USD,2025-03-01T09:00:00Z,approved
                lead1@example.com,10,XXQ,2025-03-01T09:00:00,done
                lead2@example.com,10,USD,2025-03-01T09:00:00Z,approved
                ghost@example.com,10,USD,2025-03-01T09:00:00Z,approved
                ref0@example.com,10,USD,2025-03-01T09:00:00Z,approved

                """
            let refused = try send(scene, "conversions", csv, status: 422)
            let errors = refused.objects("errors")
            #expect(errors.map { $0["line"] as? Int } == [2, 3, 4, 4, 4], "\(refused)")
            #expect(errors.map { $0["column"] as? Int } == [19, 1, 22, 26, 46], "\(refused)")
            #expect(try count(scene, "conversions") == 0)
            let taken = try send(scene, "conversions", csv, query: "?on_error=skip")
            #expect(taken.number("added") == 1)
            #expect(taken.number("skipped") == 5)
            #expect(
                taken.objects("errors").map { $0["line"] as? Int } == [2, 3, 4, 4, 4, 6, 7],
                "\(taken)"
            )
            #expect(try count(scene, "conversions") == 1)
        }
    }

    @Test func `line 70001 is found, and a hundred mistakes are listed`() throws {
        try APIScene.play(declared(leads: 0), configure: { $0.limits.maxBody = 8 << 20 }) { scene in
            var csv = "campaign,email\n"
            for row in 2...70_000 { csv += "1,p\(row)@example.com\n" }
            csv += "1,nobody\n"
            func send(_ csv: String, _ query: String = "") throws -> ServerResponse {
                try scene.client.request(
                    "POST", "/api/v1/participants/import" + query,
                    [("X-API-Key", scene.key), ("Content-Type", "text/csv")],
                    body: Array(csv.utf8))
            }
            let one = try send(csv)
            try #require(one.status == 422, "\(one)")
            #expect(one.objects("errors").map { $0["line"] as? Int } == [70_001])
            #expect(one.objects("errors").map { $0["column"] as? Int } == [3])
            #expect(one.detail?.contains("e-mail address looks like") == true, "\(one)")
            let many =
                "campaign,email,referral_code\n"
                + (0..<150).map { "1,q\($0)@example.com,REF-0\n" }.joined()
            let skipped = try send(many, "?on_error=skip")
            try #require(skipped.status == 200, "\(skipped)")
            #expect(skipped.number("added") == 0)
            #expect(skipped.number("skipped") == 150)
            #expect(skipped.objects("errors").count == 100)
            #expect(skipped.number("errors_omitted") == 50)
        }
    }

    @Test func `the good participants and coupons are taken where asked`() throws {
        try APIScene.play(declared(rewards: [["kind": "coupon"]])) { scene in
            func csv(_ path: String, _ body: String) throws -> ServerResponse {
                try scene.client.request(
                    "POST", "/api/v1/" + path,
                    [("X-API-Key", scene.key), ("Content-Type", "text/csv")],
                    body: Array(body.utf8))
            }
            let people =
                "campaign,email,referral_code,referred_by\n1,a@example.com,AA-1,\n"
                + "1,bad,BB-1,\n1,c@example.com,CC-1,BB-1\n1,d@example.com,DD-1,AA-1\n"
                + "1,e@example.com,REF-0,\n1,f@example.com,FF-1,GG-1\n"
            let refused = try csv("participants/import", people)
            #expect(refused.status == 422, "\(refused)")
            let taken = try csv("participants/import?on_error=skip", people)
            try #require(taken.status == 200, "\(taken)")
            #expect(taken.number("added") == 2)
            #expect(taken.number("skipped") == 4, "\(taken)")
            let coupons = try csv("campaigns/1/coupons?on_error=skip", "code\nK1\n K2\nK3\nK1\n")
            try #require(coupons.status == 201, "\(coupons)")
            #expect(coupons.number("added") == 2)
            #expect(coupons.number("skipped") == 2)
            let json = try scene.ask(
                "POST", "campaigns/1/coupons?on_error=skip", ["coupons": ["K4", 5, "K1", "K4"]])
            try #require(json.status == 201, "\(json)")
            #expect(json.number("added") == 1)
            #expect(json.number("known") == 1)
            #expect(
                json.objects("errors").map { $0["pointer"] as? String } == [
                    "/coupons/1", "/coupons/3",
                ])
            let all = try scene.ask("POST", "campaigns/1/coupons", ["coupons": ["K9", 5]])
            #expect(all.status == 422, "\(all)")
            #expect(all.pointers == ["/coupons/1"])
        }
    }
}

extension ServerResponse {
    fileprivate func objects(_ name: String) -> [[String: Any]] {
        json[name] as? [[String: Any]] ?? []
    }
}
