import Foundation
import TestSupport
import Testing

/// "Why is my reward not processed?" over the API: an answer of four checks in their order.
@Suite struct ClassicCheckTests {
    /// A campaign in which one of the four checks fails, and the reason that is given.
    struct Obstacle: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let check: String
        let reason: String
        let declared: @Sendable () -> DeclaredWorkspace
    }

    static let obstacles = [
        Obstacle(
            testDescription: "the goal of the campaign is another", check: "goal_type",
            reason: "goal_type_mismatch"
        ) { DeclaredWorkspace(campaign: ["goal_type": "signup"], coupons: 2, leads: 2) },
        Obstacle(
            testDescription: "the campaign has no reward", check: "reward_exists",
            reason: "no_reward_configured"
        ) { DeclaredWorkspace(rewards: [], leads: 2) },
        Obstacle(
            testDescription: "no coupon is unused", check: "coupon_available", reason: "pool_empty"
        ) { DeclaredWorkspace(leads: 2) },
        Obstacle(
            testDescription: "the referrer has a reward", check: "cap", reason: "already_rewarded"
        ) { DeclaredWorkspace(coupons: 2, leads: 2) },
    ]

    @Test(.rows("S0-18", "S0-19", "S0-20", "S0-21", "S0-26", "C16"), arguments: obstacles)
    func `explain names the check that failed, and what to do`(_ obstacle: Obstacle) throws {
        try APIScene.play(obstacle.declared()) { scene in
            for lead in 0..<2 {
                let posted = try scene.gateway.post(
                    Message(code: "LEAD-\(lead)", order: "\(lead)"), id: "e-\(lead)")
                try #require(posted.status == 200, "\(posted)")
            }
            let explained = try scene.get("explain?code=LEAD-1")
            try #require(explained.status == 200, "\(explained)")
            let event = try #require((explained.list("events") as [[String: Any]]).first)
            let checks = try #require(event["checks"] as? [[String: Any]])
            let names = checks.compactMap { $0["check"] as? String }
            // The cap comes before the coupon: a referrer who has the reward needs none.
            let classic = ["goal_type", "reward_exists", "cap", "coupon_available"]
            let order = names.filter(classic.contains)
            #expect(order == classic.filter(order.contains), "\(names)")
            let failed = try #require(
                checks.first { $0["check"] as? String == obstacle.check }, "\(names)")
            #expect(failed["outcome"] as? String == "fail", "\(failed)")
            #expect(failed["reason"] as? String == obstacle.reason, "\(failed)")
            #expect((failed["remedy"] as? String)?.isEmpty == false, "\(failed)")
        }
    }

    @Test(.rows("S2-4")) func `an event changes nothing that the customer's system said`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            let found = try scene.get("participants?referral_code=LEAD-0")
            let id = try #require(found.data.first?["id"] as? Int)
            let named = try scene.ask(
                "PATCH", "participants/\(id)", ["external_id": "crm-7", "first_name": "Ann"])
            try #require(named.status == 200, "\(named)")
            let posted = try scene.gateway.post(
                Message(code: "LEAD-0", email: "other@example.com"), id: "e-1")
            #expect(posted.outcome == "rewarded", "\(posted)")
            let after = try scene.get("participants/\(id)")
            try #require(after.status == 200)
            for member in ["email", "external_id", "first_name", "referral_code", "referred_by"] {
                #expect(after.text(member) == named.text(member), "\(member)")
            }
            // The state of rewards is refgate's own: no member of a participant sets it.
            let refused = try scene.ask(
                "PATCH", "participants/\(id)", ["rewards": [["status": "issued"]]])
            #expect(refused.status == 422)
            #expect(refused.pointers == ["/rewards"])
        }
    }
}
