import Referrals

extension Preset {
    /// The mappings that presets had in earlier releases, by the preset's name, the latest last. A
    /// stored source that uses one unchanged can be updated to the preset's present one. Entries
    /// are never edited, only added.
    package static let formerMappings: [String: [MappingText]] = [
        "stripe": [formerStripe], "shopify": [formerShopify], "revenuecat": [formerRevenueCat],
        "generic": [formerGeneric], "referral-factory": [formerReferralFactory],
    ]

    private static let formerStripe = MappingText(
        [
            .filter: [
                """
                payload.type in ["checkout.session.completed", \
                "checkout.session.async_payment_succeeded", "invoice.paid", "charge.refunded"] && \
                payload.data.object.?mode.orValue("") != "setup" && \
                payload.data.object.?payment_status.orValue("") != "unpaid"
                """
            ],
            .eventID: [
                "payload.id"
            ],
            .goal: [
                """
                firstOf([payload.data.object.?amount_total, payload.data.object.?amount_paid]) == \
                optional.of(0) ? "trial" : "purchase"
                """
            ],
            .referralCode: [
                """
                firstOf([payload.data.object.?metadata.?referral_code, \
                payload.data.object.?client_reference_id, \
                payload.data.object.?parent.?subscription_details.?metadata.?referral_code, \
                payload.data.object.?subscription_details.?metadata.?referral_code, \
                payload.data.object.?lines.?data[?0].?metadata.?referral_code])
                """
            ],
            .businessKey: [
                "payload.data.object.id",
                "payload.data.object.?payment_intent",
                "payload.data.object.?invoice",
                "payload.data.object.?charge",
                "payload.data.object.?payments.?data[?0].?payment.?payment_intent",
            ],
            .amount: [
                """
                payload.type == "charge.refunded" ? payload.data.object.amount_refunded : \
                payload.type == "invoice.paid" ? math.least(payload.data.object.amount_paid, \
                firstOf([payload.data.object.?total_excluding_tax, \
                payload.data.object.amount_paid]).orValue(0)) : payload.data.object.amount_total - \
                firstOf([payload.data.object.?total_details.?amount_tax]).orValue(0)
                """
            ],
            .currency: [
                "payload.data.object.?currency"
            ],
            .occurredAt: [
                "fromUnix(payload.created)"
            ],
            .email: [
                """
                firstOf([payload.data.object.?customer_details.?email, \
                payload.data.object.?customer_email, payload.data.object.?billing_details.?email, \
                payload.data.object.?receipt_email])
                """
            ],
            .customer: [
                "payload.data.object.?customer"
            ],
            .firstName: [
                """
                firstOf([payload.data.object.?customer_details.?name, \
                payload.data.object.?customer_name, \
                payload.data.object.?billing_details.?name]).optMap(n, n.split(" ")[0])
                """
            ],
            .test: [
                "!payload.livemode"
            ],
            .reversal: [
                #"payload.type == "charge.refunded" ? "refund_total" : """#
            ],
        ], onUnmapped: .keep)

    private static let formerShopify = MappingText(
        [
            .filter: [
                """
                headers[?"x-shopify-topic"].orValue("") in ["", "orders/paid", "refunds/create"] \
                && (!has(payload.order_id) || payload.?transactions.orValue([]).exists(t, \
                t.?kind.orValue("refund") == "refund" && !(t.?status.orValue("") in ["failure", \
                "error"])))
                """
            ],
            .eventID: [
                #"firstOf([headers[?"x-shopify-event-id"], headers[?"x-shopify-webhook-id"]])"#
            ],
            .goal: [
                #""purchase""#
            ],
            .referralCode: [
                """
                firstOf([payload.?note_attributes.orValue([]).filter(a, a.name in \
                ["referral_code", "ref"])[?0].?value, payload.?discount_codes[?0].?code, \
                firstOf([payload.?landing_site]).optFlatMap(u, queryParam(u, "ref"))])
                """
            ],
            .businessKey: [
                "string(has(payload.order_id) ? payload.order_id : payload.id)"
            ],
            .amount: [
                """
                has(payload.order_id) ? sum(payload.transactions.map(t, t.?kind.orValue("refund") \
                == "refund" && !(t.?status.orValue("") in ["failure", "error"]), \
                minorUnits(t.amount, firstOf([t.?currency]).orValue("USD")))) : \
                minorUnits(payload.total_price, payload.currency)
                """
            ],
            .currency: [
                "firstOf([payload.?currency, payload.?transactions[?0].?currency])"
            ],
            .occurredAt: [
                "firstOf([payload.?processed_at, payload.?created_at])"
            ],
            .email: [
                "firstOf([payload.?email, payload.?contact_email, payload.?customer.?email])"
            ],
            .customer: [
                "firstOf([payload.?customer.?id]).optMap(i, string(i))"
            ],
            .firstName: [
                "firstOf([payload.?customer.?first_name, payload.?billing_address.?first_name])"
            ],
            .test: [
                """
                headers[?"x-shopify-test"] == optional.of("true") || payload.?test == \
                optional.of(true)
                """
            ],
            .reversal: [
                #"has(payload.order_id) ? "refund" : """#
            ],
        ], onUnmapped: .keep)

