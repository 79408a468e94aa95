import Time

/// A stored reward, with the facts that later events depend on.
package struct GrantedReward: Equatable, Sendable {
    /// The number of the reward.
    package var id: ID<Reward>
    /// The kind of benefit.
    package var kind: CampaignReward.Kind
    /// True if the value is a share of the conversion's amount and shrinks with it.
    package var isShare: Bool
    /// The granted value; nil if it is a share of an amount that was never known.
    package var value: GrantedValue?
    /// The remaining units: the value's units plus all ledger entries.
    package var remaining: Int64
    /// The state of the reward.
    package var status: RewardStatus
    /// The reasons for its state.
    package var reasons: Reasons
    /// The state of its coupon; nil if it has none.
    package var coupon: CouponState?
    /// True if the benefit was used, even if the reward went to review afterwards.
    package var isRedeemed: Bool
    /// True if the reward was ever issued; subscribers are notified of that once.
    package var wasIssued: Bool
    /// The end of the hold; nil without a hold.
    package var heldUntil: Instant?
    /// True if the slot that the reward released is still free. Read only if a reinstatement would
    /// restore the reward.
    package var slotIsFree: Bool
    /// True if the rule earns by multiples: the number of approved conversions decides about the
    /// reward, and a refund of its own conversion only as far as it changes that number.
    package var isMultiple = false
    /// The goal for which the reward has to wait; nil if its rule names none, or the lead has
    /// reached it.
    package var hold: RewardRule.Hold?
    /// True while the reward waits for the goal. `heldUntil` is then the end of the wait.
    package var isAwaiting = false

    /// Creates a reward from its parts.
    package init(
        id: ID<Reward>, kind: CampaignReward.Kind, isShare: Bool = false, value: GrantedValue?,
        remaining: Int64? = nil, status: RewardStatus, reasons: Reasons = [],
        coupon: CouponState? = nil, isRedeemed: Bool = false,
        wasIssued: Bool? = nil, heldUntil: Instant? = nil, slotIsFree: Bool = true
    ) {
        self.id = id
        self.kind = kind
        self.isShare = isShare
        self.value = value
        self.remaining = remaining ?? value?.units ?? 0
        self.status = status
        self.reasons = reasons
        self.coupon = coupon
        self.isRedeemed = isRedeemed || status == .redeemed
        self.wasIssued = wasIssued ?? [.issued, .redeemed, .revoked].contains(status)
        self.heldUntil = heldUntil
        self.slotIsFree = slotIsFree
    }
}

/// One line of a reward's ledger. Lines are only appended; the granted value and all lines add up
/// to the remaining units, which are never negative.
package struct LedgerEntry: Equatable, Sendable {
    /// The reward that the line belongs to.
    package var reward: ID<Reward>
    /// The change in the unit of the reward's value; never zero.
    package var units: Int64
    /// The reason of the change.
    package var reason: ReasonCode

    /// Creates a line.
    package init(reward: ID<Reward>, units: Int64, reason: ReasonCode) {
        self.reward = reward
        self.units = units
        self.reason = reason
    }
}

/// The change to the coupon of a reward that changes.
package enum CouponStep: String, CaseIterable, Sendable {
    case keep
    /// Reserve the next unused coupon for the reward.
    case reserve
    /// Take the next unused coupon and issue it.
    case assign
    /// Issue the reserved coupon.
    case handOver
    /// Return the reserved coupon, which was never shown, to the pool.
    case release
    /// Invalidate the issued coupon. It never returns to the pool.
    case void
    /// Record that the issued coupon was used.
    case redeem
}

/// The change to one stored reward. Rewards that stay the same have none.
///
/// A reinstated reward whose slot is taken goes to review without one; it then has `capReached`
/// among its reasons.
package struct RewardChange: Equatable, Sendable {
    /// The reward that changes.
    package var reward: ID<Reward>
    /// The new state.
    package var status: RewardStatus
    /// All reasons of the reward after the change.
    package var reasons: Reasons
    /// The change to its coupon.
    package var coupon: CouponStep
    /// The line to append to its ledger; nil if the remaining units stay the same.
    package var entry: LedgerEntry?
    /// The end of the hold after the change; nil without a hold.
    package var heldUntil: Instant?
    /// True if the reward waits for the goal of its hold after the change.
    package var isAwaiting = false

    /// Creates a change from its parts.
    package init(
        reward: ID<Reward>, status: RewardStatus, reasons: Reasons = [],
        coupon: CouponStep = .keep, entry: LedgerEntry? = nil, heldUntil: Instant? = nil
    ) {
        self.reward = reward
        self.status = status
        self.reasons = reasons
        self.coupon = coupon
        self.entry = entry
        self.heldUntil = heldUntil
    }
}

extension GrantedReward {
    /// Returns the change to this status, these reasons and these remaining units.
    func changing(
        to status: RewardStatus, _ reasons: Reasons, coupon: CouponStep = .keep,
        leaving left: Int64? = nil, by reason: ReasonCode? = nil
    ) -> RewardChange {
        var entry: LedgerEntry?
        if let left, let reason, left != remaining {
            entry = LedgerEntry(reward: id, units: left - remaining, reason: reason)
        }
        var change = RewardChange(
            reward: id, status: status, reasons: reasons, coupon: coupon, entry: entry,
            heldUntil: heldUntil)
        change.isAwaiting = isAwaiting && (status == .pending || status == .waitingStock)
        return change
    }
}
