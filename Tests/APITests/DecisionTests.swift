import Foundation
import TestSupport
import Testing

/// What people decide over the API. The audit looks at the tables after each.
@Suite struct APIDecisionTests {
    private func declared(
        review: String = "always", holdDays: Int = 0, coupons: Int = 2
    ) -> DeclaredWorkspace {
        var declared = DeclaredWorkspace(
            campaign: ["review": review, "hold_days": holdDays],
            rewards: [
                ["kind": "coupon", "cap": ["count": 9, "per": "referrer"]],
                ["kind": "points", "beneficiary": "lead", "value": ["points": 10], "budget": 1000],
            ], coupons: coupons, leads: 3)
        declared.webhooks[0]["events"] = [
            "conversion.created", "conversion.updated", "lead.qualified", "reward.issued",
            "reward.updated",
        ]
        return declared
    }

    private func post(_ scene: APIScene, _ lead: Int = 0) throws -> ServerResponse {
        try scene.gateway.post(
            Message(code: "LEAD-\(lead)", order: "o-\(lead)", amount: 1000), id: "e-\(lead)")
    }

    private func types(_ scene: APIScene) throws -> [String] {
        try scene.gateway.database.rows("SELECT type FROM deliveries ORDER BY id")
    }

    private func statuses(_ response: ServerResponse) -> [String] {
        response.rewards.compactMap { $0["status"] as? String }
    }

    private func checkAudit(
        _ scene: APIScene, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(
            try scene.gateway.database.contradictions(at: scene.gateway.time.now) == [],
            sourceLocation: sourceLocation)
    }

