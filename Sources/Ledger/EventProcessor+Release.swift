import Database
import HTTP
import JSON
import Mapping
import Referrals
import Storage
import Time

/// The progress of releasing waiting rows between two transactions.
struct ReleaseProgress {
    /// The last reward of a campaign that was examined while its coupons were given out.
    var stock: [ID<Campaign>: ID<Reward>] = [:]
    /// The last reward that was examined among those whose hold is over.
    var holds: (heldUntil: Instant, id: ID<Reward>)?
    /// The last reward that was examined among those whose wait for a goal is over.
    var goals: (end: Instant, id: ID<Reward>)?
}

// Automatic work: when a participant appears, coupons arrive, a hold ends, a source resumes.
extension EventProcessor {
    /// The number of rows read at once.
    private static let page = 64
    /// The largest number of events waiting for one purchase that are decided with it; the others
    /// are released like all waiting events.
    static let mostFollowUps = 200

    /// Does automatic work until the turn is over. Returns true if there may be more. It does one
    /// piece of work even if the turn is over already.
    package func release(now: Instant, turn: Turn) throws(StorageError) -> Bool {
        if try mendDates(now: now) { return true }
        // First: an event whose time is over must not be decided because a participant appears
        // after that.
        if try expireParked(now: now, turn: turn) { return true }
        // One kind after the other, so that the number of slices changes no outcome.
        var isMore = try releaseParked(now: now, turn: turn)
        if !isMore { isMore = try releaseStock(now: now, turn: turn) }
        if !isMore { isMore = try releaseHolds(now: now, turn: turn) }
        if !isMore { isMore = try expireGoals(now: now, turn: turn) }
        if !isMore { progress = ReleaseProgress() }
        if !isMore || !turn.isOver, try releaseSignups(now: now, turn: turn) { isMore = true }
        // The erasure is not urgent: the rows of a deleted person are hidden already.
        if !isMore || !turn.isOver, try eraseSome(turn: turn) { isMore = true }
        if !isMore || !turn.isOver, try finishSomeWork(now: now, turn: turn) { isMore = true }
        if !turn.isOver, try nameEarlierEvents(turn: turn) { isMore = true }
        if !turn.isOver, try foldReports(now: now, turn: turn) { isMore = true }
        return isMore
    }

    /// True if there may be automatic work to do; cheap enough to ask often.
    package func mayRelease(now: Instant) throws(StorageError) -> Bool {
        if released.hasWork || datesAreSuspect { return true }
        if try !store.parked.expired(at: now, limit: 1).isEmpty { return true }
        if try !store.rewards.due(at: now, after: nil, limit: 1).isEmpty { return true }
        if try !store.goals.expired(at: now, after: nil, limit: 1).isEmpty { return true }
        if !setAside.contains(.erasure(nil)), try store.isErasing(skipping: isSetAside) {
            return true
        }
        if try hasUnfinishedWork() { return true }
        if try mayReleaseSignups(now: now) { return true }
        if try hasUnnamedEvents() { return true }
        if try store.counters.canFold(at: now) { return true }
        for id in try store.rewards.campaignsWithWaiting() where declarations.campaigns[id] != nil {
            if try pools.state(of: id).unused > 0 { return true }
        }
        return false

    }

    private func isSetAside(_ person: ID<Participant>) -> Bool {
        setAside.contains(.erasure(person))
    }

    /// Erases some of the rows that deleted people have left.
    private func eraseSome(turn: Turn) throws(StorageError) -> Bool {
        guard !setAside.contains(.erasure(nil)) else { return false }
        do throws(StorageError) {
            return try store.eraseSome(
                names: answerNames, isOver: { turn.isOver }, skipping: isSetAside)
        } catch {
            setAside.begin(.erasure(store.erasing))
            throw error
        }
    }

    private func expireParked(now: Instant, turn: Turn) throws(StorageError) -> Bool {
        while true {
            let expired = try store.parked.expired(at: now, limit: Self.page)
            guard !expired.isEmpty else { return false }
            for id in expired { try store.parked.remove(id) }
            if turn.isOver { return true }
        }

    }

    /// Decides parked events again whose participant or purchase has appeared or whose source was
    /// resumed, in the order in which they occurred.
    private func releaseParked(now: Instant, turn: Turn) throws(StorageError) -> Bool {
        let declarations = declarations
        func canBeDecided(_ row: ParkedTable.Row) -> Bool {
            guard row.awaited == .source else { return row.isThere }
            guard let source = declarations.sources[row.key] else { return false }
            return source.account == row.account && !source.isPaused
        }
        let isComplete = try released.find(until: turn, where: canBeDecided)
        guard isComplete else { return true }
        while let id = released.next() {
            // A repeat of the message may have had it decided since it was found.
            let isWaiting = try store.parked.isWaiting(id)
            if isWaiting, !setAside.contains(.event(id)) {
                try setAside.moving(.event(id)) { () throws(StorageError) in
                    _ = try redecide(id, now: now)
                }
                try processFollowUps(now: now, turn: turn)
            }
            if turn.isOver { break }
        }
        return released.hasWork
    }

