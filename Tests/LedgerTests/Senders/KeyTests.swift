import Insight
import Ledger
import Mapping
import Referrals
import Storage
import TestSupport
import Testing

/// Business keys that later events bring.
@Suite struct KeyTests {
    private func scratch(
        _ preset: Preset = .refgate, codeOf: CodeOwner = .lead,
        conversions: Campaign.Conversions = .first
    ) throws -> Scratch {
        let scratch = try Scratch(
            campaigns: [.plain(conversions: conversions, rewards: [.coupon(cap: .unlimited)])],
            sources: [DeclaredSource(preset: preset, codeOf: codeOf)])
        try scratch.enrol(referrer: "ADA", leads: ["LEA", "LEO"])
        try scratch.addCoupons(5)
        return scratch
    }

    private func refund(_ id: String, _ keys: [String]) -> PartnerMessage {
        PartnerMessage(id: id, orders: keys, reversal: "refund")
    }

    // MARK: Stripe since 2025-03-31

    private static let bodies = [
        """
        {"id":"evt_p","type":"invoice.paid","created":1795168800,"livemode":true,"data":{"object":
        {"id":"in_1","amount_paid":11900,"total_excluding_tax":10000,"currency":"eur",
        "customer":"cus_1","parent":{"subscription_details":{"metadata":{"referral_code":"ADA"}}}}}}
        """,
        """
        {"id":"evt_l","type":"invoice_payment.paid","created":1795168801,"livemode":true,
        "data":{"object":{"id":"inpay_1","invoice":"in_1","amount_paid":11900,"currency":"eur",
        "payment":{"type":"payment_intent","payment_intent":"pi_1"},"status":"paid"}}}
        """,
        """
        {"id":"evt_r","type":"charge.refunded","created":1795168900,"livemode":true,
        "data":{"object":{"id":"ch_1","payment_intent":"pi_1","amount":11900,
        "amount_refunded":11900,"currency":"eur"}}}
        """,
    ]

    @Test(arguments: [
        [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0],
    ])
    func `invoice, link and refund reverse in whatever order they come`(_ order: [Int]) throws {
        let scratch = try scratch(.stripe, codeOf: .referrer)
        for place in order {
            try scratch.post(body: Array(Self.bodies[place].utf8), id: "evt_\(place)")
        }
        let conversion = try #require(order.firstIndex(of: 0)).advanced(by: 1)
        let link = try #require(order.firstIndex(of: 1)).advanced(by: 1)
        let refund = try #require(order.firstIndex(of: 2)).advanced(by: 1)
        let row = try #require(try scratch.store.conversions.find(ID(Int64(conversion))))
        #expect(row.status == .reversed)
        // A purchase that finds its refund and the link to it has no reward in the first place.
        let reward = try scratch.reward(ofConversion: Int64(conversion))?.status
        #expect(reward == (conversion == 3 ? nil : .revoked))
        #expect(try scratch.outcome(ofEvent: Int64(link)) == .ignored)
        #expect(try scratch.outcome(ofEvent: Int64(refund)) == .reversed)
        #expect(try scratch.parkedKeys() == [])
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a link names the conversion and makes none`() throws {
        let scratch = try scratch(.stripe, codeOf: .referrer)
        let early = try scratch.post(body: Array(Self.bodies[1].utf8), id: "1").recorded
        #expect(early?.outcome == .parked)
        #expect(try scratch.parkedKeys() == ["in_1", "inpay_1", "pi_1"])
        try scratch.post(body: Array(Self.bodies[0].utf8), id: "2")
        let again = try scratch.post(body: Array(Self.bodies[1].utf8), id: "1").recorded
        #expect(again?.outcome == .ignored)
        #expect(again?.reasons == [.conversionDuplicate])
        #expect(again?.conversion?.number == 2)
        #expect(again?.isDuplicate == true)
        #expect(try scratch.audit().conversions == 1)
    }

    @Test func `a paused source's link waits for its source, and a test links nothing`() throws {
        let scratch = try scratch(.stripe, codeOf: .referrer)
        try scratch.post(body: Array(Self.bodies[0].utf8), id: "1")
        let test = Self.bodies[1].replacing("\"livemode\":true", with: "\"livemode\":false")
        let ignored = try scratch.post(body: Array(test.utf8), id: "2").recorded
        #expect(ignored?.reasons == [.testEvent])
        try scratch.declare(DeclaredSource(preset: .stripe, codeOf: .referrer, isPaused: true))
        let parked = try scratch.post(body: Array(Self.bodies[1].utf8), id: "3").recorded
        #expect(parked?.reasons == [.sourcePaused])
        try scratch.declare(DeclaredSource(preset: .stripe, codeOf: .referrer))
        try scratch.release()
        #expect(try scratch.outcome(ofEvent: 3) == .ignored)
        let refund = try scratch.post(body: Array(Self.bodies[2].utf8), id: "4").recorded
        #expect(refund?.outcome == .reversed)
        #expect(try scratch.audit().findings == [])
    }

