import Time

/// Everything that what becomes of a reversal depends on.
package struct ReversalFacts: Equatable, Sendable {
    package var reversal: Reversal
    /// The reversals of the conversion that were received before, in the order of their receipt.
    package var earlier: [Reversal]
    package var payment: Payment
    package var status: ConversionStatus
    /// Whether it was ever approved, so that a reinstatement needs no second review.
    package var wasApproved: Bool
    /// The conversion's rewards, also those that have come to their end.
    package var rewards: [GrantedReward]
    package var pool: CouponPool
    package var now: Instant

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

/// What becomes of a reversal. To be recorded with it, whether or not it changes anything.
package struct ReversalDecision: Equatable, Sendable {
    package var outcome: Outcome
    package var reasons: Reasons
    package var conversion: ConversionStatus
    /// What is left of the conversion's amount; nil where it has none.
    package var remaining: Int64?
    package var rewards: [RewardChange]
    /// Why the amount was of no use; a person must then look at the rewards.
    package var problem: ReversalProblem?

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

/// Decides what a refund or its reversal does to a conversion and its rewards.
///
/// Pure, and idempotent where the reversal says nothing new. Shares of the amount shrink and grow in
/// proportion; everything else is revoked when nothing is left. What was used already, and what can't be
/// told, goes to a person.
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
    // Where all is paid again there is no refund to name, even if it was a refund that said so.
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

    /// The outcome is that of the best reward, as it stands after the changes.
    fileprivate func standing(after changes: [RewardChange]) -> (Outcome, Reasons) {
        var outcome = Outcome.qualified
        var reasons = Reasons()
        for reward in rewards {
            let change = changes.first { $0.reward == reward.id }
            if let change { reasons.formUnion(change.reasons) }
            switch change?.status ?? reward.status {
            case .issued, .redeemed: outcome = .rewarded
            case .inReview, .pending: if outcome != .rewarded { outcome = .held }
            case .waitingStock, .rejected, .revoked, .expired: break
            }
        }
        if outcome == .rewarded { reasons = [] }
        let isReinstated = (earlier + [reversal]).contains { $0.kind == .reinstate }
        return (outcome, isReinstated ? reasons.union([.reinstated]) : reasons)
    }
}

extension GrantedReward {
    private static let byRefund: Reasons = [.refundedFull, .refundedPartial]

    /// What a reversal whose amount is of no use does: nothing is given out before a person has looked.
    fileprivate var inDoubt: RewardChange? {
        switch status {
        case .pending, .waitingStock, .issued, .redeemed:
            return changing(to: .inReview, reasons.union([.conditionUnknown]))
        case .inReview, .rejected, .revoked, .expired: return nil
        }
    }

    /// What is due when `left` of the payment's parts remain.
    private func due(_ left: Int64, of parts: Int64) -> Int64 {
        guard let value else { return 0 }
        if isShare { return proportion(of: value.units, left, in: parts) }
        return left == 0 ? 0 : value.units
    }

    fileprivate func adjusted(
        to left: Int64, of parts: Int64, unused: inout Int, _ facts: ReversalFacts
    ) -> RewardChange? {
        let due = due(left, of: parts)
        let reason: ReasonCode = left == 0 ? .refundedFull : .refundedPartial
        switch status {
        case .rejected, .expired: return nil
        case .revoked:
            guard due > 0, !reasons.isDisjoint(with: Self.byRefund),
                // Whom a person has turned down gets nothing back.
                facts.status != .rejected, facts.status != .fraud
            else { return nil }
            return restored(due, unused: &unused, facts)
        case .inReview where value == nil && left > 0: return nil
        case .redeemed,
            .inReview where isRedeemed:
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

    /// A benefit that was used can't be taken back by a rule; its ledger stays until a person decides.
    private func used(_ due: Int64, _ reason: ReasonCode) -> RewardChange? {
        if due >= remaining {
            let wasRefunded = status == .inReview && !reasons.isDisjoint(with: Self.byRefund)
            return wasRefunded ? changing(to: .redeemed, withoutSlot.union([.reinstated])) : nil
        }
        let reasons = reasons.subtracting(Self.byRefund.union([.reinstated])).union([reason])
        guard status != .inReview || reasons != self.reasons else { return nil }
        return changing(to: .inReview, reasons)
    }

    /// A reward that a refund took comes back, to a person where another has its slot by now.
    private func restored(_ due: Int64, unused: inout Int, _ facts: ReversalFacts) -> RewardChange {
        guard slotIsFree, facts.wasApproved else {
            let reasons: Reasons = [slotIsFree ? .awaitingReview : .capReached, .reinstated]
            return changing(to: .inReview, reasons, leaving: due, by: .reinstated)
        }
        var change = settled(unused: &unused, now: facts.now)
        change.reasons.insert(.reinstated)
        change.entry = LedgerEntry(reward: id, units: due - remaining, reason: .reinstated)
        return change
    }
}
