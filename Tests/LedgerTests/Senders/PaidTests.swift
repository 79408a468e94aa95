import Insight
import Ledger
import Mapping
import Referrals
import Storage
import TestSupport
import Testing

/// Refunds are a share of what the buyer paid, whatever amount the reward was a share of.
@Suite struct PaidTests {
    private func scratch(_ preset: Preset, _ mapping: MappingText? = nil) throws -> Scratch {
        let tenth = try #require(Percentage("10"))
        let scratch = try Scratch(
            campaigns: [
                .plain(
                    conversions: .every,
                    rewards: [
                        .credit(.percent(tenth, max: nil), 1, cap: .unlimited),
                        .coupon(2, cap: .unlimited),
                    ])
            ],
            sources: [DeclaredSource(preset: preset, mapping: mapping, codeOf: .referrer)])
        try scratch.enrol("ADA")
        try scratch.addCoupons(3)
        return scratch
    }

    private func session(_ currency: String = "eur", _ total: Int = 11_900, _ tax: Int = 1_900)
        -> [UInt8]
    {
        Array(
            """
            {"id":"evt_1","type":"checkout.session.completed","created":1795168800,"livemode":true,
            "data":{"object":{"id":"cs_1","payment_intent":"pi_1","amount_total":\(total),
            "currency":"\(currency)","client_reference_id":"ADA","customer":"cus_1",
            "total_details":{"amount_tax":\(tax)}}}}
            """.utf8)
    }

    private func refund(_ total: Int, _ currency: String = "eur") -> [UInt8] {
        Array(
            """
            {"id":"evt_r\(total)","type":"charge.refunded","created":1795168900,"livemode":true,
            "data":{"object":{"id":"ch_1","payment_intent":"pi_1","amount":11900,
            "amount_refunded":\(total),"currency":"\(currency)"}}}
            """.utf8)
    }

    @Test func `half of a gross payment takes half of a reward on the net amount`() throws {
        let scratch = try scratch(.stripe)
        try scratch.post(body: session(), id: "1")
        #expect(try scratch.reward(ofConversion: 1)?.remaining == 1_000)
        let half = try scratch.post(body: refund(5_950), id: "2").recorded
        #expect(half?.reasons == [.refundedPartial])
        #expect(try scratch.reward(ofConversion: 1)?.remaining == 500)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a refund of the net amount is no full refund, and one of the gross amount is`()
        throws
    {
        let scratch = try scratch(.stripe)
        try scratch.post(body: session(), id: "1")
        let net = try scratch.post(body: refund(10_000), id: "2").recorded
        #expect(net?.reasons == [.refundedPartial])
        #expect(try scratch.reward(ofConversion: 1)?.remaining == 160)
        #expect(try scratch.reward(ofConversion: 1, place: 1)?.status == .issued)
        let gross = try scratch.post(body: refund(11_900), id: "3").recorded
        #expect(gross?.reasons == [.refundedFull])
        #expect(try scratch.reward(ofConversion: 1)?.status == .revoked)
        #expect(try scratch.reward(ofConversion: 1, place: 1)?.status == .revoked)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a refund that came first takes the same share`() throws {
        let scratch = try scratch(.stripe)
        let early = try scratch.post(body: refund(5_950), id: "1").recorded
        #expect(early?.outcome == .parked)
        try scratch.post(body: session(), id: "2")
        #expect(try scratch.reward(ofConversion: 2)?.remaining == 500)
        #expect(try scratch.outcome(ofEvent: 1) == .reversed)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a sender's own units count on both sides of a refund`() throws {
        let scratch = try scratch(.stripe)
        try scratch.post(body: session("isk", 200_000, 38_800), id: "1")
        #expect(try scratch.reward(ofConversion: 1)?.remaining == 161)
        try scratch.post(body: refund(100_000, "isk"), id: "2")
        #expect(try scratch.reward(ofConversion: 1)?.remaining == 81)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `an operator takes back of what was paid`() throws {
        let scratch = try scratch(.stripe)
        try scratch.post(body: session(), id: "1")
        let result = try scratch.transaction {
            try scratch.processor.decide(.reverse(amount: 5_950), on: ID(1), now: scratch.now)
        }
        #expect(result == .done)
        #expect(try scratch.reward(ofConversion: 1)?.remaining == 500)
        let rest = try scratch.transaction {
            try scratch.processor.decide(.reverse(amount: nil), on: ID(1), now: scratch.now)
        }
        #expect(rest == .done)
        #expect(try scratch.reward(ofConversion: 1)?.status == .revoked)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a shop that rewards the subtotal refunds shares of the total`() throws {
        var mapping = Preset.shopify.mapping
        mapping[.amount] = [
            """
            has(payload.order_id) ? minorUnits(payload.transactions[0].amount, 'EUR')
            : minorUnits(payload.subtotal_price, 'EUR')
            """
        ]
        let scratch = try scratch(.shopify, mapping)
        let order = """
            {"id":77,"total_price":"119.00","subtotal_price":"100.00","currency":"EUR",
            "landing_site":"/?ref=ada","customer":{"id":5},"processed_at":"2026-11-20T09:00:00Z"}
            """
        let refund = """
            {"id":78,"order_id":77,"created_at":"2026-11-20T10:00:00Z",
            "transactions":[{"amount":"59.50","currency":"EUR","kind":"refund","status":"success"}]}
            """
        try scratch.post(body: Array(order.utf8), id: "1")
        #expect(try scratch.reward(ofConversion: 1)?.remaining == 1_000)
        try scratch.post(body: Array(refund.utf8), id: "2")
        #expect(try scratch.reward(ofConversion: 1)?.remaining == 500)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `what was paid is part of what an audit compares`() throws {
        let scratch = try scratch(.stripe)
        try scratch.post(body: session(), id: "1")
        try scratch.execute("UPDATE conversions SET paid = 10000")
        #expect(
            try scratch.audit().findings == [
                "Conversion 1 differs from its event in its amount paid."
            ])
    }
}

