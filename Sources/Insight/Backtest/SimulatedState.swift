import Currencies
import Database
import Ledger
import Referrals
import Storage
import Time

/// The caps, budgets, pools and conversions of a world in which a draft's rules were in force.
///
/// Most counts are kept as differences from the recorded world, whose counts are stored with each
/// event: refunds, reviews, uploads and all else that happened are part of those. Rules that equal
/// the recorded ones have no difference, so that they decide as recorded. A count that the recorded
/// rules did not need (another scope of a cap, a new budget) is kept as a whole, from the rows
/// before the first event on.
struct SimulatedState {
    /// A sum of rewards in one unit, against which a budget is compared.
    struct Sum: Hashable {
        let rule: ID<CampaignReward>
        /// The currency; nil for points and other units.
        let currency: Currency?
    }

    /// The name by which a conversion is found: its business key within a goal.
    struct Key: Hashable {
        let campaign: ID<Campaign>
        let goal: String
        let key: String
    }

    /// The changes of the counts by one event, to be undone by a full refund.
    struct Consequence {
        var slots: [(ClaimTable.Scope, Int)] = []
        var sums: [(Sum, Int64)] = []
        var referrer: ID<Participant>?
    }

    /// The rules whose slots are counted as a whole.
    var wholeSlots: Set<ID<CampaignReward>> = []
    /// The rules whose sums are counted as a whole.
    var wholeSums: Set<ID<CampaignReward>> = []
    /// The campaigns whose conversions are counted as a whole, by referrer.
    var wholeConversions: Set<ID<Campaign>> = []
    /// The campaigns in which a lead converts once by the draft, and did not by a recorded version.
    var onceNow: Set<ID<Campaign>> = []

    private(set) var slots: [ClaimTable.Scope: Int] = [:]
    private(set) var sums: [Sum: Int64] = [:]
    /// The differences of unused coupons.
    private(set) var pools: [ID<Campaign>: Int] = [:]
    /// The latest recorded pool of each campaign.
    private var lastPools: [ID<Campaign>: CouponPool] = [:]
    /// The latest recorded sums, for events whose sums were not stored.
    private var lastSums: [Sum: Int64] = [:]
    /// The recorded conversions that the draft does not make.
    private(set) var removed: Set<Int64> = []
    /// The conversions that only the draft makes.
    private var keys: [Key: ID<Conversion>] = [:]
    private var leads: [ID<Participant>: ID<Conversion>] = [:]
    /// The times of conversions by referrer, and the events they come from.
    private var conversions: [ID<Participant>: [(at: Instant, event: Int64)]] = [:]
    private var converted: [ID<Participant>: ID<Conversion>] = [:]
    /// The differences of the number of conversions by referrer.
    private var conversionChanges: [ID<Participant>: Int] = [:]
    private var consequences: [Int64: Consequence] = [:]

    /// True if the draft's world is the recorded one so far, and no count is kept as a whole.
    var isUnchanged: Bool {
        removed.isEmpty && leads.isEmpty && keys.isEmpty && slots.isEmpty && sums.isEmpty
            && pools.isEmpty && consequences.isEmpty && wholeSlots.isEmpty && wholeSums.isEmpty
            && wholeConversions.isEmpty && onceNow.isEmpty
    }

    // MARK: Before the first event

    mutating func add(_ grant: EarlierUse.Grant, _ rule: CampaignReward) {
        if wholeSlots.contains(rule.id) {
            for cap in rule.caps {
                let scope = ClaimTable.Scope(
                    cap, of: rule.id, window: cap.window.key(of: grant.occurredAt),
                    lead: grant.lead, referrer: grant.referrer)
                slots[scope, default: 0] += 1
            }
        }
        if wholeSums.contains(rule.id) {
            let sum = Sum(rule: rule.id, currency: grant.unit.flatMap { Currency($0) })
            sums[sum, default: 0] &+= grant.units
        }
    }