    @Test(.rows("S1-13", "S2-16"))
    func `an approval gives the rewards out and tells of it in one go`() throws {
        try APIScene.play(declared()) { scene in
            #expect(try post(scene).outcome == "held")
            let response = try scene.ask(
                "POST", "conversions/1/approve", ["note": "known customer"])
            #expect(response.status == 200, "\(response)")
            #expect(response.text("status") == "approved")
            #expect(statuses(response) == ["issued", "issued"])
            #expect(
                try types(scene) == [
                    "conversion.created", "reward.updated", "reward.updated", "conversion.updated",
                    "lead.qualified", "reward.issued", "reward.issued",
                ])
            let read = try scene.get("conversions/1")
            let reviews = read.json["reviews"] as? [[String: Any]]
            #expect(reviews?.first?["note"] as? String == "known customer")
            #expect(read.json["trace"] != nil)
            let again = try scene.ask("POST", "conversions/1/approve")
            #expect(again.status == 409)
            #expect(again.code == "invalid_state")
            let reward = try scene.get("rewards/16")
            #expect(reward.text("coupon_code") == "C-0")
        }
    }

    @Test func `a hold begins with the approval and ends by itself`() throws {
        try APIScene.play(declared(holdDays: 2)) { scene in
            _ = try post(scene)
            let response = try scene.ask("POST", "conversions/1/approve")
            #expect(statuses(response) == ["pending", "pending"])
            #expect(try scene.get("rewards/16").json["coupon_code"] is NSNull)
            scene.gateway.time.advance(by: .seconds(2 * 86_400))
            try scene.gateway.runHousekeeping()
            #expect(try scene.get("rewards?status=issued").data.count == 2)
        }
    }

    @Test(.rows("S2-16")) func `a rejection frees the slot and the coupon`() throws {
        try APIScene.play(declared(coupons: 1)) { scene in
            _ = try post(scene)
            let response = try scene.ask("POST", "conversions/1/reject")
            #expect(response.text("status") == "rejected")
            #expect(statuses(response) == ["rejected", "rejected"])
            try checkAudit(scene)
            let stock = try scene.get("campaigns/1/coupons").json["stock"] as? [String: Int]
            #expect(stock?["available"] == 1)
            #expect(try scene.ask("POST", "conversions/1/reject").status == 409)
        }
    }

    @Test func `rewards are decided one by one, and their conversion with the last`() throws {
        try APIScene.play(declared()) { scene in
            _ = try post(scene, 0)
            _ = try post(scene, 1)
            #expect(try scene.ask("POST", "rewards/16/reject").text("status") == "rejected")
            #expect(try scene.get("conversions/1").text("status") == "pending")
            try checkAudit(scene)
            #expect(try scene.ask("POST", "rewards/17/approve").text("status") == "issued")
            #expect(try scene.get("conversions/1").text("status") == "approved")
            try checkAudit(scene)
            try scene.ask("POST", "rewards/32/reject")
            try scene.ask("POST", "rewards/33/reject")
            #expect(try scene.get("conversions/2").text("status") == "rejected")
            #expect(try scene.ask("POST", "rewards/33/approve").status == 409)
        }
    }

    @Test(.rows("S1-13")) func `fraud takes back what was given out`() throws {
        try APIScene.play(declared(review: "never")) { scene in
            #expect(try post(scene).outcome == "rewarded")
            let response = try scene.ask("POST", "conversions/1/fraud", ["note": "same card"])
            #expect(response.text("status") == "fraud")
            #expect(statuses(response) == ["revoked", "revoked"])
            let stock = try scene.get("campaigns/1/coupons").json["stock"] as? [String: Int]
            #expect(stock?["voided"] == 1)
            #expect(try scene.ask("POST", "conversions/1/fraud").status == 409)
            #expect(try scene.ask("POST", "conversions/1/reverse").status == 409)
        }
    }

    @Test func `a reversal is a refund that an operator tells of`() throws {
        try APIScene.play(declared(review: "never")) { scene in
            _ = try post(scene)
            let part = try scene.ask("POST", "conversions/1/reverse", ["amount": 400])
            #expect(part.text("status") == "approved")
            #expect(part.number("remaining") == 600)
            #expect(statuses(part) == ["issued", "issued"])
            try checkAudit(scene)
            let response = try scene.ask("POST", "conversions/1/reverse")
            #expect(response.text("status") == "reversed")
            #expect(response.number("remaining") == 0)
            #expect(statuses(response) == ["revoked", "revoked"])
            #expect((response.json["reversals"] as? [Any])?.count == 2)
            try checkAudit(scene)
            // A partner's event can still bring it back.
            let back = try scene.gateway.post(
                Message(order: "o-0", reversal: "reinstate"), id: "back")
            #expect(back.status == 200)
            #expect(try scene.get("conversions/1").text("status") == "approved")
            #expect(
                try scene.ask("POST", "conversions/1/reverse", ["amount": 4000]).pointers
                    == ["/amount"])
        }
    }

    @Test func `a reward is redeemed with its coupon, and can still be revoked`() throws {
        try APIScene.play(declared(review: "never")) { scene in
            _ = try post(scene)
            let response = try scene.ask("POST", "rewards/16/redeem")
            #expect(response.text("status") == "redeemed")
            #expect(response.text("redeemed_at") != nil)
            try checkAudit(scene)
            let stock = try scene.get("campaigns/1/coupons").json["stock"] as? [String: Int]
            #expect(stock?["redeemed"] == 1)
            #expect(try scene.ask("POST", "rewards/16/redeem").status == 409)
            let revoked = try scene.ask("POST", "rewards/16/revoke", ["note": "by mistake"])
            #expect(revoked.text("status") == "revoked")
            #expect(revoked.json["reasons"] as? [String] == ["revoked_by_operator"])
            try checkAudit(scene)
            let points = try scene.ask("POST", "rewards/17/revoke")
            #expect(points.number("remaining") == 0)
            #expect((points.json["ledger"] as? [[String: Any]])?.first?["amount"] as? Int == -10)
            #expect(
                try scene.gateway.database.count(
                    "SELECT sum(budget_spent) FROM campaign_rewards") == 0)
        }
    }

    @Test func `a used reward that a refund sent to review stays, or goes`() throws {
        try APIScene.play(declared(review: "never")) { scene in
            _ = try post(scene, 0)
            try scene.ask("POST", "rewards/17/redeem")
            try scene.ask("POST", "conversions/1/reverse")
            #expect(try scene.get("rewards/17").text("status") == "in_review")
            try checkAudit(scene)
            #expect(try scene.ask("POST", "rewards/17/approve").text("status") == "redeemed")
            try checkAudit(scene)
        }
    }

    @Test
    func `a reward that first comes out after its refund was taken back is reported as issued`()
        throws
    {
        try APIScene.play(declared(review: "never", holdDays: 2)) { scene in
            #expect(try post(scene).outcome == "held")
            _ = try scene.gateway.post(
                Message(order: "o-0", amount: 1000, reversal: "refund"), id: "r")
            scene.gateway.time.advance(by: .seconds(3 * 86_400))
            let response = try scene.gateway.post(
                Message(order: "o-0", reversal: "reinstate"), id: "back")
            #expect(response.rewardStatuses == ["issued", "issued"])
            #expect(try types(scene).filter { $0 == "reward.issued" }.count == 2)
        }
    }

    @Test func `a budget is of all that was granted, also before there was one`() throws {
        let declared = DeclaredWorkspace(
            rewards: [
                [
                    "kind": "points", "value": ["points": 10],
                    "cap": ["count": 9, "per": "referrer"],
                ]
            ], leads: 3)
        try APIScene.play(declared) { scene in
            #expect(try post(scene, 0).outcome == "rewarded")
            let reward = try scene.ask("PATCH", "campaigns/1/rewards/1", ["budget": 20])
            #expect(reward.number("budget_spent") == 10)
            #expect(try post(scene, 1).outcome == "rewarded")
            #expect(try post(scene, 2).reasons == ["budget_exhausted"])
        }
    }

    @Test func `lists are narrowed by status, campaign and person`() throws {
        try APIScene.play(declared(review: "never")) { scene in
            for lead in 0..<3 { _ = try post(scene, lead) }
            let lead = try scene.get("participants?referral_code=LEAD-1").data[0]["id"] as? Int ?? 0
            let own = try scene.get("conversions?lead=\(lead)").data
            #expect(own.map { $0["id"] as? Int } == [2])
            #expect(try scene.get("conversions?status=approved&campaign=1").data.count == 3)
            #expect(try scene.get("conversions?status=lost").code == "invalid_parameter")
            #expect(try scene.get("rewards?beneficiary=\(lead)").data.count == 1)
            #expect(try scene.get("rewards?status=waiting_stock").data.count == 1)
            for (campaign, count) in [(1, 6), (9, 0)] {
                let response = try scene.get("rewards?campaign=\(campaign)")
                #expect(response.status == 200, "\(response)")
                #expect(response.data.count == count)
            }
            let page = try scene.get("rewards?limit=2")
            #expect(page.data.count == 2)
            let next = try #require(page.next)
            #expect(try scene.get("rewards?limit=100&cursor=\(next)").data.count == 4)
        }
    }

    @Test(arguments: ["never", "always"])
    func `operators are notified once that a pool is low, and again after it was not`(
        _ review: String
    )
        throws
    {
        var declared = DeclaredWorkspace(
            campaign: ["review": review],
            rewards: [["kind": "coupon", "cap": ["count": 99, "per": "referrer"]]],
            coupons: 11, leads: 14)
        declared.webhooks[0]["events"] = ["coupon_pool.low"]
        try APIScene.play(declared) { scene in
            _ = try post(scene, 0)
            #expect(try types(scene) == ["coupon_pool.low"])
            for lead in 1..<14 { _ = try post(scene, lead) }
            #expect(try types(scene) == ["coupon_pool.low"])
            // Whoever waits, for a coupon or for an approval, takes what comes.
            let codes = (0..<13).map { "NEW-\($0)" }
            try scene.ask("POST", "campaigns/1/coupons", ["coupons": codes])
            try scene.gateway.runHousekeeping()
            for id in 12...14 where review == "always" {
                #expect(try scene.ask("POST", "conversions/\(id)/approve").status == 200)
            }
            #expect(try types(scene) == ["coupon_pool.low", "coupon_pool.low"])
        }
    }
}
