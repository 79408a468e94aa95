import Referrals
import Schemas

/// The schemas of the bodies of notifications, which `Outbound.NotificationBody` writes.
package enum NotificationSchema {
    /// The schema of the body of one type in one dialect.
    package static func body(
        of type: NotificationType, in dialect: WebhookDeclaration.Dialect
    ) -> JSONSchema {
        let schema: JSONSchema =
            switch dialect {
            case .standard: standard(type)
            case .referralloop: referralLoop(type)
            case .referralFactory: referralFactory(type)
            case .referralsCom: referralsCom(type)
            }
        return .named(componentName(of: type) + componentName(of: dialect), schema)
    }

    /// `RewardIssued` for `reward.issued`.
    private static func componentName(of type: NotificationType) -> String {
        joined(type.rawValue)
    }

    private static func componentName(of dialect: WebhookDeclaration.Dialect) -> String {
        "In" + joined(dialect.rawValue)
    }

    private static func joined(_ text: String) -> String {
        text.split { "._-".contains($0) }
            .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    // MARK: Signups

    /// The members that `writeMembers(of:to:)` writes.
    private static func signup(_ type: NotificationType) -> JSONSchema {
        .object(
            [.required("id", .uuid), .optional("email", .string)] + positions(of: type))
    }

    private static func flatSignup(_ type: NotificationType) -> [JSONSchema.Property] {
        [.required("signup_id", .uuid)]
            + (type == .signupDeleted ? [.optional("email", .string)] : []) + positions(of: type)
    }

    /// The members that `writeReferralLoop(_:to:)` writes.
    private static func referralLoopSignup(_ type: NotificationType) -> JSONSchema {
        let key: [JSONSchema.Property] = [
            .required("id", .uuid), .required("email", .string.nullable),
        ]
        switch type {
        case .signupDeleted: return .object(key)
        case .signupPositionChanged: return .object(key + positions(of: type))
        default:
            return .object(
                key + [
                    .required("name", .string.nullable),
                    .required("referral_code", .string.nullable),
                    .required("created_at", .instant.nullable),
                ] + (type == .signupCreated ? [.required("position", .integer.nullable)] : []))
        }
    }

    /// The members that `writePositions(of:to:)` writes.
    private static func positions(of type: NotificationType) -> [JSONSchema.Property] {
        guard type == .signupPositionChanged else { return [.optional("position", .integer)] }
        return [
            .optional("old_position", .integer), .optional("new_position", .integer),
            .optional(
                "position_change",
                .integer.described("Negative for a move towards the first position.")),
        ]
    }

    // MARK: Standard

    private static func standard(_ type: NotificationType) -> JSONSchema {
        .object([
            .required("id", .notificationID),
            .required("type", .constant(type.rawValue)),
            .required("timestamp", .instant),
            .required("data", data(of: type)),
        ])
    }

    private static func data(of type: NotificationType) -> JSONSchema {
        .object(
            [
                .required("recipient", person(isChange: type == .affiliateUpdated)),
                .required(
                    "campaign",
                    .object([.required("id", .noted), .required("name", .string.nullable)])
                        .nullable),
                .required("referrer", person(isChange: false)),
                .required("conversion", conversion),
                .required("reward", reward),
            ] + (type.subject == .signup ? [.optional("signup", signup(type))] : [])
                + extra(of: type))
    }

    private static func person(isChange: Bool) -> JSONSchema {
        .named(
            isChange ? "NotifiedPersonWithStatus" : "NotifiedPerson",
            .object(
                [
                    .required("id", .noted),
                    .required("first_name", .string.nullable),
                    .required("referral_code", .string),
                    .required("email", .string.nullable),
                    .required("source", .string.nullable),
                    .required("referral_link", .string.nullable),
                    .required("joined_at", .instant),
                ] + (isChange ? [.required("status", .participantStatus)] : []))
        ).nullable
    }

    private static let conversion = JSONSchema.named(
        "NotifiedConversion",
        .object([
            .required("id", .noted),
            .required("status", .choice(ConversionStatus.self)),
            .required("amount", .integer.nullable.described("The amount in minor units.")),
            .required("currency", .currency.nullable),
            .required("occurred_at", .instant),
        ])
    ).nullable

    private static let reward = JSONSchema.named(
        "NotifiedReward",
        .object([
            .required("id", .noted),
            .required("kind", .choice(CampaignReward.Kind.self).nullable),
            .required("value", GrantedValue.schema),
            .required("status", .choice(RewardStatus.self)),
            .required("coupon_code", .string.nullable),
        ])
    ).nullable

    private static func extra(of type: NotificationType) -> [JSONSchema.Property] {
        switch type.subject {
        case .campaign:
            [.optional("coupon_pool", .object([.required("available", .count)]))]
        case .event:
            [
                .optional(
                    "event",
                    .object([
                        .required("id", .noted), .required("source", .string.nullable),
                        .required("received_at", .instant),
                    ]))
            ]
        case .webhook:
            [
                .optional(
                    "webhook", .object([.required("id", .noted), .required("name", .string)]))
            ]
        case .payout: [.optional("payout", payout)]
        default: []
        }
    }

    private static let payout = JSONSchema.object([
        .required("id", .noted),
        .required("status", .string),
        .required("currency", .currency),
        .required("total", .integer.described("The sum in minor units.")),
        .required("rewards", .count),
        .required("until", .instant),
    ])

    private static func flatPayout(_ type: NotificationType) -> [JSONSchema.Property] {
        guard type.subject == .payout else { return [] }
        return [
            .optional("payout_id", .noted), .optional("payout_currency", .currency),
            .optional("payout_total", .integer),
        ]
    }

    // MARK: Other products' dialects

    /// The name of a type in the dialect of Referrals.com.
    package static func referralsComName(of type: NotificationType) -> String {
        switch type {
        case .leadCreated, .affiliateCreated, .signupCreated: "participant.signup"
        case .rewardIssued: "participant.reward"
        default: type.rawValue
        }
    }

    private static func referralLoop(_ type: NotificationType) -> JSONSchema {
        .object([
            .required("id", .notificationID),
            .required("event_type", .constant(type.rawValue)),
            .required("waitlist_id", .uuid.nullable),
            .required("data", type.subject == .signup ? referralLoopSignup(type) : data(of: type)),
            .required("timestamp", .instant),
        ])
    }

    private static func referralFactory(_ type: NotificationType) -> JSONSchema {
        .object(
            [.required("event", .constant(type.rawValue))]
                + (type == .signupDeleted ? [] : flat(prefix: ""))
                + (type == .affiliateUpdated
                    ? [.required("status", .participantStatus.nullable)] : [])
                + [
                    .required("campaign_id", .noted.nullable),
                    .required("campaign_name", .string.nullable),
                ] + flat(prefix: "referrer_")
                + [
                    .optional("reward_id", .noted),
                    .optional("reward_kind", .choice(CampaignReward.Kind.self).nullable),
                    .optional("reward_status", .choice(RewardStatus.self)),
                    .optional("coupon_code", .string.nullable),
                ] + (type.subject == .signup ? flatSignup(type) : flatPayout(type)))
    }

    private static func flat(prefix: String) -> [JSONSchema.Property] {
        [
            .required(prefix + "id", .noted.nullable),
            .required(prefix + "first_name", .string.nullable),
            .required(prefix + "referral_code", .string.nullable),
            .required(prefix + "email", .string.nullable),
            .required(prefix + "source", .string.nullable),
            .required(prefix + "referral_link", .string.nullable),
            .required(prefix + "joined_at", .instant.nullable),
        ]
    }

    private static func referralsComPerson(_ type: NotificationType) -> JSONSchema {
        JSONSchema.object(
            [
                .required("id", .noted),
                .required("email", .string.nullable),
                .required("name", .string.nullable),
                .required("campaign_id", .noted.nullable),
                .required("date_signedup", .instant),
            ] + (type == .affiliateUpdated ? [.required("status", .participantStatus)] : [])
                + (type.subject == .signup ? positions(of: type) : [])
        ).nullable
    }

    private static func referralsCom(_ type: NotificationType) -> JSONSchema {
        .object(
            [
                .required("event", .constant(referralsComName(of: type))),
                .required(
                    "participant",
                    type == .signupDeleted
                        ? .object([
                            .required("email", .string.nullable),
                            .required("campaign_id", .noted.nullable),
                        ]) : referralsComPerson(type)),
                .optional(
                    "reward",
                    .object([
                        .required("reward_type", .choice(CampaignReward.Kind.self).nullable),
                        .required("coupon", .string.nullable),
                        .required("cash_value", .integer.nullable),
                    ])),
            ] + (type.subject == .payout ? [.optional("payout", payout)] : []))
    }
}

extension JSONSchema {
    /// The id of a notification, which has no full stop.
    fileprivate static let notificationID = JSONSchema.string(.init(pattern: "^evt_[^.]+$"))

    /// The number of a row; 0 in a test notification.
    fileprivate static let noted = JSONSchema(.integer(minimum: 0, maximum: nil))

    fileprivate static let participantStatus = JSONSchema.choice(["active", "disabled"])
}
