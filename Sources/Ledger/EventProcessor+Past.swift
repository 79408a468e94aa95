import Currencies
import Database
import Referrals
import Storage
import Time

// Conversions and rewards of another product, imported. Each conversion has an event of the built-in
// source, without a body: its decision was made elsewhere, and cannot be derived. They take business
// keys and slots of caps, so that nobody is rewarded twice, and cause no notification. Reports count
// them on the day on which they happened.
extension EventProcessor {
    /// The beginning of the ids of imported events.
    package static let pastPrefix = "import:"

    /// True if an event was imported from another product.
    package static func isPast(_ event: EventRow, isBuiltIn: Bool) -> Bool {
        isBuiltIn && event.body == nil && event.eventID.hasPrefix(pastPrefix)
    }

    /// A conversion to import.
    package struct PastConversion: Equatable, Sendable {
        /// The lead.
        package var lead: ID<Participant>
        /// The referrer of the lead.
        package var referrer: ID<Participant>
        /// The goal that the lead reached.
        package var goal: String
        /// The order or invoice number; nil without one.
        package var businessKey: String?
        /// The amount in minor units; nil if unknown.
        package var amount: Int64?
        /// The currency of the amount.
        package var currency: Currency?
        /// The time at which the goal was reached.
        package var occurredAt: Instant
        /// The final status.
        package var status: ConversionStatus

        package init(
            lead: ID<Participant>, referrer: ID<Participant>, goal: String,
            businessKey: String? = nil, amount: Int64? = nil, currency: Currency? = nil,
            occurredAt: Instant, status: ConversionStatus = .approved
        ) {
            self.lead = lead
            self.referrer = referrer
            self.goal = goal
            self.businessKey = businessKey
            self.amount = amount
            self.currency = currency
            self.occurredAt = occurredAt
            self.status = status
        }

        /// The id of the event, the same whenever the row is imported.
        package func eventID(in campaign: ID<Campaign>) -> String {
            let name =
                businessKey.map { "key:\($0)" }
                ?? "lead:\(lead.number):\(occurredAt.microseconds)"
            return "\(EventProcessor.pastPrefix)\(campaign.declared.number):\(goal):\(name)"
        }
    }

    /// The conversion on record that a past one repeats: the same row of an earlier import, the
    /// holder of its business key, or the only conversion that its lead can have.
    package func known(
        _ past: PastConversion, in campaign: CampaignSettings, from source: SourceSettings
    ) throws(StorageError) -> ID<Conversion>? {
        let id = campaign.version.id
        if let event = try store.events.find(
            source: source.number, eventID: past.eventID(in: id))
        {
            return ID(event.number)
        }
        if let key = past.businessKey,
            let holder = try store.conversions.find(
                key: key, account: campaign.account, campaign: id, goal: past.goal)
        {
            return holder
        }
        guard campaign.version.rules.conversions == .first else { return nil }
        return try store.claims.conversion(of: past.lead, holder: past.referrer)
    }

    /// Records a past conversion that is not on record.
    package func record(
        _ past: PastConversion, in campaign: CampaignSettings, from source: SourceSettings,
        now: Instant
    ) throws(StorageError) -> ConversionRow {
        let event = try store.numbers.nextEvent()
        let version = campaign.version
        let row = ConversionRow(
            id: ID(event.number), campaign: version.id, lead: past.lead, referrer: past.referrer,
            status: past.status, amount: past.amount, currency: past.currency,
            occurredAt: min(past.occurredAt, now), createdAt: now,
            wasApproved: past.status == .approved)
        try store.events.append(
            EventRow(
                id: event, source: source.number, sourceVersion: source.version,
                eventID: past.eventID(in: version.id), fingerprint: 0, receivedAt: now,
                outcome: .qualified, participant: past.lead, conversion: row.id, body: nil))
        try store.conversions.append(row)
        let isFirst = try store.claims.conversion(of: past.lead, holder: past.referrer) == nil
        let isOnce = version.rules.conversions == .first || past.businessKey == nil
        let hasTaken = try store.claims.takeConversion(
            row.id, of: past.lead, holder: past.referrer, isOneOfMany: !(isFirst && isOnce))
        guard hasTaken else { throw .contradiction("conversion \(row.id.number) was taken before") }
        if row.status == .approved { try countApproval(of: row, HistoryCounts(), now) }
        if let key = past.businessKey {
            let isOurs = try store.conversions.take(
                key: key, account: campaign.account, campaign: version.id, goal: past.goal,
                for: row.id)
            guard isOurs else { throw .contradiction("the key of \(row.id.number) was taken") }
            try released.search(
                for: ParkedTable.Key(.businessKey, key, account: campaign.account))
        }
        try store.counters.count(
            Transition(
                .event(nil, .qualified, []), account: campaign.account, campaign: version.id,
                source: source.number), at: row.occurredAt)
        try store.counters.count(
            row.transition(nil, row.status, account: campaign.account, source: source.number),
            at: row.occurredAt,
            amount: row.revenue(nil, row.status, before: 0, after: row.amount ?? 0))
        return row
    }

    // MARK: Rewards

