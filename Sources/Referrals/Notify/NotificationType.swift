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
    /// The event that causes a notification of this type, as a sentence.
    package var summary: String {
        switch self {
        case .affiliateCreated: "A referrer joined, or a lead made a first referral."
        case .affiliateUpdated: "A participant was changed."
        case .leadCreated: "A referred person was enrolled."
        case .leadQualified: "A lead reached the goal of the campaign."
        case .conversionCreated: "A conversion was recorded."
        case .conversionUpdated: "The status or the amount of a conversion changed."
        case .rewardIssued: "A reward was issued."
        case .rewardUpdated: "The status or the value of a reward changed."
        case .payoutCreated: "A payout was created."
        case .signupCreated: "A person joined a waitlist."
        case .signupPositionChanged: "The position of a signup on a waitlist changed."
        case .signupApproved: "A signup was approved."
        case .signupDeleted: "A signup was deleted."
        case .couponPoolLow: "The pool of coupons of a campaign runs out."
        case .couponPoolExhausted: "The pool of coupons of a campaign is empty."
        case .eventParked: "An event waits for its participant."
        case .webhookPaused: "The breaker of a webhook opened."
        case .webhookRecovered: "The breaker of a webhook closed."
        case .webhookDisabled: "A webhook was disabled after repeated failures."
        }
    }

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

    /// The number of a subject as users see it.
    package func shown(subject number: Int64) -> Int64 {
        subject == .campaign ? ID<Campaign>(number).declared.number : number
    }

    /// The types that are about rows of one kind.
    package static func all(about subject: Subject) -> [NotificationType] {
        allCases.filter { $0.subject == subject }
    }
}