    // MARK: What any event teaches

    @Test func `a second event for an order teaches its further key`() throws {
        let scratch = try scratch()
        try scratch.post(PartnerMessage(id: "1", code: "LEA", orders: ["A"]))
        let second = try scratch.post(PartnerMessage(id: "2", code: "LEA", orders: ["A", "B"]))
        #expect(second.recorded?.reasons == [.conversionDuplicate])
        let refund = try scratch.post(refund("3", ["B"])).recorded
        #expect(refund?.outcome == .reversed)
        #expect(refund?.conversion?.number == 1)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a refund that waited for a key is applied when a second event brings it`() throws {
        let scratch = try scratch()
        try scratch.post(PartnerMessage(id: "1", code: "LEA", orders: ["A"]))
        let early = try scratch.post(refund("2", ["B"]))
        #expect(early.recorded?.outcome == .parked)
        try scratch.post(PartnerMessage(id: "3", code: "LEA", orders: ["A", "B"]))
        #expect(try scratch.outcome(ofEvent: 2) == .reversed)
        #expect(try scratch.reward(ofConversion: 1)?.status == .revoked)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `keys are taught in a chain`() throws {
        let scratch = try scratch()
        try scratch.post(PartnerMessage(id: "1", code: "LEA", orders: ["A"]))
        try scratch.post(PartnerMessage(id: "2", code: "LEA", orders: ["B", "A"]))
        try scratch.post(PartnerMessage(id: "3", code: "LEA", orders: ["C", "B"]))
        #expect(try scratch.post(refund("4", ["C"])).recorded?.conversion?.number == 1)
    }

    @Test func `a refund teaches its further keys, too`() throws {
        let scratch = try scratch()
        try scratch.post(
            PartnerMessage(id: "1", code: "LEA", orders: ["A"], amount: 1_000, currency: "EUR"))
        for (id, keys) in [("2", ["B", "A"]), ("3", ["B"])] {
            let part = PartnerMessage(
                id: id, orders: keys, amount: 400, currency: "EUR", reversal: "refund")
            #expect(try scratch.post(part).recorded?.conversion?.number == 1)
        }
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a key stays with the conversion that had it first`() throws {
        let scratch = try scratch(conversions: .every)
        try scratch.post(PartnerMessage(id: "1", code: "LEA", orders: ["A"]))
        try scratch.post(PartnerMessage(id: "2", code: "LEO", orders: ["B"]))
        let both = try scratch.post(PartnerMessage(id: "3", code: "LEA", orders: ["A", "B", "C"]))
        #expect(both.recorded?.conversion?.number == 1)
        #expect(try scratch.post(refund("4", ["B"])).recorded?.conversion?.number == 2)
        #expect(try scratch.reward(ofConversion: 1)?.status == .issued)
        #expect(try scratch.post(refund("5", ["C"])).recorded?.conversion?.number == 1)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `another order of a lead who converts once teaches nothing`() throws {
        let scratch = try scratch()
        try scratch.post(PartnerMessage(id: "1", code: "LEA", orders: ["A"]))
        let other = try scratch.post(PartnerMessage(id: "2", code: "LEA", orders: ["X", "Y"]))
        #expect(other.recorded?.reasons == [.conversionDuplicate])
        #expect(try scratch.post(refund("3", ["X"])).recorded?.outcome == .parked)
        #expect(try scratch.post(refund("4", ["Y"])).recorded?.outcome == .parked)
        #expect(try scratch.reward(ofConversion: 1)?.status == .issued)
        #expect(try scratch.audit().findings == [])
    }
}
