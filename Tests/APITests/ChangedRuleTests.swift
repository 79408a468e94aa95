import Foundation
import Gateway
import Programmes
import Storage
import TestSupport
import Testing

/// Rules that change while what was granted under them waits.
@Suite struct APIChangedRuleTests {
    private static let coupon: [String: any Sendable] = [
        "kind": "coupon", "cap": ["count": 9, "per": "referrer"] as [String: any Sendable],
    ]
    private static let points: [String: any Sendable] = [
        "kind": "points", "beneficiary": "lead", "value": ["points": 10],
    ]

    private func declared(_ campaign: [String: Any]) -> DeclaredWorkspace {
        DeclaredWorkspace(
            campaign: campaign, rewards: [Self.coupon, Self.points], coupons: 2, leads: 2)
    }

    private func post(_ scene: APIScene, _ lead: Int = 0) throws -> ServerResponse {
        try scene.gateway.post(
            Message(code: "LEAD-\(lead)", order: "o-\(lead)", amount: 1000), id: "e-\(lead)")
    }

    private func swapRewards(_ scene: APIScene) throws {
        for (id, rule) in [(1, Self.points), (2, Self.coupon)] {
            let put = try scene.ask("PUT", "campaigns/1/rewards/\(id)", rule)
            #expect(put.status == 200, "\(put)")
        }
    }

    private func kinds(_ response: ServerResponse) -> [String] {
        response.rewards.compactMap { $0["kind"] as? String }
    }

    @Test func `what is held comes out as what it was granted as`() throws {
        try APIScene.play(declared(["hold_days": 2])) { scene in
            #expect(try post(scene).outcome == "held")
            try swapRewards(scene)
            scene.gateway.time.advance(by: .seconds(3 * 86_400))
            try scene.gateway.runHousekeeping()
            let read = try scene.get("conversions/1")
            #expect(kinds(read) == ["coupon", "points"])
            #expect(try scene.get("rewards/16").text("coupon_code") == "C-0")
            #expect(try scene.get("rewards/17").json["coupon_code"] is NSNull)
            let path = scene.gateway.database.path
            let store = try Store.open(path, for: .reader)
            let box = try SecretBox(keyFile: path + ".key", for: store)
            let response = try DeclarationLoader(box: box).notifications(store)
                .filter { $0.type == "reward.issued" }.compactMap(\.body)
                .map { String(decoding: $0, as: UTF8.self) }
            #expect(response.count == 2)
            #expect(response.first?.contains(#""kind":"coupon""#) == true)
            #expect(response.first?.contains(#""coupon_code":"C-0""#) == true)
            #expect(response.last?.contains(#""kind":"coupon""#) == false)
        }
    }

    @Test func `what is approved comes out as what it was granted as, and can be refunded`() throws
    {
        try APIScene.play(declared(["review": "always"])) { scene in
            #expect(try post(scene).outcome == "held")
            try swapRewards(scene)
            let response = try scene.ask("POST", "conversions/1/approve")
            #expect(response.status == 200, "\(response)")
            #expect(kinds(response) == ["coupon", "points"])
            #expect(try scene.get("rewards/16").text("coupon_code") == "C-0")
            let refund = try scene.gateway.post(
                Message(order: "o-0", amount: 1000, reversal: "refund"), id: "r")
            #expect(refund.status == 200, "\(refund)")
            #expect(try scene.get("rewards?status=revoked").data.count == 2)
        }
    }

    @Test func `rewards that were granted keep their places, so that nobody gets them again`()
        throws
    {
        let coupon = ["kind": "coupon"] as [String: Any]
        let other = ["kind": "custom", "value": ["text": "a mug"]] as [String: Any]
        var declared = DeclaredWorkspace(
            campaign: ["conversions": "every"], rewards: [coupon, Self.points], coupons: 5)
        try APIScene.play(declared) { scene in
            var whole = try scene.get("campaigns/1").json
            let rewards = whole["rewards"] as? [Any] ?? []
            #expect(try post(scene).outcome == "rewarded")
            whole["rewards"] = Array(rewards.reversed())
            let put = try scene.ask("PUT", "campaigns/1", whole)
            #expect(put.status == 422, "\(put)")
            #expect(put.pointers == ["/rewards/0"])
            whole["rewards"] = [other as Any] + rewards
            #expect(try scene.ask("PUT", "campaigns/1", whole).pointers == ["/rewards/1"])
            declared.campaigns[0]["rewards"] = [Self.points, coupon] as [Any]
            #expect(throws: (any Error).self) { try scene.gateway.apply(declared) }
            let again = try scene.gateway.post(Message(code: "LEAD-0", order: "o-9"), id: "e-9")
            #expect(again.reasons == ["already_rewarded"], "\(again)")
            whole["rewards"] = rewards + [other as Any]
            #expect(try scene.ask("PUT", "campaigns/1", whole).status == 200)
        }
    }
}
