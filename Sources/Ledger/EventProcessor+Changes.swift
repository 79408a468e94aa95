import Database
import Referrals
import Storage
import Time

/// A reward on record with the rule under which it was granted.
struct Granted {
    var reward: GrantedReward
    var row: RewardRow
    var rule: CampaignReward
    var scope: ClaimTable.Scope
}

// Changes to rewards on record by later events, reviews and new stock.
extension EventProcessor {
    /// The rewards of a conversion that later events can change.
    func granted(
        of conversion: ConversionRow, _ campaign: CampaignSettings
    ) throws(StorageError) -> [Granted] {
        var granted: [Granted] = []
        for row in try store.rewards.of(conversion.id) {
            guard let rule = try rule(of: row) else { continue }
            granted.append(try self.granted(row, rule, conversion))
        }
        return granted

    }

    func granted(
        _ row: RewardRow, _ rule: CampaignReward, _ conversion: ConversionRow
    ) throws(StorageError) -> Granted {
        let scope = ClaimTable.Scope(
            rule.cap, of: rule.id, window: rule.cap.window.key(of: conversion.occurredAt),
            lead: conversion.lead, referrer: conversion.referrer)
        let coupon = try store.coupons.find(ofReward: row.id)?.state
        let isPaidOut = try isPaidOut(row, rule.kind)
        let taken = try store.rewards.ledger(of: row.id).reduce(0) { $0 + $1.amount }
        var isShare = false
        if case .percent = rule.value { isShare = true }
        var slotIsFree = true
        if !row.status.holdsSlot {
            let campaign = conversion.campaign
            let former = try store.slotsOfPredecessors(
                of: rule.cap, rule.id, window: rule.cap.window.key(of: conversion.occurredAt),
                leads: store.tombstones.predecessors(of: conversion.lead, in: campaign),
                referrers: store.tombstones.predecessors(of: conversion.referrer, in: campaign))
            slotIsFree = try caps.usage(of: rule.cap, in: scope).used + former < rule.cap.count
        }
        return Granted(
            reward: GrantedReward(
                id: row.id, kind: rule.kind, isShare: isShare, value: row.value,
                remaining: row.value.map { $0.units + taken }, status: row.status,
                reasons: row.reasons, coupon: coupon,
                isRedeemed: coupon == .redeemed || row.redeemedAt != nil || isPaidOut,
                wasIssued: row.issuedAt != nil,
                heldUntil: row.heldUntil, slotIsFree: slotIsFree),
            row: row, rule: rule, scope: scope)
    }

    /// Records changes to rewards: status, ledger, coupon, slot.
    func apply(
        _ changes: [RewardChange], to granted: [Granted], of conversion: ConversionRow,
        _ campaign: CampaignSettings, event: ID<Event>?, now: Instant
    ) throws(StorageError) {
        let pool = try pools.state(of: conversion.campaign)
        try notifyPool(
            pool.notice(
                afterTaking: changes.count { $0.coupon == .assign || $0.coupon == .reserve },
                isWanting: changes.contains { $0.status == .waitingStock }),
            campaign, now)
        for change in changes {
            guard let target = granted.first(where: { $0.row.id == change.reward }) else {
                throw .contradiction("a change of a reward that is not the conversion's")
            }
            let isDone = try apply(change, to: target, conversion, event, now)
            guard isDone else {
                throw .contradiction("reward \(change.reward.number) changed while it was decided")
            }
        }
    }

