import Time

/// A reward on record, as far as later events bear on it.
package struct GrantedReward: Equatable, Sendable {
    package var id: ID<Reward>
    package var kind: CampaignReward.Kind
    /// Whether its value is a share of the conversion's amount and shrinks with it.
    package var isShare: Bool
    /// What was granted; nil where the amount it is a share of was never told.
    package var value: GrantedValue?
    /// What is left of it: the value's units and all ledger entries together.
    package var remaining: Int64
    package var status: RewardStatus
    package var reasons: Reasons
    /// The state of its coupon; nil where it has none.
    package var coupon: CouponState?
    /// Whether its benefit was used, also where it went to review afterwards.
    package var isRedeemed: Bool
    /// Whether it was ever given out: subscribers are told of that once.
    package var wasIssued: Bool
    package var heldUntil: Instant?
    /// Whether the slot it gave up is still free. Read where a reinstatement would bring it back.
    package var slotIsFree: Bool

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
        self.wasIssued = wasIssued ?? [.issued, .redeemed, .revoked, .expired].contains(status)
        self.heldUntil = heldUntil
        self.slotIsFree = slotIsFree
    }
}

/// One line of a reward's ledger. Lines are only ever appended; with what was granted they sum to what is
/// left, which is never negative.
package struct LedgerEntry: Equatable, Sendable {
    package var reward: ID<Reward>
    /// In the unit of the reward's value; never zero.
    package var units: Int64
    package var reason: ReasonCode

    package init(reward: ID<Reward>, units: Int64, reason: ReasonCode) {
        self.reward = reward
        self.units = units
        self.reason = reason
    }
}

/// What to do with the coupon of a reward that changes.
package enum CouponStep: String, CaseIterable, Sendable {
    case keep
    /// Take the next unused one and keep it for the reward.
    case reserve
    /// Take the next unused one and give it out.
    case assign
    /// Give out the one kept.
    case handOver
    /// Put the one kept, which nobody has seen, back into the pool.
    case release
    /// Make the one given out worthless. It never returns to the pool.
    case void
    /// Note that the one given out was used.
    case redeem
}

/// What becomes of one reward on record. Rewards that stay as they are have none.
///
/// A reinstated reward whose slot is taken goes to review without one; `capReached` among its reasons says so.
package struct RewardChange: Equatable, Sendable {
    package var reward: ID<Reward>
    package var status: RewardStatus
    /// All the reasons the reward has from now on.
    package var reasons: Reasons
    package var coupon: CouponStep
    package var entry: LedgerEntry?
    package var heldUntil: Instant?

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
    /// The change to this status and these reasons, with what is left afterwards.
    func changing(
        to status: RewardStatus, _ reasons: Reasons, coupon: CouponStep = .keep,
        leaving left: Int64? = nil, by reason: ReasonCode? = nil
    ) -> RewardChange {
        var entry: LedgerEntry?
        if let left, let reason, left != remaining {
            entry = LedgerEntry(reward: id, units: left - remaining, reason: reason)
        }
        return RewardChange(
            reward: id, status: status, reasons: reasons, coupon: coupon, entry: entry,
            heldUntil: heldUntil)
    }
}
