import HTTP
import JSON
import Mapping
import Referrals
import SQLite
import Storage
import Time

// What moves on by itself: when a participant appears, coupons arrive, a hold ends, a source resumes.
extension Settlement {
    /// At most this many of each are moved on in one transaction.
    package static let releaseLimit = 200

    /// Moves on what can. True where there may be more to do.
    package func release(now: Instant) throws(SettlementError) -> Bool {
        // First of all: what has waited its time is not decided because somebody appears after that.
        try expireParked(now: now)
        let parked = try releaseParked(now: now)
        let stock = try releaseStock(now: now)
        let holds = try releaseHolds(now: now)
        return parked || stock || holds
    }

    /// Whether there is anything to move on; cheap enough to ask often.
    package func mayRelease(now: Instant) throws(SettlementError) -> Bool {
        try stored { () throws(SQLiteError) in
            if try store.parked.hasExpired(at: now) { return true }
            if try !releasable(limit: 1).isEmpty { return true }
            if try !store.rewards.due(at: now, limit: 1).isEmpty { return true }
            for id in programme.campaigns.keys {
                let pool = try pools.state(of: id)
                if pool.waiting > 0, pool.unused > 0 { return true }
            }
            return false
        }
    }

    private func expireParked(now: Instant) throws(SettlementError) {
        let expired = try stored { () throws(SQLiteError) in try store.parked.expire(at: now) }
        // There is room again for as many.
        if !expired.isEmpty { parkedCounts.removeAll() }
    }

    private func releasable(limit: Int) throws(SQLiteError) -> [ID<Event>] {
        let resumed = programme.sources.values.filter { !$0.isPaused }
        for source in resumed.sorted(by: { $0.number < $1.number }) {
            let waiting = try store.parked.waiting(
                for: .source, key: source.id, account: source.account, limit: limit)
            if !waiting.isEmpty { return waiting }
        }
        guard participantsMayHaveAppeared else { return [] }
        return try store.parked.released(limit: limit)
    }

    /// Decides parked events again whose participant or purchase has appeared, in the order in which they
    /// occurred.
    private func releaseParked(now: Instant) throws(SettlementError) -> Bool {
        let ids = try stored { () throws(SQLiteError) in
            try releasable(limit: Self.releaseLimit)
        }
        for id in ids { _ = try redecide(id, now: now) }
        if ids.isEmpty { participantsMayHaveAppeared = false }
        return !ids.isEmpty
    }

    /// Decides a stored event again. Nil where it isn't there, its body was erased, or its source is gone.
    package func redecide(_ id: ID<Event>, now: Instant) throws(SettlementError) -> Answer? {
        guard let row = try stored({ () throws(SQLiteError) in try store.events.find(id) }),
            let source = programme.source(row.source),
            let again = Incoming(stored: row, source.reading)
        else {
            try stored { () throws(SQLiteError) in try store.parked.remove(id) }
            return nil
        }
        if row.conversion != nil { return .settled(try standing(of: row, isDuplicate: true)) }
        return try redecide(row, again, from: source, now: now)
    }

    /// Gives coupons that have arrived to those who wait, the oldest first.
    private func releaseStock(now: Instant) throws(SettlementError) -> Bool {
        var isMore = false
        for (id, campaign) in programme.campaigns {
            let (pool, rows) = try stored { () throws(SQLiteError) in
                let pool = try pools.state(of: id)
                let limit = min(pool.unused, Self.releaseLimit)
                guard pool.waiting > 0, limit > 0 else { return (pool, [RewardRow]()) }
                return (pool, try store.rewards.waiting(in: id, limit: limit))
            }
            // Where nothing moved, looking again would find the same rows.
            let moved = try settle(rows, unused: pool.unused, campaign, now)
            if rows.count == Self.releaseLimit, moved > 0 { isMore = true }
        }
        return isMore
    }

    private func releaseHolds(now: Instant) throws(SettlementError) -> Bool {
        let rows = try stored { () throws(SQLiteError) in
            try store.rewards.due(at: now, limit: Self.releaseLimit)
        }
        var moved = 0
        for row in rows {
            guard let conversion = try conversion(of: row),
                let campaign = programme.campaigns[conversion.campaign]
            else { continue }
            let pool = try stored { () throws(SQLiteError) in
                try pools.state(of: conversion.campaign)
            }
            moved += try settle(
                [row], unused: max(0, pool.unused - pool.waiting), campaign, now)
        }
        return rows.count == Self.releaseLimit && moved > 0
    }

    /// Tells how many moved.
    private func settle(
        _ rows: [RewardRow], unused: Int, _ campaign: CampaignSettings, _ now: Instant
    ) throws(SettlementError) -> Int {
        var unused = unused
        var moved = 0
        for row in rows {
            guard let conversion = try conversion(of: row),
                let rule = try stored({ () throws(SQLiteError) in try rule(of: row) })
            else { continue }
            let target = try stored { () throws(SQLiteError) in
                try granted(row, rule, conversion)
            }
            let changes = Referrals.settle([target.reward], unused: unused, now: now)
            for change in changes where change.takesCoupon { unused -= 1 }
            moved += changes.count
            try apply(changes, to: [target], of: conversion, campaign, event: nil, now: now)
            try notify(
                changes.notifications(were: [target.reward]), [target], conversion, campaign, nil,
                now)
        }
        return moved
    }

    private func conversion(of row: RewardRow) throws(SettlementError) -> ConversionRow? {
        try stored { () throws(SQLiteError) in try store.conversions.find(row.id.conversion) }
    }
}

extension RewardChange {
    fileprivate var takesCoupon: Bool { coupon == .assign || coupon == .reserve }
}
