import Foundation
import TestSupport
import Testing

/// What becomes of rewards after their event: caps, stock, holds, refunds.
@Suite struct RewardTests {
    private func credit(_ changes: [String: Any]) -> [[String: Any]] {
        [
            ["kind": "credit", "value": ["amount": 500, "currency": "USD"]]
                .merging(changes) { $1 }
        ]
    }

    // MARK: Caps

    @Test(.rows("S0-21", "C17")) func `a referrer is rewarded once in a campaign, by default`()
        throws
    {
        try ScratchGateway.play(DeclaredWorkspace(rewards: credit([:]), leads: 2)) { scene in
            #expect(try scene.post(Message(code: "LEAD-0"), id: "a").outcome == "rewarded")
            let second = try scene.post(Message(code: "LEAD-1"), id: "b")
            #expect(second.outcome == "qualified")
            #expect(second.reasons == ["already_rewarded"])
            #expect(second.rewards.isEmpty)
        }
    }

    @Test(
        .rows("C17"),
        arguments: [
            // The cap, the codes in turn, the hours at which they come, who is rewarded.
            (["count": 2], ["LEAD-0", "LEAD-2", "LEAD-4"], [0, 0, 0], [true, true, false]),
            (
                ["window": "day"], ["LEAD-0", "LEAD-2", "LEAD-4"], [1, 5, 25],
                [true, false, true]
            ),
            (
                ["window": "month"], ["LEAD-0", "LEAD-2", "LEAD-4"], [1, 30, 24 * 32],
                [true, false, true]
            ),
            (
                ["per": "campaign", "count": 2], ["LEAD-0", "LEAD-1", "LEAD-3"], [0, 0, 0],
                [true, true, false]
            ),
            (
                ["per": "lead", "count": 1], ["LEAD-0", "LEAD-2", "LEAD-0"], [0, 0, 0],
                [true, true, false]
            ),
        ] as [([String: any Sendable], [String], [Int], [Bool])])
    func `a cap lets so many through`(
        _ cap: [String: any Sendable], _ codes: [String], _ hours: [Int], _ rewarded: [Bool]
    ) throws {
        let declared = DeclaredWorkspace(
            campaign: ["conversions": "every"], rewards: credit(["cap": cap]), leads: 6,
            referrers: 2)
        try ScratchGateway.play(declared) { scene in
            for (index, code) in codes.enumerated() {
                // The first of March at midnight and so many hours.
                let day = 1 + hours[index] / 24
                let date =
                    day <= 31
                    ? "2026-03-\(String(format: "%02d", day))"
                    : "2026-04-\(String(format: "%02d", day - 31))"
                let time = String(format: "%02d", hours[index] % 24)
                let response = try scene.post(
                    Message(code: code, order: "o-\(index)", timestamp: "\(date)T\(time):00:00Z"),
                    id: "m\(index)")
                #expect(
                    response.outcome == (rewarded[index] ? "rewarded" : "qualified"), "\(index)")
                if !rewarded[index] {
                    #expect(
                        ["cap_reached", "already_rewarded"].contains(response.reasons.first ?? ""))
                }
            }
        }
    }

    @Test func `a budget is spent to the last unit and not beyond`() throws {
        let declared = DeclaredWorkspace(rewards: credit(["budget": 1000]), leads: 3, referrers: 3)
        try ScratchGateway.play(declared) { scene in
            let response = try (0..<3).map {
                try scene.post(Message(code: "LEAD-\($0)"), id: "m\($0)")
            }
            #expect(response.map(\.outcome) == ["rewarded", "rewarded", "qualified"])
            #expect(response[2].reasons == ["budget_exhausted"])
            #expect(
                try scene.database.count("SELECT budget_spent FROM campaign_rewards") == 1000)
        }
    }

    // MARK: Conversions

    @Test func `a lead converts once, or with every order where the campaign says so`() throws {
        for (word, count) in [("first", 1), ("every", 2)] {
            let declared = DeclaredWorkspace(campaign: ["conversions": word], coupons: 2)
            try ScratchGateway.play(declared) { scene in
                #expect(try scene.post(Message(code: "LEAD-0", order: "a"), id: "a").status == 200)
                let response = try scene.post(Message(code: "LEAD-0", order: "b"), id: "b")
                #expect(response.outcome == (count == 1 ? "ignored" : "qualified"))
                #expect(try scene.database.count("SELECT count(*) FROM conversions") == count)
            }
        }
    }

    @Test(.rows("C19")) func `a referrer's code and an e-mail make a lead of that referrer`() throws
    {
        let declared = DeclaredWorkspace(
            coupons: 2, leads: 0, referrers: 2, source: ["code_of": "referrer"])
        try ScratchGateway.play(declared) { scene in
            let response = try scene.post(
                Message(code: "REF-1", customer: "cus-9", email: "New@Example.com"), id: "a")
            #expect(response.outcome == "rewarded")
            #expect(
                try scene.database.rows(
                    """
                    SELECT l.email, r.referral_code FROM participants l
                    JOIN participants r ON r.id = l.referred_by
                    """, columns: 2) == ["new@example.com|REF-1"])
            // However it is spelled next time, it is the same person, and the first referrer keeps them.
            let other = try scene.post(Message(code: "REF-0", email: " NEW@example.COM"), id: "b")
            #expect(other.reasons == ["attributed_elsewhere"])
        }
    }

    @Test func `a customer is remembered, so that a later event needs no code`() throws {
        let declared = DeclaredWorkspace(
            campaign: ["conversions": "every"], rewards: credit(["cap": ["count": 9]]), leads: 1)
        try ScratchGateway.play(declared) { scene in
            let first = try scene.post(
                Message(code: "LEAD-0", order: "a", customer: "cus-1"), id: "a")
            #expect(first.outcome == "rewarded")
            let second = try scene.post(Message(order: "b", customer: "cus-1"), id: "b")
            #expect(second.outcome == "rewarded")
            #expect(
                try scene.database.count("SELECT count(DISTINCT lead_id) FROM conversions") == 1)
            let stranger = try scene.post(Message(order: "c", customer: "cus-2"), id: "c")
            #expect(stranger.code == "mapping_missing_field")
        }
    }

    // MARK: Stock

    @Test func `coupons that arrive go to those who wait, the oldest first, and nobody overtakes`()
        throws
    {
        let declared = { (coupons: Int) in
            DeclaredWorkspace(coupons: coupons, leads: 5, referrers: 5)
        }
        try ScratchGateway.play(declared(0)) { scene in
            for number in 0..<3 {
                let response = try scene.post(Message(code: "LEAD-\(number)"), id: "m\(number)")
                #expect(response.rewardStatuses == ["waiting_stock"])
            }
            try scene.apply(declared(2))
            // Whoever comes now stands behind the third.
            let fourth = try scene.post(Message(code: "LEAD-3"), id: "m3")
            #expect(fourth.rewardStatuses == ["waiting_stock"])
            try scene.runHousekeeping()
            #expect(
                try scene.database.rows("SELECT status FROM rewards ORDER BY id")
                    == ["issued", "issued", "waiting_stock", "waiting_stock"])
            #expect(
                try scene.database.rows("SELECT reward_id FROM coupons ORDER BY id") == [
                    "16", "32",
                ])
            try scene.apply(declared(5))
            try scene.runHousekeeping()
            #expect(
                try scene.database.rows("SELECT DISTINCT status FROM rewards") == ["issued"])
            let last = try scene.post(Message(code: "LEAD-4"), id: "m4")
            #expect(last.outcome == "rewarded")
        }
    }

    // MARK: Holds

    @Test func `a held reward is issued by itself when its hold is over`() throws {
        let declared = DeclaredWorkspace(
            campaign: ["hold_days": 7], coupons: 1, leads: 2, referrers: 2)
        try ScratchGateway.play(declared) { scene in
            #expect(try scene.post(Message(code: "LEAD-0"), id: "a").outcome == "held")
            #expect(
                try scene.database.rows("SELECT state FROM coupons") == ["reserved"])
            // A reserved coupon is nobody else's.
            #expect(try scene.post(Message(code: "LEAD-1"), id: "b").reasons == ["pool_empty"])
            scene.time.advance(by: .seconds(7 * 86_400 - 30))
            try scene.runHousekeeping()
            #expect(try scene.post(Message(code: "LEAD-0"), id: "a").outcome == "held")
            scene.time.advance(by: .seconds(60))
            try scene.runHousekeeping()
            let response = try scene.post(Message(code: "LEAD-0"), id: "a")
            #expect(response.outcome == "rewarded")
            #expect(response.rewardStatuses == ["issued"])
            #expect(try scene.database.rows("SELECT state FROM coupons") == ["assigned"])
        }
    }

    @Test func `a refund before the end of the hold cancels it and frees coupon and slot`() throws {
        let declared = DeclaredWorkspace(campaign: ["hold_days": 7], coupons: 1, leads: 2)
        try ScratchGateway.play(declared) { scene in
            #expect(try scene.post(Message(code: "LEAD-0", order: "o"), id: "a").outcome == "held")
            #expect(try scene.post(Message("refund", order: "o"), id: "r").outcome == "reversed")
            #expect(try scene.database.rows("SELECT state FROM coupons") == ["available"])
            #expect(try scene.database.rows("SELECT status FROM rewards") == ["revoked"])
            #expect(try scene.post(Message(code: "LEAD-1"), id: "b").outcome == "held")
            scene.time.advance(by: .seconds(8 * 86_400))
            try scene.runHousekeeping()
            #expect(
                try scene.database.rows("SELECT status FROM rewards ORDER BY id")
                    == ["revoked", "issued"])
        }
    }

    // MARK: Refunds

    /// Refunds one after the other, with what each leaves of a share of 10 % of 100.00.
    @Test(arguments: [
        [("refund", 2500, 750), ("refund", 2500, 500), ("refund", 5000, 0)],
        [("refund_total", 2500, 750), ("refund_total", 6000, 400), ("refund_total", 6000, 400)],
        [("refund_total", 6000, 400), ("refund_total", 2500, 400)],
        [("refund", 10_000, 0), ("reinstate", 10_000, 1000)],
        [("refund", 2500, 750), ("reinstate", 1000, 850)],
    ])
    func `the ledger of a share sums to what is left of it`(
        _ steps: [(kind: String, amount: Int, left: Int)]
    ) throws {
        let rewards: [[String: Any]] = [["kind": "cash", "value": ["percent": 10]]]
        try ScratchGateway.play(DeclaredWorkspace(rewards: rewards)) { scene in
            let buy = Message(code: "LEAD-0", order: "o", amount: 10_000)
            #expect(try scene.post(buy, id: "buy").outcome == "rewarded")
            for (index, step) in steps.enumerated() {
                let message = Message(step.kind, order: "o", amount: step.amount)
                let response = try scene.post(message, id: "step-\(index)")
                #expect(response.status == 200)
                #expect(response.conversion == 1)
                #expect(
                    try scene.database.count(
                        "SELECT amount + (SELECT coalesce(sum(amount), 0) FROM ledger) FROM rewards"
                    )
                        == step.left, "step \(index)")
                let census = try scene.database.census()
                #expect(try scene.post(message, id: "step-\(index)").isDuplicate == true)
                #expect(try scene.database.census() == census)
            }
        }
    }

    @Test func `a fully refunded coupon is voided, and its slot is free for another lead`() throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 2, leads: 2)) { scene in
            let buy = Message(code: "LEAD-0", order: "o", amount: 100)
            #expect(try scene.post(buy, id: "a").outcome == "rewarded")
            let part = try scene.post(Message("refund", order: "o", amount: 40), id: "r1")
            #expect(part.outcome == "reversed")
            #expect(part.reasons == ["refunded_partial"])
            #expect(try scene.database.rows("SELECT status FROM rewards") == ["issued"])
            let whole = try scene.post(Message("refund", order: "o", amount: 60), id: "r2")
            #expect(whole.reasons == ["refunded_full"])
            #expect(
                try scene.database.rows("SELECT state FROM coupons ORDER BY id")
                    == ["voided", "available"])
            #expect(try scene.post(Message(code: "LEAD-1"), id: "b").outcome == "rewarded")
            // The slot has another by now: a reinstatement asks a person.
            let back = try scene.post(Message("reinstate", order: "o", amount: 100), id: "r3")
            #expect(back.outcome == "held")
            #expect(back.reasons.contains("cap_reached"))
            #expect(
                try scene.database.rows("SELECT status FROM rewards ORDER BY id")
                    == ["in_review", "issued"])
            #expect(try scene.post(buy, id: "a").outcome == "held")
        }
    }

    @Test func `a refund finds its conversion by any of its keys`() throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 2)) { scene in
            let buy = Message(code: "LEAD-0", orders: ["cs_1", "pi_1", "in_1"])
            #expect(try scene.post(buy, id: "a").outcome == "rewarded")
            let response = try scene.post(Message("refund", orders: ["ch_1", "pi_1"]), id: "r")
            #expect(response.outcome == "reversed")
            #expect(response.conversion == 1)
        }
    }

    // MARK: Rules that are gone

    @Test func `what was granted under a rule that is gone goes on, and holds nobody up`() throws {
        let both: [[String: Any]] = [
            ["kind": "coupon"], ["kind": "coupon", "beneficiary": "lead"],
        ]
        let declared = DeclaredWorkspace(rewards: both, leads: 2, referrers: 2)
        try ScratchGateway.play(declared) { scene in
            func statuses() throws -> [String] {
                try scene.database.rows("SELECT status FROM rewards ORDER BY id")
            }
            func apply(coupons: Int) throws {
                try scene.apply(
                    DeclaredWorkspace(
                        rewards: [["kind": "coupon"]], coupons: coupons, leads: 2, referrers: 2))
                try scene.runHousekeeping()
            }
            _ = try scene.post(Message(code: "LEAD-0", order: "A"), id: "a")
            try apply(coupons: 0)
            _ = try scene.post(Message(code: "LEAD-1", order: "B"), id: "b")
            #expect(try statuses() == ["waiting_stock", "waiting_stock", "waiting_stock"])
            try apply(coupons: 2)
            #expect(try statuses() == ["issued", "issued", "waiting_stock"])
            try apply(coupons: 3)
            #expect(try statuses() == ["issued", "issued", "issued"])
            let refund = try scene.post(
                Message("refund", order: "A", amount: 1, reversal: "refund"), id: "c")
            #expect(refund.rewardStatuses == ["revoked", "revoked"])
        }
    }
}
