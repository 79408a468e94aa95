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
