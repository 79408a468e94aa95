import Foundation
import TestSupport
import Testing

/// Participants qualified by hand.
@Suite struct QualifyTests {
    private func play(
        campaign: [String: Any] = [:], _ test: (APIScene, String) throws -> Void
    ) throws {
        let declared = DeclaredWorkspace(
            campaign: campaign,
            rewards: [
                [
                    "kind": "credit", "value": ["amount": 500, "currency": "EUR"],
                    "cap": ["count": 9, "per": "referrer"],
                ]
            ])
        try APIScene.play(declared) { scene throws in
            let lead = try scene.create(
                "participants",
                ["campaign": 1, "email": "ann@example.com", "referred_by": "REF-0"])
            try test(scene, "participants/\(lead)/qualify")
        }
    }

    @Test(.rows("S2-7", "S2-10"))
    func `a lead who is qualified by hand earns the reward, and the event is explained`()
        throws
    {
        try play { scene, path throws in
            let answer = try scene.ask("POST", path, [:])
            #expect(answer.status == 200, "\(answer)")
            #expect(answer.outcome == "rewarded")
            #expect(answer.rewardStatuses == ["issued"])
            let event = try scene.get("events/\(try #require(answer.event))")
            #expect(event.status == 200, "\(event)")
            #expect(event.text("source") == "api")
            let explained = try scene.get("explain?email=ann@example.com")
            #expect(explained.status == 200, "\(explained)")
            let events = try #require(explained.json["events"] as? [[String: Any]])
            #expect(events.map { $0["outcome"] as? String } == ["rewarded"])
        }
    }

    @Test func `a reversal undoes it, and the lead can be qualified again`() throws {
        try play { scene, path throws in
            let first = try scene.ask("POST", path, [:])
            #expect(first.status == 200, "\(first)")
            let conversion = try #require(first.conversion)
            let reversed = try scene.ask("POST", "conversions/\(conversion)/reverse", [:])
            #expect(reversed.status == 200, "\(reversed)")
            let rewards = try scene.get("rewards")
            #expect(rewards.status == 200, "\(rewards)")
            #expect(rewards.data.map { $0["status"] as? String } == ["revoked"])
        }
    }

    @Test func `amount, currency, key and time are the event's`() throws {
        try play(campaign: ["conversions": "every", "conditions": ["event.amount >= 1000"]]) {
            scene, path throws in
            let body: [String: Any] = [
                "goal": "purchase", "business_key": "order-1", "amount": 1000, "currency": "EUR",
                "occurred_at": "2026-03-01T09:00:00Z",
            ]
            let answer = try scene.ask("POST", path, body)
            #expect(answer.status == 200, "\(answer)")
            #expect(answer.outcome == "rewarded")
            let conversion = try scene.get("conversions/\(try #require(answer.conversion))")
            #expect(conversion.status == 200, "\(conversion)")
            #expect(conversion.number("amount") == 1000)
            #expect(conversion.text("currency") == "EUR")
            let again = try scene.ask("POST", path, body)
            #expect(again.status == 200, "\(again)")
            #expect(again.outcome == "ignored")
            #expect(again.reasons == ["conversion_duplicate"])
            let small = try scene.ask(
                "POST", path, ["business_key": "order-2", "amount": 999, "currency": "EUR"])
            #expect(small.status == 200, "\(small)")
            #expect(small.reasons == ["condition_false"])
        }
    }

    @Test func `another goal is rejected like a partner's event`() throws {
        try play { scene, path throws in
            let answer = try scene.ask("POST", path, ["goal": "visit"])
            #expect(answer.status == 200, "\(answer)")
            #expect(answer.outcome == "rejected")
            #expect(answer.reasons == ["goal_type_mismatch"])
        }
    }

    @Test(arguments: [
        (["amount": 10.5, "currency": "EUR"] as [String: any Sendable], "/amount"),
        (["amount": 10], "/currency"),
        (["currency": "XXQ"], "/currency"),
        (["occurred_at": "2026-03-01T09:00:00"], "/occurred_at"),
        (["business_key": 7], "/business_key"),
        (["points": 7], "/points"),
    ])
    func `a mistake is named by its pointer, and nothing happens`(
        body: [String: any Sendable], pointer: String
    ) throws {
        try play { scene, path throws in
            let answer = try scene.ask("POST", path, body)
            #expect(answer.status == 422, "\(answer)")
            #expect(answer.pointers == [pointer])
            let events = try scene.get("events")
            #expect(events.status == 200, "\(events)")
            #expect(events.data.isEmpty)
        }
    }

    @Test func `nobody is qualified who is not there`() throws {
        try play { scene, _ throws in
            let answer = try scene.ask("POST", "participants/9999/qualify", [:])
            #expect(answer.status == 404, "\(answer)")
        }
    }
}
