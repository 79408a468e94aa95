import Database
import Referrals
import Storage
import Time

/// An operator's decision on a conversion.
package enum ConversionStep: Equatable, Sendable {
    case approve, reject, fraud
    /// Takes back this amount of the sum paid; nil is all of it.
    case reverse(amount: Int64?)
}

/// An operator's decision on one reward.
package enum RewardStep: Equatable, Sendable {
    /// Approves the reward, with its value if that is not known.
    case approve(Money?)
    case reject, redeem, revoke
}

/// The result of an operator's decision.
package enum StepResult: Equatable, Sendable {
    case done
    /// The decision is not possible now; the sentence gives the reason.
    case refused(String)
}

// Operators' decisions on recorded rows. They use the same changes, the same code and the same
// transaction as refunds, holds and stock.
extension EventProcessor {
    /// Applies an operator's decision to a conversion, within the open transaction.
    package func decide(
        _ step: ConversionStep, on id: ID<Conversion>, now: Instant
    ) throws(StorageError) -> StepResult {
        guard let review = try review(of: id) else {
            return .refused("There is no such conversion.")
        }
        let status = review.conversion.status
        switch step {
        case .approve:
            let isWaiting = review.granted.contains { $0.row.status == .inReview }
            guard status == .pending || (status == .approved && isWaiting) else {
                return .refused(
                    "It is \(status.rawValue), and none of its rewards waits for approval.")
            }
            return try approve(review.granted, in: review, now)
        case .reject:
            guard status == .pending else {
                return .refused(
                    "It is \(status.rawValue); only a pending one can be rejected. Reverse an approved"
                        + " one, or mark it as fraud.")
            }
            return try withdraw(review, leaving: .rejected, now)
        case .fraud:
            guard status == .pending || status == .approved else {
                return .refused("It is \(status.rawValue); nothing is left to take back.")
            }
            return try withdraw(review, leaving: .fraud, now)
        case .reverse(let amount):
            return try reverse(amount, review, now)
        }
    }

    /// Applies an operator's decision to a reward, within the open transaction.
    package func decide(
        _ step: RewardStep, on id: ID<Reward>, now: Instant
    ) throws(StorageError) -> StepResult {
        guard let review = try review(of: id.conversion),
            let target = review.granted.first(where: { $0.row.id == id })
        else { return .refused("There is no such reward, or its rule is gone.") }
        let status = target.row.status
        switch step {
        case .approve(let value):
            guard status == .inReview else {
                return .refused("It is \(status.rawValue); only one in review can be approved.")
            }
            guard let value else { return try approve([target], in: review, now) }
            if let why = try state(value, of: target, in: review, now) { return .refused(why) }
            guard let stated = try self.review(of: id.conversion) else {
                throw .contradiction("reward \(id.number) is gone")
            }
            return try approve(stated.granted.filter { $0.row.id == id }, in: stated, now)
        case .reject:
            guard [.inReview, .pending, .waitingStock].contains(status) else {
                return .refused("It is \(status.rawValue); revoke one that was issued.")
            }
            return try take(target, as: .rejected, by: .reviewRejected, in: review, now)
        case .revoke:
            guard status.canBecome(.revoked) else {
                return .refused("It is \(status.rawValue); nothing is left to take back.")
            }
            return try take(target, as: .revoked, by: .revokedByOperator, in: review, now)
        case .redeem:
            guard let change = redeem(target.reward) else {
                return .refused("It is \(status.rawValue); only an issued one can be redeemed.")
            }
            return try carryOut([change], [target], in: review, now)
        }
    }

    /// A conversion on record, with its rewards.
    private struct UnderReview {
        var conversion: ConversionRow
        var campaign: CampaignSettings
        var granted: [Granted]
    }

    private func review(of id: ID<Conversion>) throws(StorageError) -> UnderReview? {
        let found = try store.conversions.find(id)
        guard let found, let campaign = try declarations.campaign(found.campaign) else {
            return nil
        }
        return UnderReview(
            conversion: found, campaign: campaign, granted: try granted(of: found, campaign))
    }

