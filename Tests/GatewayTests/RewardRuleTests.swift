import TestSupport
import Testing

/// Rules of one reward: its condition, its group, several caps, amounts by currency, and the history
/// that conditions read.
@Suite struct RewardRuleTests {
    private func credit(_ amount: Int = 500, _ changes: [String: Any] = [:]) -> [String: Any] {
        ["kind": "credit", "value": ["amount": amount, "currency": "USD"]].merging(changes) { $1 }
    }

    private func amounts(_ scene: ScratchGateway) throws -> [String] {
        try scene.database.rows("SELECT amount FROM rewards ORDER BY id")
    }

    // MARK: when

    @Test func `a reward with a false condition is not given, and says so`() throws {
        let rewards = [credit(500, ["when": "event.amount >= 5000"])]
        try ScratchGateway.play(DeclaredWorkspace(rewards: rewards, leads: 2)) { (scene) throws in
            let small = try scene.post(Message(code: "LEAD-0", amount: 4999), id: "a")
            #expect(small.outcome == "qualified")
            #expect(small.reasons == ["reward_condition_false"])
            let large = try scene.post(Message(code: "LEAD-1", amount: 5000), id: "b")
            #expect(large.outcome == "rewarded")
        }
    }

    @Test func `an unknown condition leaves the reward in review, and the conversion approved`()
        throws
    {
        let rewards = [credit(500, ["when": "event.amount >= 5000"])]
        try ScratchGateway.play(DeclaredWorkspace(rewards: rewards, leads: 2)) { (scene) throws in
            let answer = try scene.post(Message(code: "LEAD-0"), id: "a")
            #expect(answer.outcome == "held")
            #expect(answer.reasons == ["condition_unknown"])
            #expect(answer.rewardStatuses == ["in_review"])
            #expect(try scene.database.rows("SELECT status FROM conversions") == ["approved"])
            // The slot is taken until a person decides.
            let next = try scene.post(Message(code: "LEAD-1", amount: 9000), id: "b")
            #expect(next.reasons == ["already_rewarded"])
        }
    }

    // MARK: group

    @Test func `of a group the first rule whose condition holds is used, and no other`() throws {
        let tiers = ["gold": 10_000, "silver": 5000].sorted { $0.value > $1.value }.map {
            credit($0.value / 10, ["group": "tier", "when": "event.amount >= \($0.value)"])
        }
        let rewards = tiers + [credit(1, ["group": "tier"]), credit(7)]
        try ScratchGateway.play(
            DeclaredWorkspace(rewards: rewards, leads: 3, referrers: 3)
        ) { (scene) throws in
            for (lead, amount) in [12_000, 6000, 100].enumerated() {
                let answer = try scene.post(
                    Message(code: "LEAD-\(lead)", amount: amount), id: "m\(lead)")
                #expect(answer.outcome == "rewarded")
            }
            #expect(try amounts(scene) == ["1000", "7", "500", "7", "1", "7"])
        }
    }

    @Test func `a rule of a group that is used and gives nothing does not fall through`() throws {
        let rewards = [
            credit(900, ["group": "tier", "when": "event.amount >= 5000"]),
            credit(100, ["group": "tier", "cap": ["count": 9]]),
        ]
        try ScratchGateway.play(DeclaredWorkspace(rewards: rewards, leads: 3)) { (scene) throws in
            let first = try scene.post(Message(code: "LEAD-0", amount: 5000), id: "a")
            #expect(first.outcome == "rewarded")
            let second = try scene.post(Message(code: "LEAD-1", amount: 5000), id: "b")
            #expect(second.outcome == "qualified")
            #expect(second.reasons == ["already_rewarded"])
            let third = try scene.post(Message(code: "LEAD-2"), id: "c")
            #expect(third.rewardStatuses == [], "an unknown condition stops the search")
            #expect(try amounts(scene) == ["900"])
        }
    }

    // MARK: caps

