/// The types of outbound events that a webhook can subscribe to.
package enum NotificationType: String, CaseIterable, Sendable {
    case affiliateCreated = "affiliate.created"
    case affiliateUpdated = "affiliate.updated"
    case leadCreated = "lead.created"
    case leadQualified = "lead.qualified"
    case conversionCreated = "conversion.created"
    case conversionUpdated = "conversion.updated"
    case rewardIssued = "reward.issued"
    case rewardUpdated = "reward.updated"
    case payoutCreated = "payout.created"
    case signupCreated = "signup.created"
    case signupPositionChanged = "signup.position_changed"
    case signupApproved = "signup.approved"
    case signupDeleted = "signup.deleted"
    case couponPoolLow = "coupon_pool.low"
    case couponPoolExhausted = "coupon_pool.exhausted"
    case eventParked = "event.parked"
    case webhookPaused = "webhook.paused"
    case webhookRecovered = "webhook.recovered"
    case webhookDisabled = "webhook.disabled"
}

extension NotificationType {
    /// The kind of row whose number a notification carries.
    package enum Subject: CaseIterable, Sendable {
        case participant, conversion, reward, campaign, event, webhook, payout
        /// The content of one notification of a signup: position, and the address of a deleted person.
        case signup
    }

    /// The kind of row that notifications of this type are about. Queueing, sending, erasure and the audit all
    /// go by it.
    package var subject: Subject {
        switch self {
        case .affiliateCreated, .affiliateUpdated, .leadCreated: .participant
        case .signupCreated, .signupPositionChanged, .signupApproved, .signupDeleted: .signup
        case .leadQualified, .conversionCreated, .conversionUpdated: .conversion
        case .rewardIssued, .rewardUpdated: .reward
        case .couponPoolLow, .couponPoolExhausted: .campaign
        case .eventParked: .event
        case .payoutCreated: .payout
        case .webhookPaused, .webhookRecovered, .webhookDisabled: .webhook
        }
    }

    /// The types that are about rows of one kind.
    package static func all(about subject: Subject) -> [NotificationType] {
        allCases.filter { $0.subject == subject }
    }
}
