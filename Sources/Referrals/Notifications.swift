/// The outbound event types subscribers can ask for.
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

/// One notification that is due.
package struct Notification: Equatable, Sendable {
    /// What it is about. Rewards of a decision have no number yet and are named by their place in it.
    package enum Subject: Equatable, Sendable {
        case campaign, referrer, lead, conversion
        case decided(reward: Int)
        case granted(ID<Reward>)
    }

    package let type: NotificationType
    package let subject: Subject

    package init(_ type: NotificationType, _ subject: Subject) {
        self.type = type
        self.subject = subject
    }
}

extension Decision {
    /// What subscribers are told of the decision, in this order: of people, of the conversion, of rewards,
    /// of the pool.
    package func notifications(for facts: Facts) -> [Notification] {
        var due: [Notification] = []
        due.reserveCapacity(4)
        // A new lead is enrolled whatever else becomes of the event.
        if identifiesLead, case .new = facts.lead {
            // A lead who refers for the first time becomes a referrer by it.
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

    /// Told when a mark is crossed, not while the pool stays beyond it. A pool that never held a coupon is
    /// exhausted by the first who needs one: whether subscribers know of an empty pool is for the caller to say.
    ///
    /// - Parameter isWanting: whether a reward found no coupon.
    package func notice(afterTaking taken: Int, isWanting: Bool = false) -> NotificationType? {
        let left = unused - taken
        if taken > 0, left <= 0 { return .couponPoolExhausted }
        if unused == 0, waiting == 0, isWanting { return .couponPoolExhausted }
        return unused > lowMark && left <= lowMark ? .couponPoolLow : nil
    }
}

extension ReversalDecision {
    /// What subscribers are told of a reversal.
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
    /// What subscribers are told of changes to rewards on record.
    package func notifications(were rewards: [GrantedReward]) -> [Notification] {
        map { change in
            // What comes back from a refund or a second review may have been issued before, or not.
            let wasIssued = rewards.first { $0.id == change.reward }?.wasIssued ?? false
            let isIssued = change.status == .issued && !wasIssued
            return Notification(isIssued ? .rewardIssued : .rewardUpdated, .granted(change.reward))
        }
    }
}
