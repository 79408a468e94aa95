import TestSupport
import Testing

/// One event under one campaign, and what becomes of it.
struct OutcomeCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var declared: DeclaredWorkspace
    var message: Message
    var outcome: String
    var reasons: [String]
    var rewards: [String]

    init(
        _ name: String, _ declared: DeclaredWorkspace,
        sending message: Message = Message(code: "LEAD-0", amount: 1000), _ outcome: String,
        _ reasons: [String] = [], rewards: [String] = []
    ) {
        testDescription = name
        self.declared = declared
        self.message = message
        self.outcome = outcome
        self.reasons = reasons
        self.rewards = rewards
    }

    private static func campaign(
        _ changes: [String: Any], coupons: Int = 5
    ) -> DeclaredWorkspace {
        DeclaredWorkspace(campaign: changes, coupons: coupons)
    }

    private static func participants(_ status: [String: String]) -> DeclaredWorkspace {
        var declared = DeclaredWorkspace(coupons: 5)
        for index in declared.participants.indices {
            let code = declared.participants[index]["referral_code"] as? String ?? ""
            if let word = status[code] { declared.participants[index]["status"] = word }
        }
        return declared
    }

    private static func reward(_ changes: [String: Any], coupons: Int = 0) -> DeclaredWorkspace {
        var reward: [String: Any] = [
            "kind": "credit", "value": ["amount": 500, "currency": "USD"],
        ]
        reward.merge(changes) { $1 }
        return DeclaredWorkspace(rewards: [reward], coupons: coupons)
    }

    static let all: [OutcomeCase] = [
        OutcomeCase("a reward is issued", reward([:]), "rewarded", rewards: ["issued"]),
        OutcomeCase(
            "both sides are rewarded",
            DeclaredWorkspace(
                rewards: [["kind": "coupon"], ["kind": "coupon", "beneficiary": "lead"]], coupons: 2
            ),
            "rewarded", rewards: ["issued", "issued"]),
        OutcomeCase(
            "the best of several rewards names the outcome",
            DeclaredWorkspace(
                rewards: [
                    ["kind": "coupon"],
                    ["kind": "points", "value": ["points": 5], "beneficiary": "lead"],
                ]), "rewarded", rewards: ["waiting_stock", "issued"]),
        // Held.
        OutcomeCase(
            "review", campaign(["review": "always"]), "held", ["awaiting_review"],
            rewards: ["in_review"]),
        OutcomeCase(
            "review by expression", campaign(["review": "event.amount > 999"]), "held",
            ["awaiting_review"], rewards: ["in_review"]),
        OutcomeCase(
            "no review by expression", campaign(["review": "event.amount > 1000"]), "rewarded",
            rewards: ["issued"]),
        OutcomeCase(
            "hold days", campaign(["hold_days": 7]), "held", ["held_until"], rewards: ["pending"]),
        OutcomeCase(
            "a condition that cannot be told", campaign(["conditions": ["event.amount >= 5"]]),
            sending: Message(code: "LEAD-0"), "held", ["condition_unknown"], rewards: ["in_review"]),
        OutcomeCase(
            "a share of an amount nobody tells", reward(["value": ["percent": 10]]),
            sending: Message(code: "LEAD-0"), "held", ["condition_unknown"], rewards: ["in_review"]),
        OutcomeCase(
            "too fast", campaign(["risk": ["min_seconds_since_join": 3600]]), "held", ["too_fast"],
            rewards: ["in_review"]),
        OutcomeCase(
            "blocklisted", campaign(["risk": ["blocklist": ["lead0@example.com"]]]), "held",
            ["blocklisted"], rewards: ["in_review"]),
        OutcomeCase(
            "disposable e-mail", campaign(["risk": ["disposable_email": ["example.com"]]]), "held",
            ["disposable_email"], rewards: ["in_review"]),
        // Qualified.
        OutcomeCase(
            "no reward configured", DeclaredWorkspace(rewards: []), "qualified",
            ["no_reward_configured"]),
        OutcomeCase(
            "an empty pool, waiting", campaign([:], coupons: 0), "qualified", ["pool_empty"],
            rewards: ["waiting_stock"]),
        OutcomeCase(
            "an empty pool, skipped",
            DeclaredWorkspace(rewards: [["kind": "coupon", "on_empty_pool": "skip"]]),
            "qualified", ["pool_empty"]),
        OutcomeCase(
            "the goal threshold", campaign(["goal_threshold": 2]), "qualified", ["goal_not_reached"]
        ),
        OutcomeCase(
            "a budget too small for the share", reward(["value": ["percent": 50], "budget": 499]),
            "qualified", ["budget_exhausted"]),
        // Rejected.
        OutcomeCase(
            "self-referral by e-mail", campaign([:]),
            sending: Message(code: "LEAD-0", email: "REF0@example.com"), "rejected",
            ["self_referral_email"]),
        OutcomeCase(
            "self-referral by alias", campaign(["risk": ["self_referral": "alias"]]),
            sending: Message(code: "LEAD-0", email: "ref0+me@example.com"), "rejected",
            ["self_referral_alias"]),
        OutcomeCase(
            "self-referral switched off", campaign(["risk": ["self_referral": "off"]]),
            sending: Message(code: "LEAD-0", email: "ref0@example.com"), "rewarded",
            rewards: ["issued"]),
        OutcomeCase(
            "a disabled lead", participants(["LEAD-0": "disabled"]), "rejected", ["code_disabled"]),
        OutcomeCase(
            "a disabled referrer", participants(["REF-0": "disabled"]), "rejected",
            ["code_disabled"]),
        OutcomeCase(
            "another goal", campaign([:]), sending: Message("signup", code: "LEAD-0"), "rejected",
            ["goal_type_mismatch"]),
        OutcomeCase(
            "a paused campaign", campaign(["status": "paused"]), "rejected", ["campaign_not_active"]
        ),
        OutcomeCase(
            "an ended campaign", campaign(["status": "ended"]), "rejected", ["campaign_not_active"]),
        OutcomeCase(
            "a draft", campaign(["status": "draft"]), "rejected", ["campaign_not_published"]),
        OutcomeCase(
            "after its end", campaign(["ends_at": "2020-01-01T00:00:00Z"]), "rejected",
            ["campaign_not_active"]),
        OutcomeCase(
            "before its start", campaign(["starts_at": "2099-01-01T00:00:00Z"]), "rejected",
            ["campaign_not_active"]),
        OutcomeCase(
            "a false condition", campaign(["conditions": ["event.amount >= 5000"]]), "rejected",
            ["condition_false"]),
        OutcomeCase(
            "a referrer's code and nobody beside it", campaign([:]),
            sending: Message(code: "REF-0"),
            "rejected", ["lead_unknown"]),
        OutcomeCase(
            "a participant whom nobody referred", campaign([:]),
            sending: Message(code: "REF-0", email: "ref0@example.com"), "rejected", ["no_referrer"]),
        OutcomeCase(
            "another referrer's lead",
            DeclaredWorkspace(coupons: 5, leads: 1, referrers: 2, source: ["code_of": "referrer"]),
            sending: Message(code: "REF-1", email: "lead0@example.com"), "rejected",
            ["attributed_elsewhere"]
        ),
        // Ignored, parked.
        OutcomeCase(
            "a test event", campaign([:]), sending: Message(code: "LEAD-0", isTest: true),
            "ignored",
            ["test_event"]),
        OutcomeCase(
            "a test refund", campaign([:]), sending: Message("refund", order: "o", isTest: true),
            "ignored",
            ["test_event"]),
        OutcomeCase(
            "an unknown code", campaign([:]), sending: Message(code: "NOBODY"), "parked",
            ["unknown_code"]),
        OutcomeCase(
            "a code no code can be", campaign([:]), sending: Message(code: "not a code!"), "parked",
            ["unknown_code"]),
        OutcomeCase(
            "a code in full-width letters and spaces", campaign([:]),
            sending: Message(code: " ｌｅａｄ-０ "), "rewarded", rewards: ["issued"]),
    ]
}

/// The table of outcomes, reached through HTTP.
@Suite struct OutcomeTests {
    @Test(.rows("S0-19", "S2-9", "S2-11", "C16", "C19"), arguments: OutcomeCase.all)
    func `an event comes out as its campaign says`(_ it: OutcomeCase) throws {
        try ScratchGateway.play(it.declared) { scene in
            let response = try scene.post(it.message, id: "msg_1")
            #expect(response.status == 200)
            #expect(response.outcome == it.outcome)
            #expect(response.reasons == it.reasons)
            #expect(response.rewardStatuses == it.rewards)
            #expect(
                (response.conversion != nil)
                    == ["rewarded", "held", "qualified"].contains(it.outcome))
            let again = try scene.post(it.message, id: "msg_1")
            #expect(again.outcome == it.outcome)
            #expect(again.reasons == it.reasons)
            #expect(again.rewardStatuses == it.rewards)
            #expect(again.isDuplicate == true)
            #expect(try scene.database.count("SELECT count(*) FROM events") == 1)
        }
    }
}
