import Referrals

extension Preset {
    /// HubSpot: a property that holds a referral code was set on a record. The code is the
    /// property's value, the record is the customer; the filter names the property.
    ///
    /// Event ids repeat, so the event id is built from all parts that identify an event.
    package static let hubspot = Preset(
        "hubspot", scheme: "hubspot-v3", codeOf: .lead,
        mapping: MappingText(
            [
                .each: "payload",
                .filter: """
                payload.subscriptionType.endsWith(".propertyChange") \
                && payload.propertyName == "referral_code" && payload.?propertyValue != optional.of("")
                """,
                .eventID: """
                [string(payload.eventId), string(payload.subscriptionId), \
                string(payload.objectId), payload.propertyName, string(payload.occurredAt)].join(":")
                """,
                .referralCode: "payload.propertyValue",
                .businessKey: """
                [string(payload.objectId), payload.propertyName, string(payload.occurredAt)].join(":")
                """,
                .occurredAt: "fromUnixMillis(payload.occurredAt)",
                .customer: "string(payload.objectId)",
            ], onUnmapped: .keep))

    /// RevenueCat: purchases, renewals and refunds of apps. A trial is goal `trial`; the code is
    /// the subscriber attribute `referral_code`.
    ///
    /// - A promotional grant and family sharing are not purchases, and are ignored.
    /// - Of cancellations only `CUSTOMER_SUPPORT` is a refund by the store. A customer who
    ///   unsubscribes keeps the purchase. A refund has a negative price; without one a person
    ///   decides.
    package static let revenueCat = Preset(
        "revenuecat", scheme: "bearer", codeOf: .referrer,
        mapping: MappingText(
            [
                .filter: """
                payload.event.?period_type != optional.of("PROMOTIONAL") \
                && payload.event.?is_family_share != optional.of(true) \
                && (payload.event.type in ["INITIAL_PURCHASE", "RENEWAL", "NON_RENEWING_PURCHASE", \
                "REFUND_REVERSED"] || \(isRefund))
                """,
                .eventID: "payload.event.id",
                .goal:
                    #"payload.event.?period_type == optional.of("TRIAL") ? "trial" : "purchase""#,
                .referralCode: "payload.event.?subscriber_attributes.?referral_code.?value",
                .businessKey: "payload.event.?transaction_id",
                .amount: """
                \(price).optFlatMap(a, !(\(isRefund)) ? optional.of(a) \
                : a == 0 ? optional.none() : optional.of(math.abs(a)))
                """,
                .currency: "payload.event.?currency",
                .paid: price,
                // A refund also contains the time of its purchase.
                .occurredAt: """
                fromUnixMillis(payload.event.type in ["CANCELLATION", "REFUND_REVERSED"] \
                ? payload.event.event_timestamp_ms : payload.event.purchased_at_ms)
                """,
                .email: #"payload.event.?subscriber_attributes[?"$email"].?value"#,
                // The first id of the user; later ones are aliases.
                .customer: """
                firstOf([payload.event.?original_app_user_id, payload.event.?app_user_id])
                """,
                .test: #"payload.event.?environment == optional.of("SANDBOX")"#,
                .reversal: """
                payload.event.type == "CANCELLATION" ? "refund" \
                : payload.event.type == "REFUND_REVERSED" ? "reinstate" : ""
                """,
            ], onUnmapped: .keep))

    private static let isRefund = """
        payload.event.type == "CANCELLATION" \
        && payload.event.?cancel_reason == optional.of("CUSTOMER_SUPPORT")
        """

    private static let price = """
        firstOf([payload.event.?price_in_purchased_currency])\
        .optMap(p, minorUnits(p, payload.event.currency))
        """

    /// Referral Factory's inbound webhook: a code, in a form or in JSON, reports that its lead
    /// reached the campaign's goal. Its URL is its only secret.
    package static let referralFactory = Preset(
        "referral-factory", scheme: "url-token", formats: [.form, .json], codeOf: .lead,
        mapping: MappingText(
            [.referralCode: ["payload.?code", "payload.?referral_code"]],
            onUnmapped: .keep))
}
