import Rules

/// The variables that a campaign's conditions and its review expression can read.
package enum ConditionLanguage {
    /// The fields of `event`.
    package static let event = RecordType(
        name: "event",
        fields: [
            .init("goal", .string),
            .init("referral_code", .string, mayBeAbsent: true, maximumSize: 64, isUppercase: true),
            .init("business_keys", .list(.string)),
            .init("amount", .int, mayBeAbsent: true),
            .init(
                "currency", .string, mayBeAbsent: true, maximumSize: 3, isUppercase: true,
                isCurrency: true),
            .init("email", .string, mayBeAbsent: true, isRedacted: true),
            .init("customer", .string, mayBeAbsent: true, isRedacted: true),
            .init("occurred_at", .timestamp),
            .init("received_at", .timestamp),
            .init("test", .bool),
        ])

    /// The fields of a participant.
    package static let participant: [RecordType.Field] = [
        .init("id", .int),
        .init("referral_code", .string, maximumSize: 64, isUppercase: true),
        .init("email", .string, mayBeAbsent: true, isRedacted: true),
        .init("first_name", .string, mayBeAbsent: true, isRedacted: true),
        .init("source", .string, mayBeAbsent: true),
        .init("joined_at", .timestamp),
    ]

    /// The type of `lead`.
    package static let lead = RecordType(name: "lead", fields: participant)
    /// The type of `referrer`.
    package static let referrer = RecordType(name: "referrer", fields: participant)

    /// The fields of `campaign`.
    package static let campaign = RecordType(
        name: "campaign",
        fields: [
            .init("id", .int), .init("name", .string), .init("owner", .string),
            .init("goal_type", .string), .init("version", .int),
        ])

    /// The indices of the variables in an activation, in the order of their declaration.
    package enum Slot: Int {
        case event, payload, lead, referrer, campaign, now
    }

    /// The declarations of all variables, for the compiler.
    package static let environment = Environment(
        variables: [
            .init("event", .record(event)), .init("payload", .dyn), .init("lead", .record(lead)),
            .init("referrer", .record(referrer)), .init("campaign", .record(campaign)),
            .init("now", .timestamp),
        ], refusesUnreadable: true)
}
