import Referrals
import Schemas
import Storage

extension Explanation {
    /// The schema of the JSON of an explanation.
    package static let schema = JSONSchema.named(
        "Explanation",
        .object([
            .required("query", .object(queries)),
            .required("found", .boolean),
            .required("summary", .string),
            .optional("did_you_mean", .array(of: .string)),
            .required("participants", .array(of: Person.schema)),
            .required("events", .array(of: ExplainedEvent.schema)),
            .required("more", .boolean.described("True if there are more events than shown.")),
            .optional("rewards_given", .count),
        ]))

    private static let queries: [JSONSchema.Property] = Query.names.map {
        .optional($0, $0 == "event" ? .integer : .string)
    }
}

extension Explanation.Person {
    fileprivate static let schema = JSONSchema.named(
        "ExplainedParticipant",
        .object([
            .required("id", .id),
            .required(
                "campaign", .object([.required("id", .id), .required("name", .string)])),
            .required("referral_code", .canonicalText),
            .required("external_id", .string.nullable),
            .required("email", .string.nullable),
            .required("first_name", .string.nullable),
            .required("source", .string.nullable),
            .required("role", .choice(["lead", "referrer"])),
            .required("referred_by", .string.nullable),
            .required("leads", .count),
            .required("joined_at", .instant),
            .required("disabled", .boolean),
            .required("deleted", .boolean),
            .optional("preflight", Preflight.schema),
        ]))
}

extension JSONSchema {
    /// A referral code in canonical form, or the tombstone of one.
    fileprivate static let canonicalText = JSONSchema.string
}

extension ExplainedEvent {
    fileprivate static let schema = JSONSchema.named(
        "ExplainedEvent",
        .object([
            .required("event", .id),
            .required("event_id", .string),
            .required("source", .string),
            .required("received_at", .instant),
            .required("decided_at", .instant.nullable),
            .required("goal", .string.nullable),
            .required("outcome", .choice(Outcome.self)),
            .required("reasons", .array(of: explainedReason)),
            .required("near_miss", .boolean),
            .required("summary", .string),
            .required("lead", personName),
            .required("referrer", personName),
            .optional("obstacles", .count),
            .optional("checks", .array(of: Check.schema)),
            .optional("problems", .array(of: .string)),
            .optional("imported", .boolean),
            .optional("not_derivable", .string),
            .required("conversion", conversion),
            .required("rewards", .array(of: Reward.schema)),
            .required("reviews", .array(of: Reviewed.schema)),
            .required("waits_for", .array(of: .string)),
            .required("later", .array(of: Later.schema)),
        ]))

    private static let personName = JSONSchema.object([
        .required("id", .id), .required("referral_code", .string),
    ]).nullable

    private static let conversion = JSONSchema.object([
        .required("id", .id),
        .required("campaign", .id),
        .required("status", .choice(ConversionStatus.self)),
        .required("amount", .integer.nullable),
        .required("currency", .currency.nullable),
        .required("occurred_at", .instant),
    ]).nullable

    fileprivate static let explainedReason = JSONSchema.named(
        "ExplainedReason",
        .object([
            .required("code", ReasonCode.schema),
            .required("sentence", .string),
            .required("remedy", .string),
        ]))
}

extension ExplainedEvent.Reward {
    fileprivate static let schema = JSONSchema.object([
        .required("id", .id),
        .required("campaign_reward", .id),
        .required("kind", .choice(CampaignReward.Kind.self).nullable),
        .required("beneficiary", .choice(CampaignReward.Beneficiary.self)),
        .required("status", .choice(RewardStatus.self)),
        .required("reasons", .array(of: ExplainedEvent.explainedReason)),
        .required("value", GrantedValue.schema),
        .required("remaining", .integer.nullable),
        .required("coupon", .choice(CouponState.self).nullable),
        .required("held_until", .instant.nullable),
        .required("issued_at", .instant.nullable),
        .required("sentence", .string),
    ])
}

extension ExplainedEvent.Reviewed {
    fileprivate static let schema = JSONSchema.object([
        .optional("conversion", .id),
        .optional("reward", .id),
        .required("action", .string),
        .required("note", .string.nullable),
        .required("key", .id.nullable),
        .required("at", .instant),
    ])
}

extension ExplainedEvent.Later {
    fileprivate static let schema = JSONSchema.object([
        .required("event", .id),
        .required("received_at", .instant),
        .required("outcome", .choice(Outcome.self)),
        .required("reasons", .array(of: ExplainedEvent.explainedReason)),
    ])
}
