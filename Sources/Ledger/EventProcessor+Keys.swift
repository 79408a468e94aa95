import Database
import Mapping
import Referrals
import Storage
import Time

// Business keys: the conversion that has them, and the keys that later events add.
extension EventProcessor {
    /// Processes an event that only links business keys: a payment with its invoice. It waits for
    /// the conversion that has one of them.
    func link(_ mapped: MappedEvent, _ event: inout Case) throws(StorageError) {
        if mapped.isTest {
            (event.row.outcome, event.row.reasons) = (.ignored, [.testEvent])
            return
        }
        guard let holder = try holder(of: mapped, from: event.source) else {
            let receivedAt = event.incoming.receivedAt
            let occurredAt = min(mapped.occurredAt ?? receivedAt, receivedAt)
            return try parkForKeys(mapped, occurredAt: occurredAt, &event)
        }
        event.campaign = declarations.campaigns[holder.campaign]
        try teach(mapped.businessKeys, to: holder, account: event.source.account)
        (event.row.outcome, event.row.reasons) = (.ignored, [.conversionDuplicate])
        event.row.conversion = holder.conversion
    }

    /// The conversion that has the first of the event's keys that any conversion has, in any
    /// campaign. Returns nil while the source is paused.
    func holder(
        of mapped: MappedEvent, from source: SourceSettings
    ) throws(StorageError) -> ConversionTable.KeyHolder? {
        if source.isPaused { return nil }
        for key in mapped.businessKeys {
            if let holder = try store.conversions.holder(of: key, account: source.account) {
                return holder
            }
        }
        return nil
    }

    /// Adds the keys of a second event for an order. If the event is a repeat only because its lead
    /// converts once, it is about another order and adds none.
    func teach(
        _ event: QualifyingEvent, to conversion: ID<Conversion>, _ campaign: CampaignSettings?
    ) throws(StorageError) {
        guard event.businessKeys.count > 1, let campaign else { return }
        let holder = ConversionTable.KeyHolder(
            conversion: conversion, campaign: campaign.version.id, goal: event.goal)
        for key in event.businessKeys {
            let known = try store.conversions.find(
                key: key, account: campaign.account, campaign: holder.campaign, goal: holder.goal)
            guard known == conversion else { continue }
            return try teach(event.businessKeys, to: holder, account: campaign.account)
        }
    }

    /// Gives a conversion those of the keys that no conversion has yet: a key stays with the first
    /// one, so that a refund never moves from one order to another.
    func teach(
        _ keys: [String], to holder: ConversionTable.KeyHolder, account: ID<Account>
    ) throws(StorageError) {
        guard keys.count > 1 else { return }
        for key in keys {
            guard try store.conversions.holder(of: key, account: account) == nil,
                try store.conversions.take(
                    key: key, account: account, campaign: holder.campaign, goal: holder.goal,
                    for: holder.conversion)
            else { continue }
            try followUp(key, account)
        }

    }

    /// Has the events that waited for a key decided again.
    func followUp(_ key: String, _ account: ID<Account>) throws(StorageError) {
        let waiting = try store.parked.waiting(
            for: .businessKey, key: key, account: account, limit: Self.mostFollowUps)
        if waiting.count == Self.mostFollowUps {
            try released.search(for: ParkedTable.Key(.businessKey, key, account: account))
        }
        followUps += waiting.filter { !setAside.contains(.event($0)) }
    }
}

// Reversals that came before their purchase.
extension EventProcessor {
    /// True if reversals that wait for one of a purchase's keys, or for a key that a waiting link
    /// adds, take back all that was paid.
    func isRefunded(
        _ event: QualifyingEvent, _ campaign: CampaignSettings
    ) throws(StorageError) -> Bool {
        hasFollowUps = false
        guard !event.businessKeys.isEmpty else { return false }
        var keys = event.businessKeys
        var seen: Set<ID<Event>> = []
        var reversals: [(event: ID<Event>, reversal: Reversal)] = []
        var next = 0
        while next < keys.count, seen.count < Self.mostFollowUps {
            let waiting = try store.parked.waiting(
                for: .businessKey, key: keys[next], account: campaign.account,
                limit: Self.mostFollowUps)
            next += 1
            if !waiting.isEmpty { hasFollowUps = true }
            for id in waiting where seen.insert(id).inserted {
                guard !setAside.contains(.event(id)), let mapped = try waitingEvent(id) else {
                    continue
                }
                if mapped.event.isLink {
                    for key in mapped.event.businessKeys where !keys.contains(key) {
                        keys.append(key)
                    }
                } else if let reversal = mapped.event.reversal(receivedAt: mapped.receivedAt) {
                    reversals.append((id, reversal))
                }
            }
        }
        guard !reversals.isEmpty else { return false }
        let payment = Payment(amount: event.amount, paid: event.paid, currency: event.currency)
        let ordered = reversals.sorted { $0.event.number < $1.event.number }.map(\.reversal)
        return payment.remaining(after: ordered) == 0
    }

    /// A parked event as its source maps it today; nil if it cannot be mapped or its source is
    /// paused.
    private func waitingEvent(
        _ id: ID<Event>
    ) throws(StorageError) -> (event: MappedEvent, receivedAt: Instant)? {
        guard let row = try store.events.find(id), let source = declarations.source(row.source),
            !source.isPaused, let incoming = Incoming(stored: row, source.reading),
            case .event(let mapped) = incoming.content, !mapped.isTest
        else { return nil }
        return (mapped, row.receivedAt)
    }
}