    @Test func `several caps apply together, and the first that is full is the reason`() throws {
        let caps: [[String: Any]] = [
            ["count": 2, "window": "day"], ["count": 3, "window": "total"],
        ]
        let rewards = [credit(5, ["cap": caps])]
        try ScratchGateway.play(DeclaredWorkspace(rewards: rewards, leads: 6)) { (scene) throws in
            func post(_ lead: Int, _ day: Int) throws -> ServerResponse {
                let time = "2026-03-0\(day)T10:00:00Z"
                return try scene.post(
                    Message(code: "LEAD-\(lead)", order: "o\(lead)", timestamp: time),
                    id: "m\(lead)")
            }
            let outcomes = try [(0, 1), (1, 1), (2, 1), (3, 2), (4, 2)].map { try post($0, $1) }
            #expect(
                outcomes.map(\.outcome) == [
                    "rewarded", "rewarded", "qualified", "rewarded", "qualified",
                ])
            #expect(outcomes[2].reasons == ["cap_reached"])
            #expect(try scene.database.count("SELECT count(*) FROM claims WHERE rule > 0") == 6)
            // A refund frees both slots.
            #expect(try scene.post(Message("refund", order: "o0"), id: "r").outcome == "reversed")
            #expect(try scene.database.count("SELECT count(*) FROM claims WHERE rule > 0") == 4)
            #expect(try post(5, 2).outcome == "rewarded")
        }
    }

    // MARK: Currencies

    @Test func `each currency has its own amount and its own budget`() throws {
        let rewards: [[String: Any]] = [
            [
                "kind": "credit", "value": ["amounts": ["EUR": 1000, "USD": 1100]],
                "budget": ["amounts": ["EUR": 1000, "USD": 5000]], "cap": ["count": 9],
            ]
        ]
        try ScratchGateway.play(DeclaredWorkspace(rewards: rewards, leads: 4)) { (scene) throws in
            func post(_ lead: Int, _ currency: String) throws -> ServerResponse {
                try scene.post(
                    Message(code: "LEAD-\(lead)", amount: 100, currency: currency),
                    id: "m\(lead)")
            }
            #expect(try post(0, "EUR").outcome == "rewarded")
            #expect(try post(1, "EUR").reasons == ["budget_exhausted"])
            #expect(try post(2, "USD").outcome == "rewarded")
            let other = try post(3, "GBP")
            #expect(other.outcome == "held")
            #expect(other.reasons == ["currency_mismatch"])
            #expect(other.rewardStatuses == ["in_review"])
            #expect(
                try scene.database.rows("SELECT amount || ' ' || unit FROM rewards WHERE id < 64")
                    == ["1000 EUR", "1100 USD"])
        }
    }

    @Test func `a reward in an unlisted currency is approved with a value`() throws {
        let rewards: [[String: Any]] = [
            ["kind": "credit", "value": ["amounts": ["EUR": 1000]], "budget": 5000]
        ]
        try APIScene.play(DeclaredWorkspace(rewards: rewards)) { (scene) throws in
            let answer = try scene.gateway.post(
                Message(code: "LEAD-0", amount: 100, currency: "GBP"), id: "a")
            #expect(answer.outcome == "held")
            #expect(try scene.ask("POST", "rewards/16/approve", [:]).status == 409)
            let dear = ["value": ["amount": 5001, "currency": "GBP"]]
            #expect(try scene.ask("POST", "rewards/16/approve", dear).status == 409)
            let bad = ["value": ["amount": 0, "currency": "GBP"]]
            #expect(try scene.ask("POST", "rewards/16/approve", bad).status == 422)
            let body = ["value": ["amount": 900, "currency": "GBP"]]
            let approved = try scene.ask("POST", "rewards/16/approve", body)
            #expect(approved.status == 200)
            #expect(approved.json["status"] as? String == "issued")
            let value = approved.json["value"] as? [String: Any]
            #expect(value?["amount"] as? Int == 900)
            #expect(value?["currency"] as? String == "GBP")
        }
    }

    // MARK: History

    @Test func `conditions read the referrer's conversions, this one included`() throws {
        let rewards = [
            credit(5, ["when": "referrer.conversions < 3", "cap": ["count": 99]]),
            credit(9, ["when": "referrer.conversions >= 3", "cap": ["count": 99]]),
        ]
        try ScratchGateway.play(DeclaredWorkspace(rewards: rewards, leads: 5)) { (scene) throws in
            for lead in 0..<4 {
                #expect(
                    try scene.post(
                        Message(code: "LEAD-\(lead)", order: "o\(lead)"), id: "m\(lead)"
                    ).outcome == "rewarded")
            }
            #expect(try amounts(scene) == ["5", "5", "9", "9"])
            for order in ["o0", "o1"] {
                #expect(
                    try scene.post(Message("refund", order: order), id: order).outcome
                        == "reversed")
            }
            #expect(try scene.post(Message(code: "LEAD-4"), id: "m4").outcome == "rewarded")
            #expect(
                try scene.database.rows("SELECT amount FROM rewards ORDER BY id DESC LIMIT 1")
                    == ["9"])
        }
    }

    @Test func `conditions read the lead's conversions and the sum of their amounts`() throws {
        let rewards = [
            credit(5, ["when": "lead.amount_total >= 10000", "cap": ["count": 99]]),
            credit(
                7,
                [
                    "when": "lead.conversions == 2 && campaign.conversions == 3",
                    "cap": ["count": 99],
                ]),
            credit(11, ["when": "referrer.rewards == 1", "cap": ["count": 99]]),
        ]
        let declared = DeclaredWorkspace(
            campaign: ["conversions": "every"], rewards: rewards, leads: 2)
        try ScratchGateway.play(declared) { (scene) throws in
            func post(_ lead: Int, _ order: String, _ amount: Int) throws -> ServerResponse {
                try scene.post(
                    Message(code: "LEAD-\(lead)", order: order, amount: amount), id: order)
            }
            #expect(try post(0, "a", 6000).reasons == ["reward_condition_false"])
            let part = Message("refund", order: "a", amount: 1000)
            #expect(try scene.post(part, id: "r").outcome == "reversed")
            #expect(try post(1, "b", 99).reasons == ["reward_condition_false"])
            // 5,000 are left of the first order: with this one there are 9,999.
            #expect(try post(0, "c", 4999).outcome == "rewarded")
            #expect(try amounts(scene) == ["7"])
            #expect(try post(0, "d", 1).outcome == "rewarded")
            #expect(try amounts(scene) == ["7", "5", "11"])
        }
    }

    @Test func `history without a currency is unknown`() throws {
        let declared = DeclaredWorkspace(campaign: ["conditions": ["lead.amount_total > 1"]])
        try ScratchGateway.play(declared) { (scene) throws in
            let answer = try scene.post(Message(code: "LEAD-0"), id: "a")
            #expect(answer.outcome == "held")
            #expect(answer.reasons == ["condition_unknown"])
        }
    }

    @Test func `counts stay true while no rule reads them`() throws {
        let counting = DeclaredWorkspace(
            rewards: [credit(5, ["when": "referrer.conversions >= 1", "cap": ["count": 99]])],
            leads: 4)
        let plain = DeclaredWorkspace(rewards: [credit(5, ["cap": ["count": 99]])], leads: 4)
        let three = DeclaredWorkspace(
            rewards: [credit(5, ["when": "referrer.conversions == 3", "cap": ["count": 99]])],
            leads: 4)
        try ScratchGateway.play(counting) { (scene) throws in
            #expect(try scene.post(Message(code: "LEAD-0"), id: "a").outcome == "rewarded")
            try scene.apply(plain)
            try scene.runHousekeeping()
            #expect(try scene.post(Message(code: "LEAD-1"), id: "b").outcome == "rewarded")
            try scene.apply(three)
            try scene.runHousekeeping()
            #expect(try scene.post(Message(code: "LEAD-2"), id: "c").outcome == "rewarded")
            #expect(
                try scene.post(Message(code: "LEAD-3"), id: "d").reasons
                    == ["reward_condition_false"])
        }
    }
}