    private static let formerRevenueCat = MappingText(
        [
            .filter: [
                #"payload.event.type in ["INITIAL_PURCHASE", "RENEWAL", "NON_RENEWING_PURCHASE"]"#
            ],
            .eventID: [
                "payload.event.id"
            ],
            .goal: [
                #"payload.event.?period_type == optional.of("TRIAL") ? "trial" : "purchase""#
            ],
            .referralCode: [
                "payload.event.?subscriber_attributes.?referral_code.?value"
            ],
            .businessKey: [
                "payload.event.?transaction_id"
            ],
            .amount: [
                """
                firstOf([payload.event.?price_in_purchased_currency]).optMap(p, minorUnits(p, \
                payload.event.currency))
                """
            ],
            .currency: [
                "payload.event.?currency"
            ],
            .occurredAt: [
                "fromUnixMillis(payload.event.purchased_at_ms)"
            ],
            .email: [
                #"payload.event.?subscriber_attributes[?"$email"].?value"#
            ],
            .customer: [
                "firstOf([payload.event.?original_app_user_id, payload.event.?app_user_id])"
            ],
            .test: [
                #"payload.event.?environment == optional.of("SANDBOX")"#
            ],
        ], onUnmapped: .keep)

    private static let formerGeneric = MappingText(
        [
            .eventID: [
                "firstOf([payload.?id]).optMap(i, string(i))"
            ],
            .goal: [
                "firstOf([payload.?type, payload.?goal, payload.?data.?type])"
            ],
            .referralCode: [
                "firstOf([payload.?referral_code, payload.?data.?referral_code])"
            ],
            .businessKey: [
                """
                firstOf([payload.?order_id, payload.?data.?order_id]).optMap(k, type(k) == list ? \
                k : string(k))
                """
            ],
            .amount: [
                "firstOf([payload.?amount, payload.?data.?amount])"
            ],
            .currency: [
                "firstOf([payload.?currency, payload.?data.?currency])"
            ],
            .occurredAt: [
                "firstOf([payload.?timestamp, payload.?occurred_at, payload.?data.?timestamp])"
            ],
            .email: [
                """
                firstOf([payload.?customer, payload.?data.?customer]).optFlatMap(c, type(c) == map \
                ? c.?email : optional.none()).or(firstOf([payload.?email, payload.?data.?email]))
                """
            ],
            .customer: [
                """
                firstOf([payload.?customer, payload.?data.?customer]).optFlatMap(c, type(c) == map \
                ? firstOf([c.?id]) : optional.of(c)).optMap(i, string(i))
                """
            ],
            .firstName: [
                """
                firstOf([payload.?customer, payload.?data.?customer]).optFlatMap(c, type(c) == map \
                ? c.?first_name : optional.none()).or(firstOf([payload.?first_name, \
                payload.?data.?first_name]))
                """
            ],
            .test: [
                "firstOf([payload.?test, payload.?data.?test])"
            ],
            .reversal: [
                """
                firstOf([payload.?reversal, \
                payload.?data.?reversal]).orValue(payload.?type.orValue("") in ["refund", \
                "refund_total", "reinstate"] ? payload.type : "")
                """
            ],
        ])

    private static let formerReferralFactory = MappingText(
        [
            .referralCode: [
                "firstOf([payload.?code, payload.?referral_code])"
            ]
        ], onUnmapped: .keep)
}
