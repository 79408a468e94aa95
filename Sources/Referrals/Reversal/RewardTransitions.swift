import Time

// Changes of rewards whose only obstacles are the hold and the stock of coupons.

/// Advances rewards that wait for stock or for the end of their hold, in the order given, oldest
/// first.
///
/// - Parameter unused: the number of coupons that these rewards may take: available coupons that
///   are not owed to earlier rewards. After the first reward that finds none, no later reward takes
///   one.
package func settle(
    _ rewards: [GrantedReward], unused: Int, now: Instant
) -> [RewardChange] {
    var unused = unused
    return rewards.compactMap { reward in
        let change = reward.settled(unused: &unused, now: now)
        return change.status == reward.status ? nil : change
    }
}

/// Returns the changes that an approval makes to rewards in review; the hold begins with it.
///
/// A reward that went to review after its benefit was used returns to `redeemed`. A reward whose
/// value is unknown stays in review.
package func approve(
    _ rewards: [GrantedReward], holdDays: Int, pool: CouponPool, now: Instant
) -> [RewardChange] {
    var unused = pool.free
    return rewards.compactMap { reward in
        guard reward.status == .inReview else { return nil }
        if reward.isRedeemed { return reward.changing(to: .redeemed, reward.withoutSlot) }
        guard reward.value != nil else { return nil }
        var reward = reward
        reward.beginHold(holdDays: holdDays, now: now)
        return reward.settled(unused: &unused, now: now)
    }
}

/// Returns the change to a reward whose lead has reached the goal for which the reward waits. The
/// reward stays held until the end of the campaign's hold days, if that is later.
package func release(
    _ reward: GrantedReward, holdEnd: Instant?, unused: Int, now: Instant
) -> RewardChange {
    var reward = reward
    var unused = unused
    reward.isAwaiting = false
    reward.heldUntil = holdEnd.flatMap { now < $0 ? $0 : nil }
    return reward.settled(unused: &unused, now: now)
}

/// Takes back a reward that was earned by a multiple, when the number of approved conversions falls
/// below it. A reward that was used goes to review, and keeps its slot. Returns nil for a reward
/// that is in a final state or in that review already.
package func takeBackMultiple(_ reward: GrantedReward) -> RewardChange? {
    switch reward.status {
    case .rejected, .revoked: return nil
    case .inReview where reward.isRedeemed: return nil
    case .redeemed,
        .issued where reward.isRedeemed:
        return reward.changing(to: .inReview, reward.reasons.union([.milestoneNotReached]))
    case .inReview, .pending, .waitingStock, .issued:
        return reward.changing(
            to: .revoked, [.milestoneNotReached], coupon: reward.coupon.givingBack, leaving: 0,
            by: .milestoneNotReached)
    }
}

/// Revokes, rejects or expires a reward. Returns nil if its state does not allow it.
package func withdraw(
    _ reward: GrantedReward, as status: RewardStatus, by reason: ReasonCode
) -> RewardChange? {
    precondition(!status.holdsSlot, "a reward is withdrawn to where it holds no slot")
    guard reward.status.canBecome(status) else { return nil }
    return reward.changing(
        to: status, [reason], coupon: reward.coupon.givingBack, leaving: 0, by: reason)
}

/// Marks a reward as redeemed. Returns nil if it was not issued.
package func redeem(_ reward: GrantedReward) -> RewardChange? {
    guard reward.status == .issued else { return nil }
    return reward.changing(
        to: .redeemed, reward.reasons, coupon: reward.coupon == .assigned ? .redeem : .keep)
}

extension GrantedReward {
    /// The reason that marks a reward which returned without a slot because another took it. It
    /// stays with the reward, since there is then no slot to release later.
    var withoutSlot: Reasons {
        status.holdsSlot && reasons.contains(.capReached) ? [.capReached] : []
    }

    /// Begins the hold of a reward that is approved: the wait for its goal, or the hold days.
    mutating func beginHold(holdDays: Int, now: Instant) {
        heldUntil = holdDays > 0 ? now + .days(holdDays) : nil
        guard let hold else { return }
        heldUntil = now + .days(hold.days)
        isAwaiting = true
    }

    /// Returns the change to issued, or to the state of a reward that is held or lacks a coupon.
    func settled(unused: inout Int, now: Instant) -> RewardChange {
        let isHeld = heldUntil.map { now < $0 } ?? false
        if isAwaiting, !isHeld {
            return changing(
                to: .rejected, [.holdExpired], coupon: coupon.givingBack, leaving: 0,
                by: .holdExpired)
        }
        let reasons = isHeld ? withoutSlot.union([.heldUntil]) : withoutSlot
        guard kind == .coupon, coupon != .assigned, coupon != .redeemed else {
            return changing(to: isHeld ? .pending : .issued, reasons)
        }
        if coupon == .reserved {
            return changing(
                to: isHeld ? .pending : .issued, reasons, coupon: isHeld ? .keep : .handOver)
        }
        guard unused > 0 else {
            return changing(to: .waitingStock, withoutSlot.union([.poolEmpty]))
        }
        unused -= 1
        return changing(
            to: isHeld ? .pending : .issued, reasons, coupon: isHeld ? .reserve : .assign)
    }
}

extension CouponState? {
    /// The change to the coupon of a reward that is taken back.
    var givingBack: CouponStep {
        switch self {
        case .reserved: .release
        case .assigned: .void
        case .available, .redeemed, .voided, nil: .keep
        }
    }
}

extension CouponPool {
    /// The number of coupons that are not owed to waiting rewards.
    package var free: Int { max(0, unused - waiting) }
}
