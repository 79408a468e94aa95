import Database
import Referrals
import Storage
import Time

// The counts of a campaign's history that rules read, and the rewards that depend on them.
extension EventProcessor {
    // MARK: Reading

    /// Reads the counts that the campaign's rules need, as they are before the event.
    func counts(
        _ needs: HistoryNeeds, _ event: QualifyingEvent, _ lead: ID<Participant>?,
        _ referrer: ID<Participant>, _ campaign: ID<Campaign>
    ) throws(StorageError) -> HistoryCounts {
        var counts = HistoryCounts()
        try store.counts.begin(needs.intersection(.counted), in: campaign)
        if needs.contains(.referrerConversions) {
            counts.referrer = try store.counts.tally(.referrer(referrer))
        }
        if needs.contains(.leadConversions) {
            // A lead who is not enrolled yet has converted never.
            counts.lead =
                try lead.map { lead throws(StorageError) in
                    try store.counts.tally(.lead(lead, of: referrer))
                } ?? Tally()
        }
        if needs.contains(.campaignConversions) {
            counts.campaign = try store.counts.tally(.campaign(campaign))
        }
        if needs.contains(.referrerRewards) {
            counts.rewards = try store.counts.tally(.rewards(referrer)).count
        }
        if needs.contains(.leadAmountTotal) {
            counts.amountTotal = try amountTotal(of: lead, referrer, event)
        }
        return counts
    }

    private func amountTotal(
        of lead: ID<Participant>?, _ referrer: ID<Participant>, _ event: QualifyingEvent
    ) throws(StorageError) -> HistoryCounts.AmountTotal {
        guard let currency = event.currency else { return .unknown }
        guard let lead else { return .known(0) }
        let total = try store.conversions.amountTotal(of: lead, holder: referrer, in: currency)
        return total.map { .known($0) } ?? .unknown
    }

    /// Reads the facts of a reward that earns by multiples, or waits for a goal.
    func addRules(
        of rule: CampaignReward, to usage: inout RewardFacts, _ counts: HistoryCounts,
        _ lead: ID<Participant>?, _ referrer: ID<Participant>
    ) throws(StorageError) {
        if let hold = rule.rule.holdUntil, let lead {
            usage.isGoalReached = try store.goals.isReached(hold.goal, by: lead)
        }
        guard let every = rule.every else { return }
        let tally = rule.beneficiary == .referrer ? counts.referrer : counts.lead
        let number = (tally?.count ?? 0) + 1
        guard number % Int64(every) == 0 else { return }
        let holder = MilestoneTable.Holder(
            rule.beneficiary, lead: lead ?? ID(0), referrer: referrer)
        usage.isMultipleTaken =
            try store.milestones.reward(at: number, of: rule.id, holder) != nil
    }

    // MARK: Counting

    /// Counts the conversion of an event that was approved by its decision.
    ///
    /// - Parameter counts: The counts that the event's facts hold.
    func countApproval(
        of conversion: ConversionRow, _ counts: HistoryCounts, _ now: Instant
    ) throws(StorageError) {
        let begun = try store.counts.begun(in: conversion.campaign)
        guard !begun.isEmpty else { return }
        var row = ApprovalTable.Row(change: 1, at: now)
        if begun.contains(.referrerConversions) {
            row.referrer = try count(.referrer(conversion.referrer), counts.referrer)
        }
        if begun.contains(.leadConversions) {
            let counter = RunningCounts.Counter.lead(conversion.lead, of: conversion.referrer)
            row.lead = try count(counter, counts.lead)
        }
        if begun.contains(.campaignConversions) {
            row.campaign = try count(.campaign(conversion.campaign), counts.campaign)
        }
        // Counts that the event's facts hold follow from them.
        guard row.isCounted else { return }
        row.isByEvent = true
        try store.approvals.append(row, to: conversion.id)
    }

    /// Returns the count after the conversion, if the event's facts do not hold it.
    private func count(
        _ counter: RunningCounts.Counter, _ known: Tally?
    ) throws(StorageError) -> Tally? {
        guard let known else { return try store.counts.change(counter, by: 1) }
        // The count of a lead who was just enrolled begins with this conversion.
        if known == Tally(), case .lead = counter { try store.counts.begin(counter) }
        _ = try store.counts.change(counter, from: known, by: 1)
        return nil
    }

