import Foundation
import Gateway
import TestSupport
import Testing

/// Currencies that ISO 4217 does not list are refused wherever one enters.
@Suite struct CurrencyTests {
    private static let share: [[String: any Sendable]] = [
        ["kind": "credit", "value": ["percent": 10], "cap": ["count": 100]]
    ]

    @Test(arguments: ["ZZZ", "zzz", "XXX", "EU", "EURO", "€€€"])
    func `a purchase in an unknown currency is refused and kept`(_ code: String) throws {
        try ScratchGateway.play(DeclaredWorkspace(rewards: Self.share)) { scene in
            let response = try scene.post(
                Message(code: "LEAD-0", order: "o1", amount: 1000, currency: code), id: "e1")
            #expect(response.status == 422, "\(response)")
            #expect(response.code == "mapping_type_error")
            #expect(response.detail?.contains("currency") == true)
            #expect(try scene.database.rows("SELECT outcome FROM events") == ["unmapped"])
            #expect(try scene.database.count("SELECT count(*) FROM conversions") == 0)
        }
    }

    @Test(arguments: ["EUR", "eur", "JPY", "KWD", "XCG", "UYW"])
    func `a listed one is taken in either case`(_ code: String) throws {
        try ScratchGateway.play(DeclaredWorkspace(rewards: Self.share)) { scene in
            let response = try scene.post(
                Message(code: "LEAD-0", order: "o1", amount: 1000, currency: code), id: "e1")
            #expect(response.status == 200 && response.outcome == "rewarded", "\(response)")
            #expect(
                try scene.database.rows("SELECT amount || unit FROM rewards")
                    == ["100" + code.uppercased()])
        }
    }

    @Test func `a refund without a currency is in the purchase's`() throws {
        try ScratchGateway.play(DeclaredWorkspace(rewards: Self.share)) { scene in
            let paid = try scene.post(
                Message(code: "LEAD-0", order: "o1", amount: 1000, currency: "JPY"), id: "e1")
            try #require(paid.outcome == "rewarded", "\(paid)")
            var refund = Message(order: "o1", amount: 250, reversal: "refund")
            refund.currency = nil
            let response = try scene.post(refund, id: "e2")
            #expect(response.status == 200 && response.outcome == "reversed", "\(response)")
            #expect(response.reasons == ["refunded_partial"])
            #expect(try scene.database.count("SELECT amount FROM ledger") == -25)
        }
    }

    @Test func `a refund in another or an unknown currency takes nothing`() throws {
        try ScratchGateway.play(DeclaredWorkspace(rewards: Self.share)) { scene in
            let paid = try scene.post(
                Message(code: "LEAD-0", order: "o1", amount: 1000, currency: "EUR"), id: "e1")
            try #require(paid.outcome == "rewarded", "\(paid)")
            let unknown = try scene.post(
                Message(order: "o1", amount: 250, currency: "ZZZ", reversal: "refund"), id: "e2")
            #expect(unknown.status == 422 && unknown.code == "mapping_type_error", "\(unknown)")
            let other = try scene.post(
                Message(order: "o1", amount: 250, currency: "USD", reversal: "refund"), id: "e3")
            #expect(other.status == 200 && other.outcome == "held", "\(other)")
            #expect(try scene.database.count("SELECT count(*) FROM ledger") == 0)
        }
    }

    @Test func `a budget holds for each currency apart`() throws {
        let share: [String: Any] = [
            "kind": "credit", "value": ["percent": 10], "cap": ["count": 100], "budget": 150,
        ]
        let declared = DeclaredWorkspace(campaign: ["conversions": "every"], rewards: [share])
        try APIScene.play(declared) { scene in
            func buy(_ order: String, _ amount: Int, _ currency: String) throws -> ServerResponse {
                try scene.gateway.post(
                    Message(code: "LEAD-0", order: order, amount: amount, currency: currency),
                    id: order)
            }
            #expect(try buy("o1", 1000, "EUR").outcome == "rewarded")
            #expect(try buy("o2", 1000, "USD").outcome == "rewarded")
            #expect(try buy("o3", 1500, "JPY").outcome == "rewarded")
            for currency in ["EUR", "USD", "JPY"] {
                let response = try buy("o4\(currency)", 1000, currency)
                #expect(response.reasons == ["budget_exhausted"], "\(currency): \(response)")
            }
            let refund = try scene.gateway.post(
                Message(order: "o2", amount: 1000, currency: "USD", reversal: "refund"), id: "r2")
            #expect(refund.outcome == "reversed", "\(refund)")
            #expect(try buy("o5", 1000, "USD").outcome == "rewarded")
            #expect(try buy("o6", 1000, "EUR").reasons == ["budget_exhausted"])
            let reward = try scene.get("campaigns/1/rewards/1")
            #expect(reward.status == 200, "\(reward)")
            let spent = (reward.json["budget_spent"] as? [String: Any])?["amounts"]
            #expect(spent as? [String: Int] == ["EUR": 100, "JPY": 150, "USD": 100])
        }
    }

    @Test func `the API refuses one in a reward, in a mapping and in a rule`() throws {
        try APIScene.play { scene in
            let reward: [String: Any] = [
                "kind": "credit", "value": ["amount": 500, "currency": "ZZZ"],
            ]
            for (method, path, body, pointer) in [
                ("POST", "campaigns/1/rewards", reward, "/value/currency"),
                (
                    "POST", "campaigns",
                    [
                        "name": "x", "owner": "o@example.com", "goal_type": "purchase",
                        "rewards": [reward],
                    ], "/rewards/0/value/currency"
                ),
                (
                    "PATCH", "sources/\(DeclaredWorkspace.source)",
                    ["mapping": ["currency": "'ZZZ'"]], "/mapping/currency"
                ),
                (
                    "PATCH", "sources/\(DeclaredWorkspace.source)",
                    ["mapping": ["amount": "minorUnits(payload.price, 'ZZZ')"]], "/mapping/amount"
                ),
                (
                    "PATCH", "sources/\(DeclaredWorkspace.source)",
                    ["mapping": ["amount": "isoMinorUnits(payload.p, payload.c, {'ZZZ': 2})"]],
                    "/mapping/amount"
                ),
                (
                    "PATCH", "campaigns/1",
                    ["conditions": ["event.amount > minorUnits('5.00', 'ZZZ')"]], "/conditions/0"
                ),
            ] as [(String, String, [String: Any], String)] {
                let response = try scene.ask(method, path, body)
                #expect(response.status == 422 || response.status == 400, "\(path): \(response)")
                let pointers = (response.json["errors"] as? [[String: Any]])?.map {
                    $0["pointer"] as? String
                }
                #expect(pointers == [pointer], "\(response)")
                #expect(response.text.contains("ISO 4217"), "\(response)")
            }
        }
    }

    @Test func `a campaign that an earlier release stored with one still works`() throws {
        let database = try ScratchDatabase()
        try database.apply(
            DeclaredWorkspace(rewards: [
                ["kind": "credit", "value": ["amount": 500, "currency": "USD"]]
            ]))
        try database.execute(
            """
            UPDATE campaign_versions SET document = replace(document, 'USD', 'ZZZ');
            """)
        let gateway = try ScratchGateway.serving(database)
        defer { gateway.stop() }
        #expect(
            try database.rows("SELECT document LIKE '%ZZZ%' FROM campaign_versions") == ["1"])
        #expect(try database.contradictions() == [])
    }
}
