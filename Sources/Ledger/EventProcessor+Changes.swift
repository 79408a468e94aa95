import Database
import Referrals
import Storage
import Time

/// A reward on record with the rule under which it was granted.
struct Granted {
    var reward: GrantedReward
    var row: RewardRow
    var rule: CampaignReward
    /// The slots of the rule's caps, in the order of the caps.
    var scopes: [ClaimTable.Scope]
    /// The end of the campaign's hold days, for a reward that waits for a goal.
    var holdEnd: Instant?
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
        let scopes = rule.caps.map { cap in
            ClaimTable.Scope(
                cap, of: rule.id, window: cap.window.key(of: conversion.occurredAt),
                lead: conversion.lead, referrer: conversion.referrer)
        }
        let coupon = try store.coupons.find(ofReward: row.id)?.state
        let isPaidOut = try isPaidOut(row, rule.kind)
        let taken = try store.rewards.ledger(of: row.id).reduce(0) { $0 + $1.amount }
        var isShare = false
        if case .percent = rule.value { isShare = true }
        var reward = GrantedReward(
            id: row.id, kind: rule.kind, isShare: isShare, value: row.value,
            remaining: row.value.map { $0.units + taken }, status: row.status,
            reasons: row.reasons, coupon: coupon,
            isRedeemed: coupon == .redeemed || row.redeemedAt != nil || isPaidOut,
            wasIssued: row.issuedAt != nil, heldUntil: row.heldUntil,
            slotIsFree: true)
        if !row.status.holdsSlot {
            reward.slotIsFree = try hasFreeSlots(rule, scopes, conversion)
        }
        reward.isMultiple = rule.every != nil
        var holdEnd: Instant?
        if let hold = rule.rule.holdUntil {
            if !(try store.goals.isReached(hold.goal, by: conversion.lead)) { reward.hold = hold }
            let awaited = try store.goals.awaited(by: row.id)
            reward.isAwaiting = awaited != nil
            holdEnd = awaited?.awaited.holdEnd
        }
        return Granted(reward: reward, row: row, rule: rule, scopes: scopes, holdEnd: holdEnd)
    }

    /// True if each cap has a free slot for a reward that returns.
    private func hasFreeSlots(
        _ rule: CampaignReward, _ scopes: [ClaimTable.Scope], _ conversion: ConversionRow
    ) throws(StorageError) -> Bool {
        let campaign = conversion.campaign
        let tombstones = store.tombstones
        let former = (
            leads: try tombstones.predecessors(of: conversion.lead, in: campaign),
            referrers: try tombstones.predecessors(of: conversion.referrer, in: campaign)
        )
        for (cap, scope) in zip(rule.caps, scopes) {
            let before = try store.slotsOfPredecessors(
                of: cap, rule.id, window: cap.window.key(of: conversion.occurredAt),
                leads: former.leads, referrers: former.referrers)
            guard try caps.usage(of: cap, in: scope).used + before < cap.count else {
                return false
            }
        }
        return true
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
            let isDone = try apply(change, to: target, conversion, campaign, event, now)
            guard isDone else {
                throw .contradiction("reward \(change.reward.number) changed while it was decided")
            }
        }
    }

    private func apply(
        _ change: RewardChange, to target: Granted, _ conversion: ConversionRow,
        _ campaign: CampaignSettings, _ event: ID<Event>?, _ now: Instant
    ) throws(StorageError) -> Bool {
        let was = target.row.status
        if change.status == was {
            try store.rewards.set(reasons: change.reasons, of: change.reward, at: now)
            if change.heldUntil != target.row.heldUntil {
                try store.rewards.set(heldUntil: change.heldUntil, of: change.reward, at: now)
            }
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
        try move(waitOf: target, by: change, conversion, campaign, now)
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
            // A reward that went to review without a slot has none to free.
            let hadNone = target.row.reasons.contains(.capReached)
            if !hadNone { try countReward(-1, of: target, conversion) }
            let isFreed = try release(slotsOf: target, conversion)
            caps.noteRelease(of: target.rule.id)
            return isFreed || hadNone || target.rule.caps.isEmpty
        case (false, true):
            if change.reasons.contains(.capReached) { return true }
            try countReward(1, of: target, conversion)
            for (cap, scope) in zip(target.rule.caps, target.scopes) {
                guard try caps.take(in: scope, of: cap, for: change.reward) else { return false }
            }
            return true
        case (true, true), (false, false):
            return true
        }
    }

    private func countReward(
        _ change: Int64, of target: Granted, _ conversion: ConversionRow
    ) throws(StorageError) {
        guard target.rule.beneficiary == .referrer else { return }
        try countReward(change, of: conversion.referrer, in: conversion.campaign)
    }

    /// Frees the slots where the rule put them when the reward was granted; the person that a cap
    /// counts for, and the caps themselves, may have changed since. Also frees its multiple.
    private func release(
        slotsOf target: Granted, _ conversion: ConversionRow
    ) throws(StorageError) -> Bool {
        let id = target.row.id
        let hadMultiple = target.reward.isMultiple ? try store.milestones.release(id) : false
        if target.rule.caps.count == 1,
            try store.claims.releaseSlot(of: id, in: target.scopes)
        {
            return true
        }
        let all = ClaimTable.Scope.all(
            of: target.rule.id, at: conversion.occurredAt, lead: conversion.lead,
            referrer: conversion.referrer)
        var count = 0
        while try store.claims.releaseSlot(of: id, in: all) { count += 1 }
        return count > 0 || hadMultiple
    }

    /// Begins, keeps or ends the wait of a reward for a goal.
    private func move(
        waitOf target: Granted, by change: RewardChange, _ conversion: ConversionRow,
        _ campaign: CampaignSettings, _ now: Instant
    ) throws(StorageError) {
        guard let hold = target.rule.rule.holdUntil else { return }
        let wasAwaiting = try store.goals.awaited(by: change.reward) != nil
        if wasAwaiting, !change.isAwaiting { try store.goals.remove(change.reward) }
        guard change.isAwaiting, !wasAwaiting, let end = change.heldUntil else { return }
        let days = campaign.version.rules.holdDays
        try store.goals.await(
            hold.goal, of: conversion.lead, for: change.reward, until: end,
            holdEnd: days > 0 ? now + .days(days) : nil)
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
