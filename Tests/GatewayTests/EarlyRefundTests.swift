import Foundation
import TestSupport
import Testing

/// Refunds that were parked before their purchase.
@Suite struct EarlyRefundTests {
    private func declared() -> DeclaredWorkspace {
        var declared = DeclaredWorkspace(
            rewards: [
                ["kind": "coupon"],
                ["kind": "cash", "beneficiary": "lead", "value": ["percent": 10]],
            ], coupons: 1, leads: 2)
        declared.webhooks[0]["events"] = [
            "conversion.created", "conversion.updated", "lead.qualified", "reward.issued",
            "reward.updated",
        ]
        return declared
    }

    private func types(_ scene: ScratchGateway) throws -> [String] {
        try scene.database.rows("SELECT type FROM deliveries ORDER BY id")
    }

    @Test func `a purchase that was refunded whole is reported once, and spends nothing`() throws {
        try ScratchGateway.play(declared()) { scene in
            for part in ["1", "2"] {
                let early = try scene.post(
                    Message("refund", order: "o-1", amount: 5000), id: "back-\(part)")
                #expect(early.outcome == "parked")
            }
            let response = try scene.post(
                Message(code: "LEAD-0", order: "o-1", amount: 10_000), id: "buy")
            #expect(response.status == 200, "\(response)")
            #expect(response.outcome == "reversed")
            #expect(response.json["reasons"] as? [String] == ["refunded_full"])
            #expect(response.rewards.isEmpty)
            #expect(try types(scene) == ["conversion.created"])
            #expect(
                try scene.database.rows("SELECT status FROM conversions") == ["reversed"])
            #expect(try scene.database.count("SELECT count(*) FROM rewards") == 0)
            #expect(
                try scene.database.rows("SELECT state FROM coupons") == ["available"])
            let next = try scene.post(
                Message(code: "LEAD-1", order: "o-2", amount: 10_000), id: "buy-2")
            #expect(next.outcome == "rewarded")
        }
    }

    @Test func `a purchase that was refunded in part is reported once, as it stands`() throws {
        try ScratchGateway.play(declared()) { scene in
            _ = try scene.post(Message("refund", order: "o-1", amount: 4000), id: "back")
            let response = try scene.post(
                Message(code: "LEAD-0", order: "o-1", amount: 10_000), id: "buy")
            #expect(response.outcome == "rewarded", "\(response)")
            #expect(
                try types(scene) == [
                    "conversion.created", "lead.qualified", "reward.issued", "reward.issued",
                ])
            #expect(try scene.database.rows("SELECT sum(amount) FROM ledger") == ["-400"])
        }
    }
}
