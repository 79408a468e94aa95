import Database
import Ledger
import Mapping
import Referrals
import Storage

extension Audit {
    /// Compares a refund's event with the conversion it was applied to. Its effect on rewards
    /// depended on their state then, which is not stored; the sum of all refunds is checked with
    /// the conversion.
    func compare(_ reversal: Reversal, _ mapped: MappedEvent, _ row: EventRow) throws(StorageError)
    {
        if mapped.isTest { return compare(row, .ignored, [.testEvent]) }
        let id = row.id.number
        guard let number = row.conversion else {
            let isPaused = row.reasons.contains(.sourcePaused)
            return compare(row, .parked, [isPaused ? .sourcePaused : .unknownCode])
        }
        // A missing conversion is found by an invariant.
        guard let conversion = try store.conversions.find(number) else { return }
        if row.participant != conversion.lead {
            note(
                "Event \(id) is a refund, but does not name the lead of conversion"
                    + " \(number.number).")
        }
        try checkKeys(of: row, mapped, number)
        let recorded = try store.audit.reversals(of: number)
        let own = recorded.firstIndex { $0.event == row.id }
        let payment = conversion.payment
        if payment.problem(with: reversal) != nil {
            if own != nil { note("Event \(id) was applied, but its amount is invalid.") }
            return compare(row, .held, [.conditionUnknown])
        }
        guard let own, recorded[own].reversal == reversal else {
            let what = own == nil ? "is not recorded" : "is recorded as something else"
            return note("Event \(id) is a refund of conversion \(number.number), but \(what).")
        }
        compare(row, reversal, after: recorded[..<own].compactMap(\.reversal), of: payment)
    }

    /// Compares an event that links business keys with the conversion that has one of them.
    func compare(link mapped: MappedEvent, _ row: EventRow) throws(StorageError) {
        if mapped.isTest { return compare(row, .ignored, [.testEvent]) }
        guard let conversion = row.conversion else {
            let isPaused = row.reasons.contains(.sourcePaused)
            return compare(row, .parked, [isPaused ? .sourcePaused : .unknownCode])
        }
        compare(row, .ignored, [.conversionDuplicate])
        let isNamed = try store.audit.names(conversion, by: mapped.businessKeys)
        if !isNamed {
            note(
                "Event \(row.id.number) names conversion \(conversion.number), but none of its keys"
                    + " does.")
        }
    }

    private func compare(
        _ row: EventRow, _ reversal: Reversal, after earlier: [Reversal], of payment: Payment
    ) {
        let all = earlier + [reversal]
        let left = payment.remaining(after: all)
        guard reversal.kind == .reinstate || left == payment.parts else {
            return compare(row, .reversed, [left == 0 ? .refundedFull : .refundedPartial])
        }
        // All is paid again: the outcome was that of the rewards, which have changed since.
        let isReinstated = all.contains { $0.kind == .reinstate }
        let isPossible = [.rewarded, .held, .qualified].contains(row.outcome)
        if !isPossible || row.reasons.contains(.reinstated) != isReinstated {
            note(
                "Event \(row.id.number) reinstated a payment, but its outcome is"
                    + " \(row.outcome.rawValue).")
        }
    }

    private func checkKeys(
        of row: EventRow, _ mapped: MappedEvent, _ conversion: ID<Conversion>
    ) throws(StorageError) {
        let isNamed = try store.audit.names(conversion, by: mapped.businessKeys)
        if !isNamed {
            note(
                "Event \(row.id.number) refunds conversion \(conversion.number), but none of its keys"
                    + " names that.")
        }
    }

    // MARK: The sum of a conversion's reversals

    /// Applies the last reversal again: if all were applied, it changes nothing more.
    func checkReversals(_ entry: Entry, _ campaign: CampaignSettings?) {
        let reversals = entry.reversals.compactMap(\.reversal)
        guard let conversion = entry.conversion?.row, let last = reversals.last else { return }
        let facts = ReversalFacts(
            reversal: last, earlier: reversals.dropLast(),
            payment: conversion.payment,
            status: conversion.status, wasApproved: conversion.wasApproved,
            rewards: entry.rewards.compactMap { granted($0, campaign) }, now: now)
        let left = facts.payment.remaining(after: reversals)
        if left == 0, [.pending, .approved].contains(conversion.status) {
            note(
                "Conversion \(entry.number) was refunded in full, but is"
                    + " \(conversion.status.rawValue).")
        }
        guard facts.payment.problem(with: last) == nil else { return }
        for line in reverse(facts).entries {
            note(
                "Reward \(line.reward.number) has a ledger that does not match the refunds of"
                    + " its conversion: \(line.units) must be added.")
        }
    }

    /// Nil if the base of the reward's share is unknown: its rule has changed, or cannot be read. A
    /// reward that was used, or is in review, keeps its worth until an operator decides.
    private func granted(_ reward: StoredReward, _ campaign: CampaignSettings?) -> GrantedReward? {
        let row = reward.row
        guard row.status != .inReview, row.status != .redeemed else { return nil }
        guard let rule = campaign?.version.rule(of: row), let value = row.value,
            rules[row.campaignReward]?.isAlways(share: rule.isShare) ?? false
        else { return nil }
        guard let remaining = reward.remaining, remaining >= 0, remaining <= value.units else {
            return nil
        }
        var granted = GrantedReward(
            id: row.id, kind: rule.kind, isShare: rule.isShare, value: value, remaining: remaining,
            status: row.status, reasons: row.reasons, coupon: reward.coupon,
            heldUntil: row.heldUntil)
        granted.isMultiple = rule.every != nil
        return granted
    }
}
