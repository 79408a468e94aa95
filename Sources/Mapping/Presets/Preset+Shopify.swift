import Referrals

extension Preset {
    /// Shopify: paid orders and refunds.
    ///
    /// - The header that names the topic is not signed, so only the body decides on the kind of
    ///   event: a refund has an `order_id`, an order does not.
    /// - One action of the merchant can cause several deliveries with one event id, so an event is
    ///   identified by that id and by the order or refund. Both are the same on a retry.
    /// - An order can carry sale codes, empty attributes and a `ref` at once, so all are
    ///   candidates. A discount code is often not a referral code: an event does not wait for it
    ///   alone.
    /// - The amount of a refund is the sum of its transactions; a refund that only restocks is
    ///   ignored.
    /// - Guests have no customer, point-of-sale orders no landing page; both are null then.
    package static let shopify = Preset(
        "shopify", scheme: "shopify", codeOf: .referrer,
        mapping: MappingText(
            [
                .filter: [
                    """
                    headers[?"x-shopify-topic"].orValue("") in ["", "orders/paid", "refunds/create"] \
                    && (!has(payload.order_id) || \
                    payload.?transactions.orValue([]).exists(t, \(wentBack)))
                    """
                ],
                .eventID: [
                    """
                    firstOf([headers[?"x-shopify-event-id"], headers[?"x-shopify-webhook-id"]])\
                    .optMap(e, [e, has(payload.order_id) ? "refund" : "order", \
                    string(payload.id)].join(":"))
                    """
                ],
                .goal: [#""purchase""#],
                .referralCode: [
                    """
                    [0, 1, 2].map(i, payload.?note_attributes.orValue([])\
                    .filter(a, a.?name.orValue("") in ["referral_code", "ref"] \
                    && firstOf([a.?value]).hasValue())[?i].?value)
                    """,
                    """
                    [0, 1, 2, 3].map(i, payload.?discount_codes[?i].?code\
                    .optMap(c, {"maybe": c}))
                    """,
                    """
                    firstOf([payload.?landing_site]).optFlatMap(u, queryParam(u, "ref"))
                    """,
                ],
                .businessKey: ["has(payload.order_id) ? payload.order_id : payload.id"],
                .amount: [
                    """
                    has(payload.order_id) \
                    ? sum(payload.transactions.map(t, \(wentBack), minorUnits(t.amount, t.currency))) \
                    : minorUnits(payload.total_price, payload.currency)
                    """
                ],
                .paid: ["minorUnits(payload.total_price, payload.currency)"],
                .currency: ["firstOf([payload.?currency, payload.?transactions[?0].?currency])"],
                .occurredAt: ["firstOf([payload.?processed_at, payload.?created_at])"],
                .email: [
                    """
                    firstOf([payload.?email, payload.?contact_email, payload.?customer.?email])
                    """
                ],
                .customer: ["payload.?customer.?id"],
                .firstName: [
                    """
                    firstOf([payload.?customer.?first_name, payload.?billing_address.?first_name])
                    """
                ],
                .test: [
                    """
                    headers[?"x-shopify-test"] == optional.of("true") \
                    || payload.?test == optional.of(true)
                    """
                ],
                .reversal: [#"has(payload.order_id) ? "refund" : """#],
            ], onUnmapped: .keep))

    private static let wentBack = """
        t.?kind.orValue("refund") == "refund" && !(t.?status.orValue("") in ["failure", "error"])
        """
}