    /// Decides a stored event again. Returns nil if there is none, its body was erased, or its
    /// source is gone.
    ///
    /// - Parameter lead: The person that the event is about, if the event itself does not name one.
    package func redecide(
        _ id: ID<Event>, lead: SuppliedLead? = nil, now: Instant
    ) throws(StorageError) -> Answer? {
        let found = try store.events.find(id)
        // A lead that was named before is replaced.
        let stripped = lead == nil ? found : found.map { SuppliedLead.removed(from: $0) }
        guard var row = stripped, let source = declarations.source(row.source),
            var again = Incoming(stored: row, source.reading)
        else {
            try store.parked.remove(id)
            return nil
        }
        if row.isSettled { return .recorded(try standing(of: row, isDuplicate: true)) }
        guard let lead else { return try redecide(row, again, from: source, now: now) }
        again.supply(lead)
        row.fields = again.fields
        return try redecide(row, again, from: source, now: now)
    }

    /// The reason, as a sentence, for which a lead cannot be named for an event; nil if one can be.
    package func obstacle(toNamingLeadOf row: EventRow) -> String? {
        guard row.conversion == nil else { return "The event has a conversion, and so a lead." }
        guard let source = declarations.source(row.source),
            let incoming = Incoming(stored: row, source.reading)
        else { return nil }
        guard case .event(let event) = incoming.content else {
            return "The event could not be mapped, or the source's filter excludes it."
                + " Correct the source's mapping and replay the event without a lead."
        }
        guard event.reversal == nil, !event.isLink else {
            return "The event is a refund or names an order only; its conversion has the lead."
        }
        let supplied = SuppliedLead(kept: row.fields)
        let isNamed =
            event.email != nil && supplied?.email == nil
            || event.customer != nil && supplied?.customer == nil
        return isNamed ? "The event names a lead itself, by e-mail or customer id." : nil
    }

    /// Gives new coupons to the rewards that wait, the oldest first.
    private func releaseStock(now: Instant, turn: Turn) throws(StorageError) -> Bool {
        let waiting = try store.rewards.campaignsWithWaiting()
        for id in waiting {
            guard let campaign = declarations.campaigns[id] else { continue }
            if try releaseStock(of: campaign, now: now, turn: turn) { return true }
        }
        return false
    }

    private func releaseStock(
        of campaign: CampaignSettings, now: Instant, turn: Turn
    ) throws(StorageError) -> Bool {
        let id = campaign.version.id
        while true {
            let limit = min(try pools.state(of: id).unused, Self.page)
            guard limit > 0 else { return false }
            let rows = try store.rewards.waiting(
                in: id, after: progress.stock[id] ?? ID(0), limit: limit)
            guard !rows.isEmpty else { return false }
            for row in rows {
                let unused = try pools.state(of: id).unused
                guard unused > 0 else { break }
                // A reward that did not move would be found again.
                progress.stock[id] = row.id
                try move(row, unused: unused, campaign, now)
                if turn.isOver { return true }
            }
        }
    }

    private func releaseHolds(now: Instant, turn: Turn) throws(StorageError) -> Bool {
        while true {
            let rows = try store.rewards.due(at: now, after: progress.holds, limit: Self.page)
            for row in rows {
                progress.holds = row.heldUntil.map { ($0, row.id) }
                if let conversion = try conversion(of: row),
                    let campaign = declarations.campaigns[conversion.campaign]
                {
                    let pool = try pools.state(of: conversion.campaign)
                    try move(row, unused: pool.free, campaign, now)
                }
                if turn.isOver { return true }
            }
            guard rows.count == Self.page else { return false }
        }
    }

    /// Rejects rewards whose lead did not reach the goal in time.
    private func expireGoals(now: Instant, turn: Turn) throws(StorageError) -> Bool {
        while true {
            let waits = try store.goals.expired(at: now, after: progress.goals, limit: Self.page)
            for wait in waits {
                progress.goals = (wait.expiresAt, wait.reward)
                if let row = try store.rewards.find(wait.reward),
                    let conversion = try conversion(of: row),
                    let campaign = declarations.campaigns[conversion.campaign]
                {
                    try move(row, unused: 0, campaign, now)
                }
                if turn.isOver { return true }
            }
            guard waits.count == Self.page else { return false }
        }
    }

    private func move(
        _ row: RewardRow, unused: Int, _ campaign: CampaignSettings, _ now: Instant
    ) throws(StorageError) {
        guard !setAside.contains(.reward(row.id)) else { return }
        try setAside.moving(.reward(row.id)) { () throws(StorageError) in
            try process(row, unused: unused, campaign, now)
        }
    }

    private func process(
        _ row: RewardRow, unused: Int, _ campaign: CampaignSettings, _ now: Instant
    ) throws(StorageError) {
        guard let conversion = try conversion(of: row),
            let rule = try rule(of: row)
        else { return }
        let target = try granted(row, rule, conversion)
        let changes = Referrals.settle([target.reward], unused: unused, now: now)
        try apply(changes, to: [target], of: conversion, campaign, event: nil, now: now)
        try notify(
            changes.notifications(were: [target.reward]), [target], conversion, campaign, now)
    }

    private func conversion(of row: RewardRow) throws(StorageError) -> ConversionRow? {
        try store.conversions.find(row.id.conversion)
    }
}
