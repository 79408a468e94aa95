import Mapping
import Referrals
import SQLite
import Storage
import Time

extension Settlement {
    /// Applies a refund, or its taking back, to the conversion that one of its keys names. One that comes
    /// before its purchase waits for it.
    func reverse(
        _ reversal: Reversal, _ mapped: MappedEvent, _ incoming: Incoming, _ row: inout EventRow,
        from source: SourceSettings, now: Instant
    ) throws(SettlementError) -> Judged {
        if mapped.isTest {
            (row.outcome, row.reasons) = (.ignored, [.testEvent])
            return Judged(row: row)
        }
        let found = try source.isPaused ? nil : conversion(named: mapped, account: source.account)
        guard let conversion = found, let campaign = programme.campaigns[conversion.campaign] else {
            (row.outcome, row.reasons) = (
                .parked, source.isPaused ? [.sourcePaused] : [.unknownCode]
            )
            for (awaited, key) in awaited(mapped, isPaused: source.isPaused, from: source) {
                try park(
                    row.id, awaiting: awaited, key: key, occurredAt: reversal.occurredAt,
                    from: source, now: now)
            }
            return Judged(row: row)
        }
        let decision = try apply(reversal, to: conversion, campaign, from: row.id, now: now)
        (row.outcome, row.reasons) = (decision.outcome, decision.reasons)
        row.conversion = conversion.id
        row.participant = conversion.lead
        return Judged(row: row, rewards: try summaries(of: conversion.id))
    }

    /// Records a reversal and what follows from it, whether a partner's event tells of it or an operator.
    ///
    /// - Parameter event: one that names the conversion, or will.
    func apply(
        _ reversal: Reversal, to conversion: ConversionRow, _ campaign: CampaignSettings,
        from event: ID<Event>, now: Instant
    ) throws(SettlementError) -> ReversalDecision {
        let granted = try granted(of: conversion, campaign)
        let facts = ReversalFacts(
            reversal: reversal,
            earlier: try stored { () throws(SQLiteError) in
                try store.conversions.reversals(of: conversion.id)
            },
            payment: Payment(amount: conversion.amount, currency: conversion.currency),
            status: conversion.status, wasApproved: conversion.wasApproved,
            rewards: granted.map(\.reward),
            pool: try stored { () throws(SQLiteError) in
                try pools.state(of: conversion.campaign)
            }, now: now)
        let decision = Referrals.reverse(facts)
        // One whose amount is of no use says nothing that a later one could build on.
        if decision.problem == nil {
            try stored { () throws(SQLiteError) in
                try store.conversions.append(reversal, to: conversion.id, from: event, at: now)
            }
        }
        try move(conversion, to: decision.conversion, now)
        try apply(
            decision.rewards, to: granted, of: conversion, campaign, event: event, now: now)
        try notify(
            decision.notifications(for: facts), granted, conversion, campaign, event, now)
        return decision
    }

    private func conversion(
        named mapped: MappedEvent, account: Int64
    ) throws(SettlementError) -> ConversionRow? {
        try stored { () throws(SQLiteError) in
            for key in mapped.businessKeys {
                guard let id = try store.conversions.find(key: key, account: account) else {
                    continue
                }
                return try store.conversions.find(id)
            }
            return nil
        }
    }

    func move(
        _ conversion: ConversionRow, to status: ConversionStatus, _ now: Instant
    ) throws(SettlementError) {
        guard status != conversion.status else { return }
        let isMoved = try stored { () throws(SQLiteError) in
            try store.conversions.set(
                status, of: conversion.id, was: conversion.status, at: now)
        }
        guard isMoved else {
            throw .contradiction("conversion \(conversion.id.number) changed while it was decided")
        }
    }

    /// The rewards of a conversion as they stand.
    func summaries(
        of conversion: ID<Conversion>
    ) throws(SettlementError) -> [Answer.RewardSummary] {
        let rows = try stored { () throws(SQLiteError) in try store.rewards.of(conversion) }
        return try summaries(of: rows)
    }
}