    /// Counts a conversion that was approved, or is approved no longer, after its event.
    func countChange(
        _ change: Int64, of conversion: ConversionRow, _ now: Instant
    ) throws(StorageError) -> ApprovalTable.Row {
        let (lead, referrer) = (conversion.lead, conversion.referrer)
        return ApprovalTable.Row(
            change: change,
            referrer: try store.counts.change(.referrer(referrer), by: change),
            lead: try store.counts.change(.lead(lead, of: referrer), by: change),
            campaign: try store.counts.change(.campaign(conversion.campaign), by: change), at: now)
    }

    /// Counts a reward that takes a slot, or frees one.
    func countReward(_ change: Int64, of referrer: ID<Participant>, in campaign: ID<Campaign>)
        throws(StorageError)
    {
        guard change != 0, try store.counts.begun(in: campaign).contains(.referrerRewards) else {
            return
        }
        _ = try store.counts.change(.rewards(referrer), by: change)
    }

    // MARK: Multiples

    /// Takes back the rewards whose multiple is no longer reached, or decides the rewards of
    /// multiples of a conversion that was approved after its event.
    ///
    /// Called after the changes to the conversion's own rewards, so that each is decided as it is
    /// then.
    func followUp(
        _ change: ApprovalTable.Row?, of conversion: ConversionRow, _ campaign: CampaignSettings,
        _ now: Instant
    ) throws(StorageError) {
        guard var change, change.isCounted else { return }
        if change.change < 0 {
            try store.approvals.append(change, to: conversion.id)
            return try takeBack(after: change, of: conversion, now)
        }
        let facts = try factsOfMultiples(of: conversion, change, campaign, now)
        change.facts = facts.map { FactsRecord($0) }
        try store.approvals.append(change, to: conversion.id)
        if let facts { try grantMultiples(facts, of: conversion, campaign, now) }
    }

    private func takeBack(
        after change: ApprovalTable.Row, of conversion: ConversionRow, _ now: Instant
    ) throws(StorageError) {
        for beneficiary in CampaignReward.Beneficiary.allCases {
            guard let tally = beneficiary == .referrer ? change.referrer : change.lead else {
                continue
            }
            let holder = MilestoneTable.Holder(
                beneficiary, lead: conversion.lead, referrer: conversion.referrer)
            for id in try store.milestones.rewards(above: tally.count, of: holder) {
                try takeBack(id, now)
            }
        }
    }

    private func takeBack(_ id: ID<Reward>, _ now: Instant) throws(StorageError) {
        guard let row = try store.rewards.find(id), let rule = try rule(of: row),
            let conversion = try store.conversions.find(id.conversion),
            let campaign = declarations.campaigns[conversion.campaign]
        else { return }
        let target = try granted(row, rule, conversion)
        guard let change = takeBackMultiple(target.reward) else { return }
        // A line of the ledger names events of its own conversion only.
        try apply([change], to: [target], of: conversion, campaign, event: nil, now: now)
        try notify(
            [change].notifications(were: [target.reward]), [target], conversion, campaign, now)
    }

    /// The facts on which the rewards of multiples depend when a conversion is approved after its
    /// event; nil if its campaign had none then.
    private func factsOfMultiples(
        of conversion: ConversionRow, _ change: ApprovalTable.Row, _ campaign: CampaignSettings,
        _ now: Instant
    ) throws(StorageError) -> Facts? {
        guard let record = try store.events.find(ID(conversion.id.number))?.facts,
            let (id, number) = record.campaign,
            let version = number == campaign.version.version
                ? campaign.version : earlierRules(id, number),
            version.rewards.contains(where: { $0.every != nil })
        else { return nil }
        var facts = Facts(approving: conversion, under: version, now: now)
        facts.history.counts.referrer = change.referrer?.before(1)
        facts.history.counts.lead = change.lead?.before(1)
        if version.rules.goalThreshold > 1 {
            facts.history.referrerConversions = max(
                0,
                try store.conversions.count(
                    ofReferrer: conversion.referrer, atMost: version.rules.goalThreshold + 1) - 1)
        }
        let tombstones = store.tombstones
        let former = Former(
            leads: try tombstones.predecessors(of: conversion.lead, in: id),
            referrers: try tombstones.predecessors(of: conversion.referrer, in: id))
        try addUsage(of: version, to: &facts, conversion.lead, conversion.referrer, former)
        let conditions = record.conditions(of: version)
        for place in facts.rewards.indices where conditions.indices.contains(place) {
            facts.rewards[place].condition = conditions[place]
        }
        return facts
    }

