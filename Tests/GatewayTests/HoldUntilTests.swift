import TestSupport
import Testing

/// Rewards that wait for a goal of their lead.
@Suite struct HoldUntilTests {
    private func declared(
        days: Int = 30, campaign: [String: Any] = [:], coupons: Int = 0,
        _ changes: [String: Any] = [:]
    ) -> DeclaredWorkspace {
        let rule: [String: Any] = [
            "kind": coupons > 0 ? "coupon" : "points",
            "value": coupons > 0 ? [:] : ["points": 50],
            "hold_until": ["goal": "email_verified", "days": days],
        ]
        return DeclaredWorkspace(
            campaign: campaign, rewards: [rule.merging(changes) { $1 }], coupons: coupons,
            leads: 4, referrers: 4)
    }

    @Test func `a reward waits for a goal of its lead, and the goal's event lists it`() throws {
        try ScratchGateway.play(declared()) { (scene) throws in
            let buy = try scene.post(Message(code: "LEAD-0"), id: "a")
            #expect(buy.outcome == "held")
            #expect(buy.reasons == ["held_until"])
            #expect(buy.rewardStatuses == ["pending"])
            let other = try scene.post(Message("email_verified", code: "LEAD-1"), id: "b")
            #expect(other.outcome == "ignored")
            #expect(other.rewardStatuses == [])
            let message = Message("email_verified", code: "LEAD-0")
            for isRepeat in [false, true] {
                let goal = try scene.post(message, id: "c")
                #expect(goal.outcome == "rewarded")
                #expect(goal.rewardStatuses == ["issued"])
                #expect(goal.isDuplicate == isRepeat)
                #expect(goal.conversion == nil)
            }
            #expect(try scene.post(Message(code: "LEAD-0"), id: "a").outcome == "rewarded")
        }
    }

    @Test func `a goal that came before the purchase counts`() throws {
        try ScratchGateway.play(declared()) { (scene) throws in
            let goal = try scene.post(Message("email_verified", code: "LEAD-0"), id: "a")
            #expect(goal.outcome == "ignored")
            #expect(try scene.post(Message(code: "LEAD-0"), id: "b").outcome == "rewarded")
        }
    }

    @Test func `after the days the reward is rejected, and its slot and coupon are free`() throws {
        try ScratchGateway.play(declared(days: 3, coupons: 1)) { (scene) throws in
            #expect(try scene.post(Message(code: "LEAD-0"), id: "a").outcome == "held")
            #expect(try scene.database.rows("SELECT state FROM coupons") == ["reserved"])
            scene.time.advance(by: .seconds(3 * 86_400 + 5))
            try scene.runHousekeeping()
            #expect(
                try scene.database.rows("SELECT status || ' ' || reasons FROM rewards")
                    == ["rejected hold_expired"])
            #expect(try scene.database.rows("SELECT state FROM coupons") == ["available"])
            let late = try scene.post(Message("email_verified", code: "LEAD-0"), id: "b")
            #expect(late.outcome == "ignored")
            let again = try scene.post(Message(code: "LEAD-0"), id: "a")
            #expect(again.outcome == "qualified")
            #expect(again.reasons == ["hold_expired"])
        }
    }

    @Test func `a reward without a coupon waits for the goal, too, and expires`() throws {
        let empty = DeclaredWorkspace(
            rewards: [
                ["kind": "coupon", "hold_until": ["goal": "email_verified", "days": 2]]
            ], leads: 2, referrers: 2)
        try ScratchGateway.play(empty) { (scene) throws in
            for lead in 0..<2 {
                let answer = try scene.post(Message(code: "LEAD-\(lead)"), id: "a\(lead)")
                #expect(answer.rewardStatuses == ["waiting_stock"])
            }
            let goal = try scene.post(Message("email_verified", code: "LEAD-0"), id: "b")
            #expect(goal.outcome == "rewarded")
            #expect(goal.rewardStatuses == ["waiting_stock"])
            scene.time.advance(by: .seconds(2 * 86_400 + 5))
            try scene.runHousekeeping()
            #expect(
                try scene.database.rows("SELECT status FROM rewards ORDER BY id")
                    == ["waiting_stock", "rejected"])
            var filled = empty
            filled.campaigns[0]["coupons"] = ["C-1"]
            try scene.apply(filled)
            try scene.runHousekeeping()
            #expect(
                try scene.database.rows("SELECT status FROM rewards ORDER BY id")
                    == ["issued", "rejected"])
        }
    }

    @Test func `the goal does not shorten the campaign's hold days`() throws {
        try ScratchGateway.play(declared(campaign: ["hold_days": 7])) { (scene) throws in
            #expect(try scene.post(Message(code: "LEAD-0"), id: "a").outcome == "held")
            let goal = try scene.post(Message("email_verified", code: "LEAD-0"), id: "b")
            #expect(goal.rewardStatuses == ["pending"])
            scene.time.advance(by: .seconds(7 * 86_400 + 5))
            try scene.runHousekeeping()
            #expect(try scene.database.rows("SELECT status FROM rewards") == ["issued"])
        }
    }

    @Test func `one event releases all rewards of its lead that wait for it`() throws {
        let workspace = declared(
            campaign: ["conversions": "every"], ["cap": ["count": 9, "per": "lead"]])
        try ScratchGateway.play(workspace) { (scene) throws in
            for order in ["x", "y"] {
                #expect(
                    try scene.post(Message(code: "LEAD-0", order: order), id: order).outcome
                        == "held")
            }
            #expect(try scene.post(Message(code: "LEAD-1", order: "z"), id: "z").outcome == "held")
            let goal = try scene.post(Message("email_verified", code: "LEAD-0"), id: "g")
            #expect(goal.rewardStatuses == ["issued", "issued"])
            #expect(
                try scene.database.rows("SELECT status FROM rewards ORDER BY id")
                    == ["issued", "issued", "pending"])
            #expect(try scene.database.count("SELECT count(*) FROM awaited_goals") == 1)
        }
    }

    @Test func `a reward in review begins to wait when it is approved`() throws {
        try APIScene.play(declared(campaign: ["review": "always"])) { (scene) throws in
            #expect(try scene.gateway.post(Message(code: "LEAD-0"), id: "a").outcome == "held")
            scene.gateway.time.advance(by: .seconds(40 * 86_400))
            #expect(try scene.ask("POST", "conversions/1/approve", [:]).status == 200)
            #expect(try scene.gateway.database.rows("SELECT status FROM rewards") == ["pending"])
            let goal = try scene.gateway.post(Message("email_verified", code: "LEAD-0"), id: "b")
            #expect(goal.rewardStatuses == ["issued"])
        }
    }

    @Test func `a refund ends the wait, and a reinstatement begins it again`() throws {
        try ScratchGateway.play(declared()) { (scene) throws in
            #expect(
                try scene.post(Message(code: "LEAD-0", order: "o"), id: "a").outcome == "held")
            #expect(try scene.post(Message("refund", order: "o"), id: "r").outcome == "reversed")
            #expect(try scene.database.count("SELECT count(*) FROM awaited_goals") == 0)
            let back = try scene.post(Message("reinstate", order: "o"), id: "b")
            #expect(back.outcome == "held")
            #expect(try scene.database.count("SELECT count(*) FROM awaited_goals") == 1)
            let goal = try scene.post(Message("email_verified", code: "LEAD-0"), id: "g")
            #expect(goal.outcome == "rewarded")
        }
    }
}
