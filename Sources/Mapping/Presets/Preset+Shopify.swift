import Referrals

extension Preset {
    /// Shopify: paid orders and refunds.
    ///
    /// - The header that names the topic is not signed, so only the body decides what an event is: a
    ///   refund has an `order_id`, an order has not.
    /// - A refund counts what went back in its transactions; one that only restocks isn't ours.
    /// - Guests have no customer, point-of-sale orders no landing page; both are null then.
    package static let shopify = Preset(
        "shopify", scheme: "shopify", codeOf: .referrer,
        mapping: MappingText(
            [
                .filter: """
                headers[?"x-shopify-topic"].orValue("") in ["", "orders/paid", "refunds/create"] \
                && (!has(payload.order_id) || \
                payload.?transactions.orValue([]).exists(t, \(wentBack)))
                """,
                .eventID: """
                firstOf([headers[?"x-shopify-event-id"], headers[?"x-shopify-webhook-id"]])
                """,
                .goal: #""purchase""#,
                .referralCode: """
                firstOf([payload.?note_attributes.orValue([])\
                .filter(a, a.name in ["referral_code", "ref"])[?0].?value, \
                payload.?discount_codes[?0].?code, \
                firstOf([payload.?landing_site]).optFlatMap(u, queryParam(u, "ref"))])
                """,
                .businessKey: "string(has(payload.order_id) ? payload.order_id : payload.id)",
                .amount: """
                has(payload.order_id) \
                ? sum(payload.transactions.map(t, \(wentBack), \
                minorUnits(t.amount, firstOf([t.?currency]).orValue("USD")))) \
                : minorUnits(payload.total_price, payload.currency)
                """,
                .currency: "firstOf([payload.?currency, payload.?transactions[?0].?currency])",
                .occurredAt: "firstOf([payload.?processed_at, payload.?created_at])",
                .email:
                    "firstOf([payload.?email, payload.?contact_email, payload.?customer.?email])",
                .customer: "firstOf([payload.?customer.?id]).optMap(i, string(i))",
                .firstName: """
                firstOf([payload.?customer.?first_name, payload.?billing_address.?first_name])
                """,
                .test: """
                headers[?"x-shopify-test"] == optional.of("true") \
                || payload.?test == optional.of(true)
                """,
                .reversal: #"has(payload.order_id) ? "refund" : """#,
            ], onUnmapped: .keep))

    private static let wentBack = """
        t.?kind.orValue("refund") == "refund" && !(t.?status.orValue("") in ["failure", "error"])
        """
}
