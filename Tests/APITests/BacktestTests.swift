import Foundation
import TestSupport
import Testing
import Time

/// Stored events decided again under draft rules. No row changes.
@Suite struct BacktestTests {
    private static let cash: [String: any Sendable] = [
        "kind": "cash", "value": ["amount": 500, "currency": "USD"] as [String: any Sendable],
    ]

    private func run(
        _ scene: APIScene, _ rules: [String: Any], _ more: [String: Any] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ServerResponse {
        try #require(try scene.get("sources").status == 200)
        try scene.gateway.runHousekeeping()
        let before = try scene.gateway.database.content()
        let answer = try scene.ask(
            "POST", "campaigns/1/backtest", more.merging(["rules": rules]) { $1 })
        try #require(answer.status == 200, "\(answer)", sourceLocation: sourceLocation)
        #expect(try scene.gateway.database.content() == before, sourceLocation: sourceLocation)
        return answer
    }

    private func post(
        _ scene: APIScene, _ lead: Int, amount: Int, order: String? = nil,
        currency: String = "USD"
    ) throws {
        let id = order ?? "o-\(lead)"
        let posted = try scene.gateway.post(
            Message(code: "LEAD-\(lead)", order: id, amount: amount, currency: currency), id: id)
        try #require(posted.status == 200, "\(posted)")
    }

    private func changes(_ answer: ServerResponse) -> [Int] {
        (answer.list("changes") as [[String: Any]]).compactMap { $0["event"] as? Int }
    }

    private func matrix(_ answer: ServerResponse) -> [String] {
        (answer.list("matrix") as [[String: Any]]).map {
            "\($0["was"] ?? "")>\($0["becomes"] ?? ""):\($0["events"] ?? "")"
        }
    }

    @Test func `unchanged rules change nothing, whatever has happened`() throws {
        var declared = DeclaredWorkspace(
            campaign: [
                "conversions": "every", "conditions": ["event.amount >= 1000"],
                "review": "event.amount > 9000", "goal_threshold": 2,
                "risk": ["velocity": ["count": 3, "window": "1h"]],
            ],
            rewards: [
                Self.cash.merging(["cap": ["count": 3], "budget": 2500]) { $1 },
                ["kind": "coupon", "beneficiary": "lead"],
            ], coupons: 3, leads: 6, referrers: 2)
        declared.participants.append(["campaign": 1, "email": "x@example.com"])
        try APIScene.play(declared) { scene in
            for number in 0..<12 {
                try post(scene, number % 6, amount: 500 + number * 900, order: "o-\(number)")
            }
            let refund = try scene.gateway.post(
                Message("refund", order: "o-3", amount: 3200, reversal: "refund"), id: "r")
            try #require(refund.status == 200, "\(refund)")
            try post(scene, 3, amount: 4000, order: "late")
            let unknown = try scene.gateway.post(Message(code: "NOBODY"), id: "n")
            try #require(unknown.outcome == "parked", "\(unknown)")
            let answer = try run(scene, [:])
            #expect(answer.json["changed"] as? Int == 0, "\(answer)")
            #expect(answer.json["decided"] as? Int == 13, "\(answer)")
            #expect(answer.json["events"] as? Int == 15)
            #expect(answer.json["not_derivable"] as? Int == 0)
        }
    }

    @Test func `a higher bar changes exactly the events below it, and names the check`() throws {
        let declared = DeclaredWorkspace(
            rewards: [Self.cash.merging(["cap": ["count": 9]]) { $1 }], leads: 4)
        try APIScene.play(declared) { scene in
            for lead in 0..<4 { try post(scene, lead, amount: 1000 * (lead + 1)) }
            let answer = try run(scene, ["conditions": ["event.amount >= 2500"]])
            #expect(changes(answer) == [1, 2], "\(answer)")
            #expect(
                Set(matrix(answer)) == ["rewarded>rewarded:2", "rewarded>rejected:2"], "\(answer)")
            let first = try #require((answer.list("changes") as [[String: Any]]).first)
            let turned = try #require(first["turned_by"] as? [String: Any])
            let check = try #require(turned["becomes"] as? [String: Any])
            #expect(check["check"] as? String == "condition")
            #expect(check["outcome"] as? String == "fail")
            #expect(
                (first["becomes"] as? [String: Any])?["reasons"] as? [String]
                    == ["condition_false"])
            let reward = try #require((answer.list("rewards") as [[String: Any]]).first)
            #expect(reward["unit"] as? String == "USD")
            #expect((reward["was"] as? [String: Any])?["sum"] as? Int == 2000)
            #expect((reward["becomes"] as? [String: Any])?["sum"] as? Int == 1000)
        }
    }

    @Test func `a refused reward leaves its slot to a later event`() throws {
        let declared = DeclaredWorkspace(rewards: [Self.cash], leads: 3)
        try APIScene.play(declared) { scene in
            for lead in 0..<3 { try post(scene, lead, amount: 1000 * (lead + 1)) }
            let answer = try run(scene, ["conditions": ["event.amount >= 1500"]])
            // The first event no longer takes the referrer's only slot, so the second one does.
            #expect(changes(answer) == [1, 2], "\(answer)")
            #expect(
                Set(matrix(answer))
                    == [
                        "rewarded>rejected:1", "qualified>rewarded:1", "qualified>qualified:1",
                    ], "\(answer)")
        }
    }

    @Test func `a cap of another scope counts from the first event on`() throws {
        let cap: [String: any Sendable] = ["count": 2, "per": "campaign"]
        let declared = DeclaredWorkspace(rewards: [Self.cash], leads: 4, referrers: 4)
        try APIScene.play(declared) { scene in
            for lead in 0..<4 { try post(scene, lead, amount: 1000) }
            let answer = try run(
                scene, ["rewards": [Self.cash.merging(["cap": cap]) { $1 }]])
            #expect(changes(answer) == [3, 4], "\(answer)")
            let check = (answer.list("changes") as [[String: Any]]).first?["turned_by"]
            let becomes = (check as? [String: Any])?["becomes"] as? [String: Any]
            #expect(becomes?["check"] as? String == "cap", "\(answer)")
        }
    }

    @Test func `a new budget and a new coupon are counted in the draft's world`() throws {
        let declared = DeclaredWorkspace(
            rewards: [Self.cash], coupons: 2, leads: 4, referrers: 4)
        try APIScene.play(declared) { scene in
            for lead in 0..<4 { try post(scene, lead, amount: 1000) }
            let budget = try run(
                scene, ["rewards": [Self.cash.merging(["budget": 1200]) { $1 }]])
            #expect(changes(budget) == [3, 4], "\(budget)")
            let coupon: [String: any Sendable] = ["kind": "coupon", "beneficiary": "lead"]
            let answer = try run(scene, ["rewards": [Self.cash, coupon]])
            #expect(changes(answer) == [1, 2, 3, 4], "\(answer)")
            let need = try #require((answer.list("coupons") as [[String: Any]]).first)
            #expect(need["given"] as? Int == 0)
            #expect(need["needed"] as? Int == 4)
            #expect(need["left"] as? Int == 2)
            #expect(need["short"] as? Int == 2)
        }
    }

    @Test func `a purchase that the draft refuses lets a later one of the lead convert`() throws {
        let declared = DeclaredWorkspace(rewards: [Self.cash], leads: 1)
        try APIScene.play(declared) { scene in
            try post(scene, 0, amount: 100, order: "a")
            try post(scene, 0, amount: 5000, order: "b")
            let answer = try run(scene, ["conditions": ["event.amount >= 1000"]])
            #expect(
                Set(matrix(answer)) == ["rewarded>rejected:1", "ignored>rewarded:1"], "\(answer)")
        }
    }

    @Test func `an unknown condition is listed with its reason`() throws {
        let declared = DeclaredWorkspace(rewards: [Self.cash], leads: 2)
        try APIScene.play(declared) { scene in
            for lead in 0..<2 { try post(scene, lead, amount: 1000) }
            let answer = try run(scene, ["conditions": ["payload.data.score > 3"]])
            let unknown = try #require((answer.list("unknowns") as [[String: Any]]).first)
            #expect(unknown["events"] as? Int == 2, "\(answer)")
            #expect(unknown["first"] as? Int == 1)
            #expect((unknown["reason"] as? String)?.contains("score") ?? false)
        }
    }

    @Test func `events before since and without bodies are not decided`() throws {
        let declared = DeclaredWorkspace(rewards: [Self.cash], leads: 3, referrers: 3)
        try APIScene.play(declared) { scene in
            try post(scene, 0, amount: 1000)
            scene.gateway.time.advance(by: .seconds(7200))
            let since = scene.gateway.time.now
            for lead in 1..<3 { try post(scene, lead, amount: 1000) }
            try scene.gateway.database.execute("UPDATE events SET body = NULL WHERE id = 3")
            let answer = try run(
                scene, ["status": "paused"], ["since": since.rfc3339, "limit": 5])
            #expect(answer.json["events"] as? Int == 2, "\(answer)")
            #expect(answer.json["bodies_gone"] as? Int == 1)
            #expect(changes(answer) == [2])
        }
    }

    @Test(arguments: [
        (#"{}"#, "/rules"), (#"{"rules": {"goal_type": 3}}"#, "/rules/goal_type"),
        (#"{"rules": {"conditions": ["event.amont > 3"]}}"#, "/rules/conditions/0"),
        (#"{"rules": {}, "since": "yesterday"}"#, "/since"),
        (#"{"rules": {}, "limit": -1}"#, "/limit"), (#"{"rules": {}, "from": 1}"#, "/from"),
    ])
    func `a mistaken request is refused by its pointer`(_ body: String, _ pointer: String) throws {
        try APIScene.play { scene in
            let response = try scene.client.request(
                "POST", "/api/v1/campaigns/1/backtest",
                [("X-API-Key", scene.key), ("Content-Type", "application/json")],
                body: Array(body.utf8))
            #expect(response.status == 422, "\(response)")
            #expect(response.pointers == [pointer], "\(response)")
        }
    }
}
