import Database
import Referrals
import Storage
import Time

// Counting of changes of state for reports: each change once, in the transaction that makes it.
// Changes of a conversion and of its rewards belong to the source of the conversion's own event,
// whoever causes them.
extension EventProcessor {
    /// Counts the decision of an event. A decision with the same outcome as before is no change.
    func count(_ event: Case, was: Outcome?) throws(StorageError) {
        guard event.row.outcome != was else { return }
        try store.counters.count(
            Transition(
                .event(was, event.row.outcome, event.row.reasons), account: event.source.account,
                campaign: event.campaign?.version.id ?? event.source.campaign,
                source: event.source.number), at: event.now)
    }

    /// Counts a new conversion.
    func count(
        _ row: ConversionRow, from source: SourceSettings
    ) throws(StorageError) {
        try store.counters.count(
            row.transition(nil, row.status, account: source.account, source: source.number),
            at: row.createdAt,
            amount: row.revenue(nil, row.status, before: 0, after: row.amount ?? 0))
    }

    /// Counts a change of a conversion on record: of its status, or of its remaining amount.
    func count(
        _ conversion: ConversionRow, to status: ConversionStatus, before: Int64?, after: Int64?,
        at now: Instant
    ) throws(StorageError) {
        let amount = conversion.revenue(
            conversion.status, status, before: before ?? 0, after: after ?? 0)
        guard status != conversion.status || amount != 0,
            let campaign = declarations.campaigns[conversion.campaign]
        else { return }
        try store.counters.count(
            conversion.transition(
                conversion.status, status, account: campaign.account,
                source: try source(of: conversion.id)), at: now, amount: amount)
    }

    /// Counts a new reward.
    func count(
        _ row: RewardRow, _ kind: CampaignReward.Kind, of campaign: CampaignSettings,
        _ new: NewReward
    ) throws(StorageError) {
        let unit = row.value.reportUnit
        try store.counters.count(
            Transition(
                .reward(kind, nil, row.status), account: campaign.account,
                campaign: campaign.version.id, source: new.source, unit: unit),
            at: new.now, amount: unit == .none ? 0 : row.value?.units ?? 0)
    }

    /// Counts a change of a reward on record: of its status, or of its worth.
    ///
    /// The amounts that enter a status, minus those that leave it, plus the changes in it, are what
    /// the rewards in it are worth; a reward that has ended counts with what it lost.
    func count(
        _ change: RewardChange, of target: Granted, _ conversion: ConversionRow, _ now: Instant
    ) throws(StorageError) {
        let was = target.row.status
        guard change.status != was || change.entry != nil,
            let campaign = declarations.campaigns[conversion.campaign]
        else { return }
        let unit = target.row.value.reportUnit
        let source = try source(of: conversion.id)
        func count(
            _ was: RewardStatus, _ became: RewardStatus, _ amount: Int64
        ) throws(StorageError) {
            try store.counters.count(
                Transition(
                    .reward(target.reward.kind, was, became), account: campaign.account,
                    campaign: conversion.campaign, source: source, unit: unit),
                at: now, amount: unit == .none ? 0 : amount)
        }
        let before = target.reward.remaining
        let difference = change.entry?.units ?? 0
        guard change.status != was else { return try count(was, was, difference) }
        let isRestored = !was.holdsSlot && change.status.holdsSlot
        try count(was, change.status, isRestored ? before + difference : before)
        if difference != 0, was.holdsSlot, change.status.holdsSlot {
            try count(change.status, change.status, difference)
        }
    }

    /// Counts the value of a reward in review that a person has stated.
    func countStated(
        _ value: Money, of target: Granted, _ conversion: ConversionRow, _ now: Instant
    ) throws(StorageError) {
        guard let campaign = declarations.campaigns[conversion.campaign] else { return }
        try store.counters.count(
            Transition(
                .reward(target.reward.kind, .inReview, .inReview), account: campaign.account,
                campaign: conversion.campaign, source: try source(of: conversion.id),
                unit: GrantedValue?.some(.money(value)).reportUnit),
            at: now, amount: value.minorUnits)
    }

    /// Adds the counters of hours that are over to those of their days and months. Returns true if
    /// there may be more of them.
    func foldReports(now: Instant, turn: Turn) throws(StorageError) -> Bool {
        while try store.counters.foldNext(at: now) {
            if turn.isOver { return true }
        }
        return false
    }

    private func source(
        of conversion: ID<Conversion>
    ) throws(StorageError) -> ID<Referrals.Source>? {
        try store.events.source(of: ID(conversion.number))
    }
}
