import Foundation
import TestSupport
import Testing

/// What the sender of a repeat is told after people, refunds and stock have changed what came of the event.
@Suite struct RepeatReasonTests {
    private func declared(
        review: String = "never", holdDays: Int = 0, coupons: Int = 2
    ) -> DeclaredWorkspace {
        DeclaredWorkspace(
            campaign: ["review": review, "hold_days": holdDays],
            rewards: [["kind": "coupon", "cap": ["count": 9, "per": "referrer"]]],
            coupons: coupons, leads: 3)
    }

    private func post(_ scene: APIScene) throws -> ServerResponse {
        let response = try scene.gateway.post(
            Message(code: "LEAD-0", order: "o-1", amount: 1000), id: "e-1")
        #expect(response.status == 200, "\(response)")
        return response
    }

    /// Outcome and reasons of a repeat.
    private func again(_ scene: APIScene) throws -> [String] {
        let response = try post(scene)
        #expect(response.isDuplicate == true)
        return [response.outcome ?? ""] + (response.json["reasons"] as? [String] ?? ["none"])
    }

    @Test(arguments: ["reject", "fraud"])
    func `after a rejection in review it is the review`(_ step: String) throws {
        try APIScene.play(declared(review: "always")) { scene throws in
            #expect(try post(scene).outcome == "held")
            #expect(try again(scene) == ["held", "awaiting_review"])
            #expect(try scene.ask("POST", "conversions/1/\(step)").status == 200)
            #expect(try again(scene) == ["rejected", "review_rejected"])
        }
    }

    @Test func `after a revocation it is the operator`() throws {
        try APIScene.play(declared()) { scene throws in
            #expect(try post(scene).outcome == "rewarded")
            #expect(try scene.ask("POST", "rewards/16/revoke").status == 200)
            #expect(try again(scene) == ["qualified", "revoked_by_operator"])
        }
    }

    @Test func `a rejected reward of a hold is the review, too`() throws {
        try APIScene.play(declared(holdDays: 5)) { scene throws in
            #expect(try post(scene).outcome == "held")
            #expect(try again(scene) == ["held", "held_until"])
            #expect(try scene.ask("POST", "rewards/16/reject").status == 200)
            #expect(try again(scene) == ["qualified", "review_rejected"])
        }
    }

    @Test func `an approval without stock waits for the pool, then is rewarded`() throws {
        try APIScene.play(declared(review: "always", coupons: 0)) { scene throws in
            #expect(try post(scene).outcome == "held")
            #expect(try scene.ask("POST", "conversions/1/approve").status == 200)
            #expect(try again(scene) == ["qualified", "pool_empty"])
            #expect(
                try scene.ask("POST", "campaigns/1/coupons", ["coupons": ["NEW-1"]]).status == 201)
            try scene.gateway.runHousekeeping()
            #expect(try again(scene) == ["rewarded"])
            #expect(try scene.ask("POST", "conversions/1/reverse").status == 200)
            #expect(try again(scene) == ["reversed", "refunded_full"])
        }
    }
}
