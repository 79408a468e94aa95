import Time

/// All facts on which the decision about a reversal depends.
package struct ReversalFacts: Equatable, Sendable {
    /// The reversal to decide.
    package var reversal: Reversal
    /// The reversals of the conversion that were received before, in the order of their receipt.
    package var earlier: [Reversal]
    /// The money of the conversion.
    package var payment: Payment
    /// The state of the conversion.
    package var status: ConversionStatus
    /// True if the conversion was ever approved, so that a reinstatement needs no second review.
    package var wasApproved: Bool
    /// All rewards of the conversion, including those in a final state.
    package var rewards: [GrantedReward]
    /// The campaign's coupons.
    package var pool: CouponPool
    /// The instant of the decision.
    package var now: Instant

    /// Creates facts from their parts.
    package init(
        reversal: Reversal, earlier: [Reversal] = [], payment: Payment,
        status: ConversionStatus = .approved, wasApproved: Bool = true,
        rewards: [GrantedReward] = [], pool: CouponPool = CouponPool(), now: Instant
    ) {
        self.reversal = reversal
        self.earlier = earlier
        self.payment = payment
        self.status = status
        self.wasApproved = wasApproved
        self.rewards = rewards
        self.pool = pool
        self.now = now
    }
}

/// The decision about a reversal. It is recorded with the reversal even if nothing changes.
package struct ReversalDecision: Equatable, Sendable {
    /// The outcome of the event that contained the reversal.
    package var outcome: Outcome
    /// The reasons of the outcome.
    package var reasons: Reasons
    /// The state of the conversion after the reversal.
    package var conversion: ConversionStatus
    /// The remaining amount of the conversion; nil if it has none.
    package var remaining: Int64?
    /// The changes to rewards.
    package var rewards: [RewardChange]
    /// The reason for which the amount cannot be used; a person must then review the rewards.
    package var problem: ReversalProblem?

    /// Creates a decision from its parts.
    package init(
        outcome: Outcome, reasons: Reasons, conversion: ConversionStatus, remaining: Int64?,
        rewards: [RewardChange] = [], problem: ReversalProblem? = nil
    ) {
        self.outcome = outcome
        self.reasons = reasons
        self.conversion = conversion
        self.remaining = remaining
        self.rewards = rewards
        self.problem = problem
    }

    /// The lines to append to the ledger.
    package var entries: [LedgerEntry] { rewards.compactMap(\.entry) }
}

/// Decides the effect of a refund or a reinstatement on a conversion and its rewards.
///
/// Pure, and idempotent for a repeated reversal. Shares of the amount shrink and grow in
/// proportion; every other reward is revoked when nothing of the payment remains. Used rewards, and
/// rewards of an unknown amount, go to review.
package func reverse(_ facts: ReversalFacts) -> ReversalDecision {
    let payment = facts.payment
    if let problem = payment.problem(with: facts.reversal) {
        return ReversalDecision(
            outcome: .held, reasons: [.conditionUnknown], conversion: facts.status,
            remaining: payment.amount(leaving: payment.remaining(after: facts.earlier)),
            rewards: facts.rewards.compactMap(\.inDoubt), problem: problem)
    }
    let left = payment.remaining(after: facts.earlier + [facts.reversal])
    var unused = facts.pool.free
    let changes = facts.rewards.compactMap {
        $0.adjusted(to: left, of: payment.parts, unused: &unused, facts)
    }
    var decision = ReversalDecision(
        outcome: .reversed, reasons: [left == 0 ? .refundedFull : .refundedPartial],
        conversion: facts.status(leaving: left),
        remaining: payment.amount(leaving: left), rewards: changes)
    // If everything is paid again there is no refund to report, even if a refund message caused it.
    if facts.reversal.kind == .reinstate || left == payment.parts {
        (decision.outcome, decision.reasons) = facts.standing(after: changes)
    }
    return decision
}

extension ReversalFacts {
    fileprivate func status(leaving left: Int64) -> ConversionStatus {
        switch status {
        case .pending, .approved: left == 0 ? .reversed : status
        case .reversed: left == 0 ? .reversed : wasApproved ? .approved : .pending
        case .rejected, .fraud: status
        }
    }

