import Database
import Referrals
import Storage
import Time

// Events whose goal releases held rewards. They make no conversion.
extension EventProcessor {
    /// The number of rewards that an event's goal would release; nil if no rule of the campaign and
    /// no reward of the lead waits for the goal.
    func released(
        by event: QualifyingEvent, _ lead: ID<Participant>?, _ version: Campaign, _ now: Instant
    ) throws(StorageError) -> Int? {
        guard event.goal != version.rules.goalType else { return nil }
        let waits =
            try lead.map { lead throws(StorageError) in
                try store.goals.awaiting(event.goal, of: lead, at: now)
            } ?? []
        guard !waits.isEmpty || version.holds(until: event.goal) else { return nil }
        return waits.count
    }

    /// Notes that a lead has reached a goal, and releases the rewards that wait for it.
    func release(
        _ goal: String, of lead: ID<Participant>, _ campaign: CampaignSettings,
        _ event: inout Case
    ) throws(StorageError) {
        let waits = try store.goals.awaiting(goal, of: lead, at: event.now)
        try store.goals.note(goal, of: lead, from: event.row.id)
        for wait in waits {
            guard let row = try store.rewards.find(wait.reward), let rule = try rule(of: row),
                let conversion = try store.conversions.find(row.id.conversion)
            else { throw .contradiction("reward \(wait.reward.number) waits, and is not there") }
            let target = try granted(row, rule, conversion)
            let pool = try pools.state(of: conversion.campaign)
            let change = Referrals.release(
                target.reward, holdEnd: wait.holdEnd, unused: pool.free, now: event.now)
            try apply(
                [change], to: [target], of: conversion, campaign, event: nil, now: event.now)
            try notify(
                [change].notifications(were: [target.reward]), [target], conversion, campaign,
                event.now)
            try store.goals.note(release: row.id, by: event.row.id)
            event.rewards.append(
                Answer.RewardSummary(
                    id: row.id, kind: rule.kind, beneficiary: rule.beneficiary,
                    status: change.status, reasons: change.reasons))
        }
    }
}