    private func grantMultiples(
        _ facts: Facts, of conversion: ConversionRow, _ campaign: CampaignSettings, _ now: Instant
    ) throws(StorageError) {
        guard let version = facts.campaign else { return }
        let decided = decideMultiples(facts)
        var new: [ID<Reward>] = []
        var places = try store.rewards.of(conversion.id).map(\.id.place)
        for (index, reward) in decided.enumerated() where reward.isEarned {
            guard let place = Self.freePlace(for: index, places, version) else { continue }
            places.append(place)
            let id = ID<Reward>(of: conversion.id, place: place)
            try record(
                reward, as: id, version.rewards[index],
                NewReward(
                    lead: conversion.lead, referrer: conversion.referrer,
                    occurredAt: conversion.occurredAt, now: now,
                    holdEnd: version.rules.holdDays > 0
                        ? now + .days(version.rules.holdDays) : nil,
                    source: try store.events.source(of: ID(conversion.id.number))),
                campaign)
            new.append(id)
        }
        guard !new.isEmpty else { return }
        try shrink(new, of: conversion, campaign, now)
        let granted = try granted(of: conversion, campaign).filter { new.contains($0.row.id) }
        try notifyPool(
            facts.pool.notice(
                afterTaking: decided.count { $0.coupon != .none },
                isWanting: decided.contains { $0.reasons.contains(.poolEmpty) }), campaign, now)
        try notify(
            granted.map {
                Notification(
                    $0.row.status == .issued ? .rewardIssued : .rewardUpdated,
                    .granted($0.row.id))
            }, granted, conversion, campaign, now)
    }

    /// A place among the rewards of a conversion: the rule's own or, if an earlier reward of the
    /// rule has it, the last free one. Nil if none is free: the multiple is passed over.
    package static func freePlace(for index: Int, _ taken: [Int], _ version: Campaign) -> Int? {
        if !taken.contains(index) { return index }
        return (version.rewards.count..<Int(ID<Reward>.perConversion)).last {
            !taken.contains($0)
        }
    }

    /// Reduces new shares of an amount of which a part was refunded before.
    private func shrink(
        _ new: [ID<Reward>], of conversion: ConversionRow, _ campaign: CampaignSettings,
        _ now: Instant
    ) throws(StorageError) {
        let reversals = try store.conversions.reversals(of: conversion.id)
        guard let last = reversals.last else { return }
        let granted = try granted(of: conversion, campaign).filter { new.contains($0.row.id) }
        let decision = Referrals.reverse(
            ReversalFacts(
                reversal: last, earlier: reversals.dropLast(), payment: conversion.payment,
                rewards: granted.map(\.reward), now: now))
        try apply(
            decision.rewards, to: granted, of: conversion, campaign, event: nil, now: now)
    }
}

extension ApprovalTable.Row {
    /// True if a running count of conversions has changed.
    var isCounted: Bool { referrer != nil || lead != nil || campaign != nil }
}

extension Facts {
    /// The facts of a conversion on record, for a decision about its rewards of multiples.
    package init(approving conversion: ConversionRow, under version: Campaign, now: Instant) {
        self.init(
            event: QualifyingEvent(
                goal: version.rules.goalType, code: nil, amount: conversion.amount,
                currency: conversion.currency, paid: conversion.paid,
                occurredAt: conversion.occurredAt, receivedAt: conversion.createdAt),
            source: SourceFacts(), code: .absent, campaign: version, lead: .unknown,
            referrer: nil, now: now)
    }
}