    /// A reward to import.
    package struct PastReward: Hashable, Sendable {
        /// The place of the campaign reward in the campaign's list, from 0.
        package var place: Int
        /// The value at which it was given.
        package var value: GrantedValue
        /// The time at which it was given.
        package var issuedAt: Instant
        /// The time at which it was used; nil if it is still issued.
        package var redeemedAt: Instant?
        /// The coupon that was given; nil for other kinds.
        package var couponCode: String?

        package init(
            place: Int, value: GrantedValue, issuedAt: Instant, redeemedAt: Instant? = nil,
            couponCode: String? = nil
        ) {
            self.place = place
            self.value = value
            self.issuedAt = issuedAt
            self.redeemedAt = redeemedAt
            self.couponCode = couponCode
        }
    }

    /// Records a past reward of an imported conversion. It takes a slot of its cap if one is left,
    /// and has the reason `cap_reached` otherwise. Returns false if its coupon is in use.
    package func record(
        _ past: PastReward, of conversion: ConversionRow, in campaign: CampaignSettings,
        from source: SourceSettings, now: Instant
    ) throws(StorageError) -> Bool {
        let rule = campaign.version.rewards[past.place]
        let id = ID<Reward>(of: conversion.id, place: past.place)
        let status: RewardStatus = past.redeemedAt == nil ? .issued : .redeemed
        if let code = past.couponCode {
            let isGiven = try store.coupons.give(
                code, of: campaign.version.id, as: status == .issued ? .assigned : .redeemed,
                to: id)
            guard isGiven else { return false }
            pools.forget(campaign.version.id)
        }
        let hasSlot = try takeSlots(of: rule, for: id, conversion)
        if hasSlot, rule.beneficiary == .referrer {
            try countReward(1, of: conversion.referrer, in: campaign.version.id)
        }
        let row = RewardRow(
            id: id, campaignReward: rule.id,
            beneficiary: rule.beneficiary == .referrer ? conversion.referrer : conversion.lead,
            status: .issued, reasons: hasSlot ? [] : [.capReached], value: past.value,
            issuedAt: min(past.issuedAt, now))
        try store.rewards.append(row)
        try count(row, nil, .issued, rule.kind, at: row.issuedAt ?? now, campaign, source)
        if let time = past.redeemedAt.map({ min($0, now) }) {
            _ = try store.rewards.set(
                .redeemed, of: id, was: .issued, reasons: row.reasons, heldUntil: nil, at: time)
            try count(row, .issued, .redeemed, rule.kind, at: time, campaign, source)
        } else {
            try notePayable(row, rule.kind, of: campaign)
        }
        try noteRewarded(conversion, at: row.issuedAt ?? now, campaign, source)
        return true
    }

    /// Takes a slot of each cap of a rule. Returns false, and takes none, if a cap is full.
    private func takeSlots(
        of rule: CampaignReward, for reward: ID<Reward>, _ conversion: ConversionRow
    ) throws(StorageError) -> Bool {
        let scopes = rule.caps.map { cap in
            ClaimTable.Scope(
                cap, of: rule.id, window: cap.window.key(of: conversion.occurredAt),
                lead: conversion.lead, referrer: conversion.referrer)
        }
        for (cap, scope) in zip(rule.caps, scopes) {
            guard try caps.usage(of: cap, in: scope).used < cap.count else { return false }
        }
        for (cap, scope) in zip(rule.caps, scopes) {
            guard try caps.take(in: scope, of: cap, for: reward) else {
                throw .contradiction("reward \(reward.number) finds no slot")
            }
        }
        return true
    }

    private func count(
        _ row: RewardRow, _ was: RewardStatus?, _ became: RewardStatus,
        _ kind: CampaignReward.Kind, at time: Instant, _ campaign: CampaignSettings,
        _ source: SourceSettings
    ) throws(StorageError) {
        let unit = row.value.reportUnit
        try store.counters.count(
            Transition(
                .reward(kind, was, became), account: campaign.account,
                campaign: campaign.version.id, source: source.number, unit: unit),
            at: time, amount: unit == .none ? 0 : row.value?.units ?? 0)
    }

    /// Changes the outcome of the conversion's event after its first reward.
    private func noteRewarded(
        _ conversion: ConversionRow, at time: Instant, _ campaign: CampaignSettings,
        _ source: SourceSettings
    ) throws(StorageError) {
        guard var event = try store.events.find(ID(conversion.id.number)),
            event.outcome == .qualified
        else { return }
        event.outcome = .rewarded
        try store.events.update(event)
        try store.counters.count(
            Transition(
                .event(.qualified, .rewarded, []), account: campaign.account,
                campaign: campaign.version.id, source: source.number), at: time)
    }

    /// The imported conversions of a referrer, of one lead or of all, in the order of their import;
    /// at most 1,000 of the slots that the referrer holds are examined.
    package func pastConversions(
        of referrer: ID<Participant>, lead: ID<Participant>?, from source: SourceSettings
    ) throws(StorageError) -> [ConversionRow] {
        var found: [ConversionRow] = []
        for claim in try store.claims.claims(of: referrer, limit: 1_000) {
            guard case .conversion(let id, let person) = claim, lead.map({ $0 == person }) ?? true
            else { continue }
            guard let event = try store.events.find(ID(id.number)), event.source == source.number,
                Self.isPast(event, isBuiltIn: true), let row = try store.conversions.find(id)
            else { continue }
            found.append(row)
        }
        return found
    }
}