    mutating func addConversion(
        of referrer: ID<Participant>, _ lead: ID<Participant>, at time: Instant
    ) {
        conversions[referrer, default: []].append((time, 0))
        if converted[lead] == nil { converted[lead] = ID(0) }
    }

    // MARK: Before a decision

    /// The conversion that an event repeats in the draft's world.
    ///
    /// - Parameter isByKey: True if the recorded conversion has one of the event's keys.
    func repeated(
        _ facts: Facts, by draft: Campaign, version: Campaign, _ lead: ID<Participant>?,
        isByKey: (ID<Conversion>) -> Bool
    ) -> ID<Conversion>? {
        for key in facts.event.businessKeys {
            let name = Key(campaign: draft.id, goal: facts.event.goal, key: key)
            if let known = keys[name] { return known }
        }
        let isOnce = draft.rules.conversions == .first || facts.event.businessKeys.isEmpty
        if let recorded = facts.history.repeated, !removed.contains(recorded.number) {
            let wasOnce =
                version.rules.conversions == .first || facts.event.businessKeys.isEmpty
            if isOnce || !wasOnce || isByKey(recorded) { return recorded }
        }
        guard isOnce, let lead else { return nil }
        if let known = leads[lead] { return known }
        return onceNow.contains(draft.id) ? converted[lead] : nil
    }

    /// The pool in the draft's world. Waiting rewards take coupons that come, so that both are one
    /// count.
    mutating func pool(
        _ recorded: CouponPool, of campaign: ID<Campaign>, isRecorded: Bool
    ) -> CouponPool {
        var pool = isRecorded ? recorded : lastPools[campaign] ?? recorded
        if isRecorded { lastPools[campaign] = recorded }
        pool.unused += pools[campaign] ?? 0
        if pool.unused < 0 { (pool.unused, pool.waiting) = (0, pool.waiting - pool.unused) }
        return pool
    }

    /// Sets the pool of a campaign whose recorded rules gave no coupons.
    mutating func begin(_ pool: CouponPool, of campaign: ID<Campaign>) {
        if lastPools[campaign] == nil { lastPools[campaign] = pool }
    }

    /// The slots used in the draft's world.
    ///
    /// - Parameter recorded: The recorded number, unless it is counted as a whole.
    func slotsUsed(in scope: ClaimTable.Scope, recorded: Int) -> Int {
        let known = slots[scope] ?? 0
        return max(0, wholeSlots.contains(scope.rule) ? known : recorded + known)
    }

    /// The sum in the draft's world; nil as the recorded one takes the latest known.
    mutating func spent(_ sum: Sum, recorded: Int64?) -> Int64 {
        let known = sums[sum] ?? 0
        if wholeSums.contains(sum.rule) { return known }
        if let recorded { lastSums[sum] = recorded }
        return (recorded ?? lastSums[sum] ?? 0) &+ known
    }

    /// The number of a referrer's conversions in the draft's world, and of those in a window.
    func conversions(
        of referrer: ID<Participant>, after start: Instant, until end: Instant
    ) -> (all: Int, recent: Int) {
        let times = conversions[referrer] ?? []
        return (times.count, times.count { $0.at > start && $0.at <= end })
    }

    /// True if the referrer has other conversions than recorded.
    func hasOtherConversions(_ referrer: ID<Participant>) -> Bool {
        conversionChanges[referrer] != nil
    }

    // MARK: After a decision

    /// One decision with the people it is about.
    struct Decided {
        let event: ID<Event>
        let facts: Facts
        let lead: ID<Participant>?
        let referrer: ID<Participant>?
        /// The recorded decision under its version, and the draft's.
        let old: Decision
        let new: Decision
        let version: Campaign
        let draft: Campaign
    }

    /// Counts the difference between two decisions.
    mutating func count(_ decided: Decided) {
        var change = Consequence()
        countConversion(decided, &change)
        if let lead = decided.lead, let referrer = decided.referrer {
            countRewards(decided, lead, referrer, &change)
        }
        if !change.slots.isEmpty || !change.sums.isEmpty || change.referrer != nil {
            consequences[decided.event.number] = change
        }
    }