@Suite struct RevenueCatTests {
    private func scratch() throws -> Scratch {
        let scratch = try Scratch(
            campaigns: [.plain(rewards: [.coupon()])],
            sources: [DeclaredSource(preset: .revenueCat, codeOf: .referrer)])
        try scratch.enrol("ADA")
        try scratch.addCoupons(3)
        return scratch
    }

    private func event(_ id: Int, _ type: String, _ more: String, price: String = "9.99")
        -> [UInt8]
    {
        Array(
            """
            {"api_version":"1.0","event":{"id":"e\(id)","type":"\(type)","app_user_id":"u1",
            "currency":"USD","price_in_purchased_currency":\(price),"environment":"PRODUCTION",
            "purchased_at_ms":1795177800000,"event_timestamp_ms":\(1_795_177_800_500 + id),
            "transaction_id":"t1","subscriber_attributes":{"referral_code":{"value":"ADA"}},\(more)}}
            """.utf8)
    }

    @Test(arguments: [
        ("NON_RENEWING_PURCHASE", #""period_type":"PROMOTIONAL","is_family_share":false"#),
        ("INITIAL_PURCHASE", #""period_type":"PROMOTIONAL""#),
        ("INITIAL_PURCHASE", #""period_type":"NORMAL","is_family_share":true"#),
        ("RENEWAL", #""period_type":"NORMAL","is_family_share":true"#),
    ])
    func `what nobody bought earns nothing, and a purchase after it does`(
        _ type: String, _ more: String
    ) throws {
        let scratch = try scratch()
        let grant = try scratch.post(body: event(1, type, more, price: "0"), id: "1").recorded
        #expect(grant?.outcome == .ignored)
        let purchase = try scratch.post(
            body: event(2, "INITIAL_PURCHASE", #""period_type":"NORMAL""#), id: "2"
        ).recorded
        #expect(purchase?.outcome == .rewarded)
    }

    @Test func `a refund by the store reverses, and its being taken back reinstates`() throws {
        let scratch = try scratch()
        try scratch.post(body: event(1, "INITIAL_PURCHASE", #""period_type":"NORMAL""#), id: "1")
        let refund = try scratch.post(
            body: event(
                2, "CANCELLATION", #""cancel_reason":"CUSTOMER_SUPPORT""#, price: "-9.99"),
            id: "2"
        ).recorded
        #expect(refund?.outcome == .reversed)
        #expect(refund?.reasons == [.refundedFull])
        #expect(try scratch.reward(ofConversion: 1)?.status == .revoked)
        let back = try scratch.post(
            body: event(3, "REFUND_REVERSED", #""period_type":"NORMAL""#), id: "3"
        ).recorded
        #expect(back?.outcome == .rewarded)
        #expect(try scratch.reward(ofConversion: 1)?.status == .issued)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a refund without a price waits for a person`() throws {
        let scratch = try scratch()
        try scratch.post(body: event(1, "INITIAL_PURCHASE", #""period_type":"NORMAL""#), id: "1")
        let refund = try scratch.post(
            body: event(2, "CANCELLATION", #""cancel_reason":"CUSTOMER_SUPPORT""#, price: "0"),
            id: "2"
        ).recorded
        #expect(refund?.outcome == .held)
        #expect(try scratch.reward(ofConversion: 1)?.status == .inReview)
    }

    @Test(arguments: ["UNSUBSCRIBE", "BILLING_ERROR", "PRICE_INCREASE", "UNKNOWN"])
    func `an unsubscription changes nothing`(_ reason: String) throws {
        let scratch = try scratch()
        try scratch.post(body: event(1, "INITIAL_PURCHASE", #""period_type":"NORMAL""#), id: "1")
        let end = try scratch.post(
            body: event(2, "CANCELLATION", #""cancel_reason":"\#(reason)""#, price: "0"), id: "2"
        ).recorded
        #expect(end?.outcome == .ignored)
        #expect(try scratch.reward(ofConversion: 1)?.status == .issued)
    }
}