    /// Returns the outcome of the best reward after the changes.
    fileprivate func standing(after changes: [RewardChange]) -> (Outcome, Reasons) {
        var outcome = Outcome.qualified
        var reasons = Reasons()
        for reward in rewards {
            let change = changes.first { $0.reward == reward.id }
            if let change { reasons.formUnion(change.reasons) }
            switch change?.status ?? reward.status {
            case .issued, .redeemed: outcome = .rewarded
            case .inReview, .pending: if outcome != .rewarded { outcome = .held }
            case .waitingStock, .rejected, .revoked: break
            }
        }
        if outcome == .rewarded { reasons = [] }
        let isReinstated = (earlier + [reversal]).contains { $0.kind == .reinstate }
        return (outcome, isReinstated ? reasons.union([.reinstated]) : reasons)
    }
}

extension GrantedReward {
    private static let byRefund: Reasons = [.refundedFull, .refundedPartial]

    /// Moves the reward to review if the reversal's amount cannot be used, so that nothing is
    /// issued before a person decides.
    fileprivate var inDoubt: RewardChange? {
        switch status {
        case .pending, .waitingStock, .issued, .redeemed:
            return changing(to: .inReview, reasons.union([.conditionUnknown]))
        case .inReview, .rejected, .revoked: return nil
        }
    }

    /// Returns the units due when `left` of the payment's parts remain.
    private func due(_ left: Int64, of parts: Int64) -> Int64 {
        guard let value else { return 0 }
        if isShare { return proportion(of: value.units, left, in: parts) }
        return left == 0 ? 0 : value.units
    }

    fileprivate func adjusted(
        to left: Int64, of parts: Int64, unused: inout Int, _ facts: ReversalFacts
    ) -> RewardChange? {
        // The number of approved conversions decides about a reward of a multiple.
        if isMultiple, !isShare || status == .revoked { return nil }
        let due = due(left, of: parts)
        let reason: ReasonCode = left == 0 ? .refundedFull : .refundedPartial
        switch status {
        case .rejected: return nil
        case .revoked:
            guard due > 0, !reasons.isDisjoint(with: Self.byRefund),
                // A rejected conversion gets no reward back.
                facts.status != .rejected, facts.status != .fraud
            else { return nil }
            return restored(due, unused: &unused, facts)
        case .inReview where value == nil && left > 0: return nil
        // An issued reward is used if it is being paid.
        case .redeemed,
            .inReview where isRedeemed,
            .issued where isRedeemed:
            return used(due, reason)
        case .inReview, .pending, .waitingStock, .issued: break
        }
        guard due > 0 else {
            return changing(
                to: .revoked, [reason], coupon: coupon.givingBack, leaving: 0, by: reason)
        }
        guard due != remaining else { return nil }
        var reasons = reasons.subtracting(Self.byRefund)
        if left < parts { reasons.insert(.refundedPartial) }
        return changing(
            to: status, reasons, leaving: due,
            by: due < remaining ? .refundedPartial : .reinstated)
    }

    /// Moves a used reward to review. A rule cannot take it back; its ledger is unchanged until a
    /// person decides.
    private func used(_ due: Int64, _ reason: ReasonCode) -> RewardChange? {
        if due >= remaining {
            let wasRefunded = status == .inReview && !reasons.isDisjoint(with: Self.byRefund)
            return wasRefunded ? changing(to: .redeemed, withoutSlot.union([.reinstated])) : nil
        }
        let reasons = reasons.subtracting(Self.byRefund.union([.reinstated])).union([reason])
        guard status != .inReview || reasons != self.reasons else { return nil }
        return changing(to: .inReview, reasons)
    }

    /// Restores a reward that a refund revoked; the reward goes to review if its slot was given to
    /// another.
    private func restored(_ due: Int64, unused: inout Int, _ facts: ReversalFacts) -> RewardChange {
        guard slotIsFree, facts.wasApproved else {
            let reasons: Reasons = [slotIsFree ? .awaitingReview : .capReached, .reinstated]
            return changing(to: .inReview, reasons, leaving: due, by: .reinstated)
        }
        var reward = self
        if hold != nil { reward.beginHold(holdDays: 0, now: facts.now) }
        var change = reward.settled(unused: &unused, now: facts.now)
        change.reasons.insert(.reinstated)
        change.entry = LedgerEntry(reward: id, units: due - remaining, reason: .reinstated)
        return change
    }
}