    private mutating func countConversion(_ decided: Decided, _ change: inout Consequence) {
        let (had, has) = (decided.old.conversion != nil, decided.new.conversion != nil)
        let id = ID<Conversion>(decided.event.number)
        if has, let lead = decided.lead, let referrer = decided.referrer,
            wholeConversions.contains(decided.draft.id) || onceNow.contains(decided.draft.id)
        {
            conversions[referrer, default: []].append(
                (decided.facts.event.occurredAt, id.number))
            change.referrer = referrer
            if converted[lead] == nil { converted[lead] = id }
        }
        guard had != has else { return }
        if let referrer = decided.referrer {
            conversionChanges[referrer, default: 0] += has ? 1 : -1
        }
        guard has else {
            removed.insert(id.number)
            return
        }
        let event = decided.facts.event
        for key in event.businessKeys {
            let name = Key(campaign: decided.draft.id, goal: event.goal, key: key)
            if keys[name] == nil { keys[name] = id }
        }
        let isOnce = decided.draft.rules.conversions == .first || event.businessKeys.isEmpty
        if isOnce, let lead = decided.lead, leads[lead] == nil { leads[lead] = id }
    }

    private mutating func countRewards(
        _ decided: Decided, _ lead: ID<Participant>, _ referrer: ID<Participant>,
        _ change: inout Consequence
    ) {
        let at = decided.facts.event.occurredAt
        var coupons = 0
        func note(_ reward: RewardDecision, _ rule: CampaignReward, _ sign: Int) {
            for cap in rule.caps {
                let scope = ClaimTable.Scope(
                    cap, of: rule.id, window: cap.window.key(of: at), lead: lead,
                    referrer: referrer)
                change.slots.append((scope, sign))
            }
            guard let value = reward.value else { return }
            var currency: Currency?
            if case .money(let money) = value { currency = money.currency }
            change.sums.append(
                (Sum(rule: rule.id, currency: currency), Int64(sign) &* value.units))
        }
        for (place, rule) in decided.draft.rewards.enumerated() {
            let new = decided.new.rewards.indices.contains(place) ? decided.new.rewards[place] : nil
            let old = decided.old.rewards.first { $0.campaignReward == rule.id }
            let (isNew, wasOld) = (new?.status != nil, old?.status != nil)
            let isWhole = wholeSlots.contains(rule.id) || wholeSums.contains(rule.id)
            if isWhole ? isNew : isNew != wasOld || new?.value != old?.value {
                if isNew, let new { note(new, rule, 1) }
                if !isWhole, wasOld, let old { note(old, rule, -1) }
            }
            if isNew, rule.kind == .coupon { coupons += 1 }
        }
        for reward in decided.old.rewards where reward.status != nil && reward.kind == .coupon {
            coupons -= 1
        }
        if coupons != 0 { add(-coupons, toPool: decided.draft.id) }
        apply(change, 1)
    }

    private mutating func add(_ count: Int, toPool campaign: ID<Campaign>) {
        let sum = (pools[campaign] ?? 0) + count
        pools[campaign] = sum == 0 ? nil : sum
    }

    private mutating func apply(_ change: Consequence, _ sign: Int) {
        for (scope, count) in change.slots {
            let sum = (slots[scope] ?? 0) + count * sign
            slots[scope] = sum == 0 ? nil : sum
        }
        for (name, amount) in change.sums {
            let sum = (sums[name] ?? 0) &+ amount &* Int64(sign)
            sums[name] = sum == 0 ? nil : sum
        }
    }

    /// Frees the slots and the budget of a conversion that is refunded in full. Its coupons are
    /// voided, and do not return.
    mutating func refund(_ conversion: ID<Conversion>) {
        guard let change = consequences.removeValue(forKey: conversion.number) else { return }
        apply(change, -1)
        if let referrer = change.referrer {
            conversions[referrer]?.removeAll { $0.event == conversion.number }
        }
    }
}
