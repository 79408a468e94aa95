import Database
import Mapping
import Referrals
import Storage
import Time

extension EventProcessor {
    /// Applies a refund, or its cancellation, to the conversion that one of its keys names. A
    /// refund that comes before its purchase waits for it.
    func reverse(
        _ reversal: Reversal, _ mapped: MappedEvent, _ event: inout Case
    ) throws(StorageError) {
        if mapped.isTest {
            (event.row.outcome, event.row.reasons) = (.ignored, [.testEvent])
            return
        }
        guard let holder = try holder(of: mapped, from: event.source),
            let conversion = try store.conversions.find(holder.conversion),
            let campaign = try declarations.campaign(conversion.campaign)
        else { return try parkForKeys(mapped, occurredAt: reversal.occurredAt, &event) }
        event.campaign = campaign
        try teach(mapped.businessKeys, to: holder, account: event.source.account)
        let decision = try apply(
            reversal, to: conversion, campaign, from: event.row.id, now: event.now)
        (event.row.outcome, event.row.reasons) = (decision.outcome, decision.reasons)
        event.row.conversion = conversion.id
        event.row.participant = conversion.lead
        event.rewards = try summaries(of: conversion.id)
    }

    /// Records a reversal and its consequences, whether a partner's event or an operator caused it.
    ///
    /// - Parameter event: An event that names the conversion, or will.
    func apply(
        _ reversal: Reversal, to conversion: ConversionRow, _ campaign: CampaignSettings,
        from event: ID<Event>, now: Instant
    ) throws(StorageError) -> ReversalDecision {
        let granted = try granted(of: conversion, campaign)
        let facts = ReversalFacts(
            reversal: reversal,
            earlier: try store.conversions.reversals(of: conversion.id),
            payment: conversion.payment,
            status: conversion.status, wasApproved: conversion.wasApproved,
            rewards: granted.map(\.reward),
            pool: try pools.state(of: conversion.campaign), now: now)
        let decision = Referrals.reverse(facts)
        // A reversal without a usable amount changes nothing for a later one.
        if decision.problem == nil {
            try store.conversions.append(reversal, to: conversion.id, from: event, at: now)
        }
        let moved = try move(
            conversion, to: decision.conversion,
            before: facts.payment.amount(
                leaving: facts.payment.remaining(after: facts.earlier)),
            after: decision.remaining, now)
        try apply(
            decision.rewards, to: granted, of: conversion, campaign, event: event, now: now)
        if !isFollowingUp || !created.contains(conversion.id) {
            try notify(
                decision.notifications(for: facts), granted, conversion, campaign, now)
        }
        try followUp(moved, of: conversion, campaign, now)
        return try standing(of: decision, conversion)
    }

    /// Adds the new rewards that a reinstatement has earned to the outcome of its event.
    private func standing(
        of decision: ReversalDecision, _ conversion: ConversionRow
    ) throws(StorageError) -> ReversalDecision {
        guard [.qualified, .held].contains(decision.outcome), decision.problem == nil else {
            return decision
        }
        var decision = decision
        let statuses = try store.rewards.of(conversion.id).map(\.status)
        if statuses.contains(.issued) {
            (decision.outcome, decision.reasons) = (
                .rewarded, decision.reasons.contains(.reinstated) ? [.reinstated] : []
            )
        } else if statuses.contains(.pending) || statuses.contains(.inReview) {
            decision.outcome = .held
        }
        return decision
    }

    /// Changes the status of a conversion whose remaining amount stays as it is. Returns the change
    /// of running counts, which `followUp` needs.
    func move(
        _ conversion: ConversionRow, to status: ConversionStatus, _ now: Instant
    ) throws(StorageError) -> ApprovalTable.Row? {
        let reversals = try store.conversions.reversals(of: conversion.id)
        let payment = conversion.payment
        let left = payment.amount(leaving: payment.remaining(after: reversals))
        return try move(conversion, to: status, before: left, after: left, now)
    }

    /// Changes the status of a conversion, and counts the change.
    ///
    /// - Parameters:
    ///   - before: The remaining amount before the change.
    ///   - after: The remaining amount after it.
    private func move(
        _ conversion: ConversionRow, to status: ConversionStatus, before: Int64?, after: Int64?,
        _ now: Instant
    ) throws(StorageError) -> ApprovalTable.Row? {
        try count(conversion, to: status, before: before, after: after, at: now)
        guard status != conversion.status else { return nil }
        let isMoved = try store.conversions.set(
            status, of: conversion.id, was: conversion.status, at: now)
        guard isMoved else {
            throw .contradiction("conversion \(conversion.id.number) changed while it was decided")
        }
        guard status == .approved || conversion.status == .approved else { return nil }
        return try countChange(status == .approved ? 1 : -1, of: conversion, now)
    }

    /// The rewards of a conversion as they are now.
    func summaries(
        of conversion: ID<Conversion>
    ) throws(StorageError) -> [Answer.RewardSummary] {
        let rows = try store.rewards.of(conversion)
        return try summaries(of: rows)
    }
}
