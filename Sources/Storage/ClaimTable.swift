import Referrals
import SQLite

/// What is used up, each slot once: a lead's conversion, a place below a cap. The primary key is what
/// keeps two from taking the same.
package final class ClaimTable {
    private let find, usage, slots, take, release, ofHolder: Statement

    init(_ connection: Connection) throws(SQLiteError) {
        find = try connection.prepare(
            "SELECT ref FROM claims WHERE holder = ?1 AND rule = ?2 AND subject = ?3 AND slot = ?4")
        usage = try connection.prepare(
            """
            SELECT count(*), coalesce(max(slot) + 1, 0) FROM claims
            WHERE holder = ?1 AND rule = ?2 AND subject = ?3
            """)
        slots = try connection.prepare(
            """
            SELECT slot FROM claims WHERE holder = ?1 AND rule = ?2 AND subject = ?3 ORDER BY slot
            """)
        take = try connection.prepare(
            "INSERT INTO claims VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING")
        release = try connection.prepare(
            """
            DELETE FROM claims WHERE holder = ?1 AND rule = ?2 AND ref = ?3
            """)
        ofHolder = try connection.prepare(
            "SELECT rule, subject, slot, ref FROM claims WHERE holder = ?1 ORDER BY ref LIMIT ?2")
    }

    // MARK: Conversions

    /// The one conversion of a lead, where it has one. `holder` is the lead's referrer.
    package func conversion(
        of lead: ID<Participant>, holder: ID<Participant>
    ) throws(SQLiteError) -> ID<Conversion>? {
        try find.bind(1, holder.number)
        try find.bind(2, Self.conversionRule)
        try find.bind(3, lead.number)
        try find.bind(4, 0)
        guard try find.step() else { return nil }
        defer { find.reset() }
        return ID(find.integer(0))
    }

    /// Takes the lead's one conversion, or, where every purchase converts, a slot of this one's own.
    /// False where it is taken.
    package func takeConversion(
        _ conversion: ID<Conversion>, of lead: ID<Participant>, holder: ID<Participant>,
        isOneOfMany: Bool
    ) throws(SQLiteError) -> Bool {
        try take(
            holder: holder.number, rule: Self.conversionRule, subject: lead.number,
            slot: isOneOfMany ? conversion.number : 0, ref: conversion.number)
    }

    // MARK: Caps

    /// A cap within which rewards are counted.
    package struct Scope: Hashable, Sendable {
        /// The participant who holds the slots; nil for a cap of the whole campaign.
        package let holder: ID<Participant>?
        package let rule: ID<CampaignReward>
        let subject: Int64

        /// A cap per lead is counted on the referrer's page too, apart from other leads'.
        ///
        ///     subject    lead's number (0 for the other caps) | window's key, 27 bits
        package init(
            _ cap: Cap, of rule: ID<CampaignReward>, window: Int32, lead: ID<Participant>,
            referrer: ID<Participant>
        ) {
            self.rule = rule
            switch cap.per {
            case .referrer: (holder, subject) = (referrer, Int64(window))
            case .lead: (holder, subject) = (referrer, lead.number << 27 | Int64(window))
            case .campaign: (holder, subject) = (nil, Int64(window))
            }
        }
    }

    /// How far a cap is used up.
    package struct Usage: Equatable, Sendable {
        /// Slots taken.
        package var used: Int
        /// The first slot behind all that are taken.
        package var next: Int64

        package init(used: Int, next: Int64) {
            self.used = used
            self.next = next
        }
    }

    /// Takes time in proportion to the slots taken.
    package func usage(in scope: Scope) throws(SQLiteError) -> Usage {
        try usage.bind(1, scope.holder?.number ?? 0)
        try usage.bind(2, scope.rule.number)
        try usage.bind(3, scope.subject)
        _ = try usage.step()
        defer { usage.reset() }
        return Usage(used: Int(usage.integer(0)), next: usage.integer(1))
    }

    /// Takes a free slot below the cap; nil where all are taken.
    package func takeSlot(
        in scope: Scope, below count: Int, given usage: Usage, for reward: ID<Reward>
    ) throws(SQLiteError) -> Int64? {
        guard usage.used < count else { return nil }
        // A slot that was freed leaves a gap, which is looked for only when the end is reached.
        let slot = usage.next < count ? usage.next : try firstGap(in: scope)
        guard slot < count else { return nil }
        let isTaken = try take(
            holder: scope.holder?.number ?? 0, rule: scope.rule.number, subject: scope.subject,
            slot: slot, ref: reward.number)
        return isTaken ? slot : nil
    }

    private func firstGap(in scope: Scope) throws(SQLiteError) -> Int64 {
        try slots.bind(1, scope.holder?.number ?? 0)
        try slots.bind(2, scope.rule.number)
        try slots.bind(3, scope.subject)
        defer { slots.reset() }
        var expected: Int64 = 0
        while try slots.step() {
            guard slots.integer(0) == expected else { return expected }
            expected += 1
        }
        return expected
    }

    /// Frees the slot a reward holds. False where it holds none.
    package func releaseSlot(
        of reward: ID<Reward>, holder: ID<Participant>?, rule: ID<CampaignReward>
    ) throws(SQLiteError) -> Bool {
        try release.bind(1, holder?.number ?? 0)
        try release.bind(2, rule.number)
        try release.bind(3, reward.number)
        return try release.runCountingChanges() == 1
    }

    // MARK: Looking back

    /// What a holder has used up.
    package enum Claim: Equatable, Sendable {
        case conversion(ID<Conversion>, lead: ID<Participant>)
        case reward(ID<Reward>)
    }

    package func claims(of holder: ID<Participant>, limit: Int) throws(SQLiteError) -> [Claim] {
        try ofHolder.bind(1, holder.number)
        try ofHolder.bind(2, limit)
        var claims: [Claim] = []
        while try ofHolder.step() {
            claims.append(
                ofHolder.integer(0) == Self.conversionRule
                    ? .conversion(ID(ofHolder.integer(3)), lead: ID(ofHolder.integer(1)))
                    : .reward(ID(ofHolder.integer(3))))
        }
        return claims
    }

    private static let conversionRule: Int64 = 0

    private func take(
        holder: Int64, rule: Int64, subject: Int64, slot: Int64, ref: Int64
    ) throws(SQLiteError) -> Bool {
        try take.bind(1, holder)
        try take.bind(2, rule)
        try take.bind(3, subject)
        try take.bind(4, slot)
        try take.bind(5, ref)
        return try take.runCountingChanges() == 1
    }
}
