import Time

// What moves a reward on when nothing but its hold and the stock stand before it.

/// Moves rewards on that wait for stock or for the end of their hold, in the order given, oldest first.
///
/// - Parameter unused: the coupons they may take: those that are available and not owed to anybody before
///   them. The first that finds none lets nobody overtake who needs one too.
package func settle(
    _ rewards: [GrantedReward], unused: Int, now: Instant
) -> [RewardChange] {
    var unused = unused
    return rewards.compactMap { reward in
        let change = reward.settled(unused: &unused, now: now)
        return change.status == reward.status ? nil : change
    }
}

/// What an approval makes of rewards in review; the hold begins with it.
///
/// A reward that went to review after its benefit was used is left as used. One whose value was never told
/// stays in review until it is.
package func approve(
    _ rewards: [GrantedReward], holdDays: Int, pool: CouponPool, now: Instant
) -> [RewardChange] {
    var unused = pool.free
    return rewards.compactMap { reward in
        guard reward.status == .inReview else { return nil }
        if reward.isRedeemed { return reward.changing(to: .redeemed, reward.withoutSlot) }
        guard reward.value != nil else { return nil }
        var reward = reward
        reward.heldUntil = holdDays > 0 ? now + .days(holdDays) : nil
        return reward.settled(unused: &unused, now: now)
    }
}

/// Takes a reward back: revoked, rejected or expired. Nil where its status doesn't allow that.
package func withdraw(
    _ reward: GrantedReward, as status: RewardStatus, by reason: ReasonCode
) -> RewardChange? {
    precondition(!status.holdsSlot, "a reward is withdrawn to where it holds no slot")
    guard reward.status.canBecome(status) else { return nil }
    return reward.changing(
        to: status, [reason], coupon: reward.coupon.givingBack, leaving: 0, by: reason)
}

/// Notes that a reward's benefit was used. Nil where it was not issued.
package func redeem(_ reward: GrantedReward) -> RewardChange? {
    guard reward.status == .issued else { return nil }
    return reward.changing(
        to: .redeemed, reward.reasons, coupon: reward.coupon == .assigned ? .redeem : .keep)
}

extension GrantedReward {
    /// What says that it came back to find its slot taken, and holds none. It stays for as long as the reward
    /// does: whoever takes it back must know that there is no slot to free.
    var withoutSlot: Reasons {
        status.holdsSlot && reasons.contains(.capReached) ? [.capReached] : []
    }

    /// Issued, unless its hold still runs or there is no coupon for it.
    func settled(unused: inout Int, now: Instant) -> RewardChange {
        let isHeld = heldUntil.map { now < $0 } ?? false
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
    /// What a reward that is taken back does with its coupon.
    var givingBack: CouponStep {
        switch self {
        case .reserved: .release
        case .assigned: .void
        case .available, .redeemed, .voided, nil: .keep
        }
    }
}

extension CouponPool {
    /// The coupons that aren't owed to rewards already waiting.
    package var free: Int { max(0, unused - waiting) }
}
