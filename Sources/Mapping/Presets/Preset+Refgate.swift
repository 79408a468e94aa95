import Referrals

extension Preset {
    /// refgate's own format: Standard Webhooks, and one object `data`.
    package static let refgate = Preset(
        "refgate", scheme: "standard-webhooks", codeOf: .lead,
        mapping: MappingText([
            .eventID: #"headers["webhook-id"]"#,
            .goal: "payload.type",
            .referralCode: "payload.data.referral_code",
            .businessKey: "payload.data.?order_id",
            .amount: "payload.data.?amount",
            .currency: "payload.data.?currency",
            .occurredAt: "payload.?timestamp",
            // The customer is an object, or only its id; then the address is a separate member.
            .customer: person("id", else: "optional.of(c)"),
            .email: person("email") + ".or(payload.data.?email)",
            .firstName: person("first_name") + ".or(payload.data.?first_name)",
            .test: "payload.data.?test",
            .reversal: """
            payload.data.?reversal.orValue(payload.type in \
            ["refund", "refund_total", "reinstate"] ? payload.type : "")
            """,
        ]))

    private static func person(
        _ member: String, else alternative: String = "optional.none()"
    ) -> String {
        """
        payload.data.?customer.optFlatMap(c, type(c) == map ? c.?\(member) : \(alternative))
        """
    }

    /// The same fields from any backend that signs with a plain HMAC, at the top level or under
    /// `data`.
    package static let generic = Preset(
        "generic", scheme: "hmac",
        signature: Signature(
            header: "X-Webhook-Signature", digest: "sha256", encoding: "hex", prefix: "sha256="),
        codeOf: .lead,
        mapping: MappingText([
            .eventID: "payload.?id",
            .goal: "firstOf([payload.?type, payload.?goal, payload.?data.?type])",
            .referralCode: "[payload.?referral_code, payload.?data.?referral_code]",
            .businessKey: either("order_id"),
            .amount: either("amount"),
            .currency: either("currency"),
            .occurredAt: """
            firstOf([payload.?timestamp, payload.?occurred_at, payload.?data.?timestamp])
            """,
            .customer: """
            \(either("customer")).optFlatMap(c, type(c) == map ? firstOf([c.?id]) : \
            optional.of(c))
            """,
            .email: anyPerson("email"),
            .firstName: anyPerson("first_name"),
            .test: either("test"),
            .reversal: """
            \(either("reversal")).orValue(payload.?type.orValue("") in \
            ["refund", "refund_total", "reinstate"] ? payload.type : "")
            """,
        ]))

    private static func either(_ member: String) -> String {
        "firstOf([payload.?\(member), payload.?data.?\(member)])"
    }

    private static func anyPerson(_ member: String) -> String {
        """
        \(either("customer")).optFlatMap(c, type(c) == map ? c.?\(member) : optional.none())\
        .or(\(either(member)))
        """
    }
}