    private func apply(
        _ change: RewardChange, to target: Granted, _ conversion: ConversionRow,
        _ event: ID<Event>?, _ now: Instant
    ) throws(StorageError) -> Bool {
        let was = target.row.status
        if change.status == was {
            try store.rewards.set(reasons: change.reasons, of: change.reward, at: now)
        } else {
            let isMoved = try store.rewards.set(
                change.status, of: change.reward, was: was, reasons: change.reasons,
                heldUntil: change.heldUntil, at: now)
            guard isMoved else { return false }
        }
        try count(change, of: target, conversion, now)
        try notePayout(of: change, of: target, conversion, now)
        if let entry = change.entry {
            try store.rewards.append(
                RewardTable.LedgerEntry(
                    amount: entry.units, reason: entry.reason, event: event, at: now),
                to: target.row)
        }
        let waiting = (change.status == .waitingStock ? 1 : 0) - (was == .waitingStock ? 1 : 0)
        if waiting != 0 { pools.noteWaiting(waiting, in: conversion.campaign) }
        guard try move(slotOf: target, from: was, to: change, conversion) else { return false }
        return try move(couponOf: target, by: change.coupon, in: conversion.campaign)
    }

    /// Changes the status. A reward that returns takes a slot again; if another reward has it, an
    /// operator must decide.
    private func move(
        slotOf target: Granted, from was: RewardStatus, to change: RewardChange,
        _ conversion: ConversionRow
    ) throws(StorageError) -> Bool {
        switch (was.holdsSlot, change.status.holdsSlot) {
        case (true, false):
            let isFreed = try release(slotOf: target, conversion)
            caps.noteRelease(of: target.rule.id)
            // A reward that went to review without a slot has none to free.
            return isFreed || target.row.reasons.contains(.capReached)
        case (false, true):
            if change.reasons.contains(.capReached) { return true }
            return try caps.take(in: target.scope, of: target.rule.cap, for: change.reward)
        case (true, true), (false, false):
            return true
        }
    }

    /// Frees the slot where the rule put it when the reward was granted; the person that its cap
    /// counts for may have changed since.
    private func release(
        slotOf target: Granted, _ conversion: ConversionRow
    ) throws(StorageError) -> Bool {
        let id = target.row.id
        if try store.claims.releaseSlot(of: id, in: [target.scope]) { return true }
        let others = ClaimTable.Scope.all(
            of: target.rule.id, at: conversion.occurredAt, lead: conversion.lead,
            referrer: conversion.referrer)
        return try store.claims.releaseSlot(of: id, in: others)
    }

    private func move(
        couponOf target: Granted, by step: CouponStep, in campaign: ID<Campaign>
    ) throws(StorageError) -> Bool {
        let id = target.row.id
        switch step {
        case .keep: return true
        case .reserve: return try pools.take(in: campaign, as: .reserved, for: id) != nil
        case .assign: return try pools.take(in: campaign, as: .assigned, for: id) != nil
        case .handOver:
            return try store.coupons.set(.assigned, ofReward: id, was: .reserved)
        case .release:
            guard try store.coupons.set(.available, ofReward: id, was: .reserved) else {
                return false
            }
            try pools.noteReturn(in: campaign)
            return true
        case .void:
            return try store.coupons.set(.voided, ofReward: id, was: .assigned)
        case .redeem:
            return try store.coupons.set(.redeemed, ofReward: id, was: .assigned)
        }
    }

    /// Queues the notifications of changes to a conversion on record and its rewards.
    func notify(
        _ notifications: [Notification], _ granted: [Granted], _ conversion: ConversionRow,
        _ campaign: CampaignSettings, _ now: Instant
    ) throws(StorageError) {
        guard !declarations.webhooks.isEmpty, !notifications.isEmpty else { return }
        let (lead, referrer) = (
            try store.participants.find(conversion.lead),
            try store.participants.find(conversion.referrer)
        )
        let due = notifications.map { notification in
            var source = lead?.source
            if case .granted(let id) = notification.subject,
                granted.first(where: { $0.row.id == id })?.rule.beneficiary == .referrer
            {
                source = referrer?.source
            }
            let subject = notification.number(
                conversion: conversion.id, campaign: conversion.campaign, lead: conversion.lead,
                referrer: conversion.referrer)
            return DueNotification(
                type: notification.type, subject: subject, userSource: source)
        }
        try queue(due, of: campaign.version.id, account: campaign.account, now)
    }
}