    /// Stores the value of a reward whose value is not known. Returns the reason, as a sentence, for
    /// which it cannot have this one.
    private func state(
        _ value: Money, of target: Granted, in review: UnderReview, _ now: Instant
    ) throws(StorageError) -> String? {
        if let known = target.row.value {
            return "Its value is known (\(Evidence.value(known))); approve it without a value."
        }
        if let budget = target.rule.budget?.units(in: value.currency) {
            let spent = try store.rewards.totals.spent(of: target.rule.id, in: value.currency)
            let (sum, overflow) = spent.addingReportingOverflow(value.minorUnits)
            guard !overflow, sum <= budget else {
                return "Of the budget of \(budget), \(spent) is spent; a value of"
                    + " \(value.minorUnits) is too much."
            }
        }
        guard try store.rewards.set(value, of: target.row, at: now) else {
            throw .contradiction("reward \(target.row.id.number) changed while it was decided")
        }
        try countStated(value, of: target, review.conversion, now)
        return nil
    }

    /// Approves a reward. One approved reward also approves its conversion.
    private func approve(
        _ granted: [Granted], in review: UnderReview, _ now: Instant
    ) throws(StorageError) -> StepResult {
        let pool = try pools.state(of: review.conversion.campaign)
        let changes = Referrals.approve(
            granted.map(\.reward), holdDays: review.campaign.version.rules.holdDays, pool: pool,
            now: now)
        let waiting = granted.filter { $0.row.status == .inReview }
        guard !changes.isEmpty || waiting.isEmpty else {
            return .refused(
                "Its value is not known: approve the reward itself with a \"value\", or reject it.")
        }
        var notifications: [Notification] = []
        var moved: ApprovalTable.Row?
        if review.conversion.status == .pending {
            moved = try move(review.conversion, to: .approved, now)
            notifications = [
                Notification(.conversionUpdated, .conversion), Notification(.leadQualified, .lead),
            ]
        }
        let result = try carryOut(changes, granted, notifications, in: review, now)
        try followUp(moved, of: review.conversion, review.campaign, now)
        return result
    }

    /// Takes back the rewards that can be taken back; those given out already are revoked.
    private func withdraw(
        _ review: UnderReview, leaving status: ConversionStatus, _ now: Instant
    ) throws(StorageError) -> StepResult {
        let changes = review.granted.compactMap { granted in
            Referrals.withdraw(granted.reward, as: .rejected, by: .reviewRejected)
                ?? Referrals.withdraw(granted.reward, as: .revoked, by: .revokedByOperator)
        }
        let moved = try move(review.conversion, to: status, now)
        let result = try carryOut(
            changes, review.granted, [Notification(.conversionUpdated, .conversion)], in: review,
            now)
        try followUp(moved, of: review.conversion, review.campaign, now)
        return result
    }

    /// Takes a reward back. If a conversion in review loses its last reward, it is rejected too.
    private func take(
        _ target: Granted, as status: RewardStatus, by reason: ReasonCode, in review: UnderReview,
        _ now: Instant
    ) throws(StorageError) -> StepResult {
        guard let change = Referrals.withdraw(target.reward, as: status, by: reason) else {
            return .refused("It is \(target.row.status.rawValue).")
        }
        let isLast = review.granted.allSatisfy {
            $0.row.id == target.row.id || !$0.row.status.holdsSlot
        }
        var notifications: [Notification] = []
        if review.conversion.status == .pending, isLast {
            _ = try move(review.conversion, to: .rejected, now)
            notifications = [Notification(.conversionUpdated, .conversion)]
        }
        return try carryOut([change], [target], notifications, in: review, now)
    }

    private func reverse(
        _ amount: Int64?, _ review: UnderReview, _ now: Instant
    ) throws(StorageError) -> StepResult {
        let conversion = review.conversion
        guard conversion.status == .pending || conversion.status == .approved else {
            return .refused("It is \(conversion.status.rawValue); nothing is left to take back.")
        }
        let reversal = Reversal(
            amount == nil ? .refundTotal : .refund, amount: amount ?? conversion.payment.paid,
            currency: conversion.currency, occurredAt: now)
        // The conversion's own event represents the operator: a reversal needs an event, and no
        // partner sent one.
        let decision = try apply(
            reversal, to: conversion, review.campaign, from: ID(conversion.id.number), now: now)
        return decision.problem == nil ? .done : .refused("This amount cannot be taken back.")
    }

    private func carryOut(
        _ changes: [RewardChange], _ granted: [Granted], _ notifications: [Notification] = [],
        in review: UnderReview, _ now: Instant
    ) throws(StorageError) -> StepResult {
        try apply(
            changes, to: granted, of: review.conversion, review.campaign, event: nil, now: now)
        try notify(
            notifications + changes.notifications(were: granted.map(\.reward)), granted,
            review.conversion, review.campaign, now)
        return .done
    }
}
