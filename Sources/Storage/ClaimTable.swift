import Referrals
import SQLite

/// What is used up, each slot once: a lead's conversion, a place below a cap. The primary key is what
/// keeps two from taking the same.
package final class ClaimTable {
    private let find, used, take, release, ofHolder: Statement

    init(_ connection: Connection) throws(SQLiteError) {
        find = try connection.prepare(
            "SELECT ref FROM claims WHERE holder = ?1 AND rule = ?2 AND subject = ?3 AND slot = ?4")
        used = try connection.prepare(
            """
            SELECT slot FROM claims WHERE holder = ?1 AND rule = ?2 AND subject = ?3
            ORDER BY slot LIMIT ?4
            """)
        take = try connection.prepare(
            "INSERT INTO claims VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING")
        release = try connection.prepare(
            """
            DELETE FROM claims
            WHERE holder = ?1 AND rule = ?2 AND subject = ?3 AND slot = ?4 AND ref = ?5
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
    package struct Scope: Equatable, Sendable {
        /// The participant who holds the slots; nil for a cap of the whole campaign.
        package var holder: ID<Participant>?
        package var reward: ID<CampaignReward>
        /// The window's key; for a cap per lead of a referrer's rewards, the lead.
        package var subject: Int64

        package init(holder: ID<Participant>?, reward: ID<CampaignReward>, subject: Int64) {
            self.holder = holder
            self.reward = reward
            self.subject = subject
        }
    }

    /// The slots taken below the cap, in order; at most `count`.
    package func slots(in scope: Scope, below count: Int) throws(SQLiteError) -> [Int64] {
        try used.bind(1, scope.holder?.number ?? 0)
        try used.bind(2, scope.reward.number)
        try used.bind(3, scope.subject)
        try used.bind(4, count)
        var slots: [Int64] = []
        while try used.step() { slots.append(used.integer(0)) }
        return slots
    }

    /// Takes the lowest free slot; nil where all `count` are taken.
    package func takeSlot(
        in scope: Scope, below count: Int, for reward: ID<Reward>
    ) throws(SQLiteError) -> Int64? {
        let taken = try slots(in: scope, below: count)
        guard taken.count < count else { return nil }
        var slot = Int64(taken.count)
        // A freed slot leaves a gap; the first number that is not its own place shows where.
        for (place, number) in taken.enumerated() where number != Int64(place) {
            slot = Int64(place)
            break
        }
        let isTaken = try take(
            holder: scope.holder?.number ?? 0, rule: scope.reward.number, subject: scope.subject,
            slot: slot, ref: reward.number)
        return isTaken ? slot : nil
    }

    /// Frees the slot a reward holds. False where it held none there.
    package func releaseSlots(of reward: ID<Reward>, in scope: Scope) throws(SQLiteError) -> Bool {
        var freed = false
        for slot in try slots(in: scope, below: Int(Int32.max)) {
            try release.bind(1, scope.holder?.number ?? 0)
            try release.bind(2, scope.reward.number)
            try release.bind(3, scope.subject)
            try release.bind(4, slot)
            try release.bind(5, reward.number)
            if try release.runCountingChanges() == 1 { freed = true }
        }
        return freed
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
