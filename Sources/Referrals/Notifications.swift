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
        case participant, conversion, reward, campaign, event, webhook
    }

    /// The kind of row that notifications of this type are about. Queueing, sending, erasure and the audit all
    /// go by it.
    package var subject: Subject {
        switch self {
        case .affiliateCreated, .affiliateUpdated, .leadCreated, .payoutCreated, .signupCreated,
            .signupPositionChanged, .signupDeleted:
            .participant
        case .leadQualified, .conversionCreated, .conversionUpdated: .conversion
        case .rewardIssued, .rewardUpdated: .reward
        case .couponPoolLow, .couponPoolExhausted: .campaign
        case .eventParked: .event
        case .webhookPaused, .webhookRecovered, .webhookDisabled: .webhook
        }
    }

    /// The types that are about rows of one kind.
    package static func all(about subject: Subject) -> [NotificationType] {
        allCases.filter { $0.subject == subject }
    }
}

/// A notification to be sent.
package struct Notification: Equatable, Sendable {
    /// The record that a notification is about. Rewards of a new decision have no number yet, so
    /// the index in the decision identifies them.
    package enum Subject: Equatable, Sendable {
        case campaign, referrer, lead, conversion
        case decided(reward: Int)
        case granted(ID<Reward>)
    }

    /// The type, sent to subscribers as `type`.
    package let type: NotificationType
    /// The record that the body describes.
    package let subject: Subject

    /// Creates a notification of a type about a record.
    package init(_ type: NotificationType, _ subject: Subject) {
        self.type = type
        self.subject = subject
    }

    /// The number of the row that the notification is about: of the kind that `type.subject` names. 0 for a
    /// person who is not known.
    package func number(
        conversion: ID<Conversion>, campaign: ID<Campaign>, lead: ID<Participant>?,
        referrer: ID<Participant>?
    ) -> Int64 {
        switch subject {
        case .granted(let reward): reward.number
        case .decided(let place): ID<Reward>(of: conversion, place: place).number
        case .campaign: campaign.number
        case .conversion: conversion.number
        // A lead is told to be qualified with the conversion that qualifies them.
        case .lead where type.subject == .conversion: conversion.number
        case .lead: lead?.number ?? 0
        case .referrer: referrer?.number ?? 0
        }
    }
}

extension Decision {
    /// Returns the notifications of a decision, in this order: people, the conversion, rewards, the
    /// coupon pool.
    package func notifications(for facts: Facts) -> [Notification] {
        var due: [Notification] = []
        due.reserveCapacity(4)
        // A new lead is enrolled even if the event is rejected later.
        if identifiesLead, case .new = facts.lead {
            // A lead who refers for the first time also becomes a referrer.
            if let referrer = facts.referrer, referrer.referredBy != nil, !referrer.hasReferred {
                due.append(Notification(.affiliateCreated, .referrer))
            }
            due.append(Notification(.leadCreated, .lead))
        }
        guard let conversion else { return due }
        due.append(Notification(.conversionCreated, .conversion))
        if conversion == .approved, outcome != .reversed {
            due.append(Notification(.leadQualified, .lead))
        }
        for index in rewards.indices where rewards[index].isEarned {
            let isIssued = rewards[index].status == .issued
            due.append(
                Notification(isIssued ? .rewardIssued : .rewardUpdated, .decided(reward: index)))
        }
        if let pool = facts.pool.notice(after: self) { due.append(Notification(pool, .campaign)) }
        return due
    }
}

extension CouponPool {
    fileprivate func notice(after decision: Decision) -> NotificationType? {
        var (taken, isWanting) = (0, false)
        for reward in decision.rewards where reward.kind == .coupon {
            if reward.coupon != .none {
                taken += 1
            } else if reward.reasons.contains(.poolEmpty) {
                isWanting = true
            }
        }
        return notice(afterTaking: taken, isWanting: isWanting)
    }

    /// Returns the notification of a threshold that this event crosses, or nil. A pool that stays
    /// below a threshold causes no further notification.
    ///
    /// A pool that never held a coupon counts as exhausted by the first reward that needs one; the
    /// caller must suppress repetitions.
    ///
    /// - Parameters:
    ///   - taken: the number of coupons taken.
    ///   - isWanting: true if a reward found no coupon.
    package func notice(afterTaking taken: Int, isWanting: Bool = false) -> NotificationType? {
        let left = unused - taken
        if taken > 0, left <= 0 { return .couponPoolExhausted }
        if unused == 0, waiting == 0, isWanting { return .couponPoolExhausted }
        return unused > lowMark && left <= lowMark ? .couponPoolLow : nil
    }
}

extension ReversalDecision {
    /// Returns the notifications of a reversal: the conversion if it changed, then its rewards.
    package func notifications(for facts: ReversalFacts) -> [Notification] {
        var due: [Notification] = []
        let before = facts.payment.remaining(after: facts.earlier)
        let after = facts.payment.remaining(after: facts.earlier + [facts.reversal])
        if conversion != facts.status || before != after {
            due.append(Notification(.conversionUpdated, .conversion))
        }
        return due + rewards.notifications(were: facts.rewards)
    }
}

extension [RewardChange] {
    /// Returns one notification for each changed reward, in the order given.
    ///
    /// - Parameter rewards: the rewards before the change.
    package func notifications(were rewards: [GrantedReward]) -> [Notification] {
        map { change in
            // A reward that returns from a refund or a second review may have been issued before.
            let wasIssued = rewards.first { $0.id == change.reward }?.wasIssued ?? false
            let isIssued = change.status == .issued && !wasIssued
            return Notification(isIssued ? .rewardIssued : .rewardUpdated, .granted(change.reward))
        }
    }
}
