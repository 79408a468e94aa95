import Database
import Referrals
import Time

/// The slots in use, each once: a lead's conversion, a place below a cap. The primary key prevents
/// two rows from taking the same slot.
///
/// No operation takes longer when more slots of a cap are taken. The near slots, the first 64 of a
/// cap, are read each time: most caps have fewer. `FarSlots` counts those beyond.
package final class ClaimTable {
    private let find, near, take, free, ofHolder: any Statement
    private let far: FarSlots

    /// The first slot that is far.
    static let firstFar: Int64 = 64

    init(_ session: any Session) throws(StorageError) {
        find = try session.prepare(
            "SELECT ref FROM claims WHERE holder = ?1 AND rule = ?2 AND subject = ?3 AND slot = ?4")
        near = try session.prepare(
            """
            SELECT slot, ref FROM claims
            WHERE holder = ?1 AND rule = ?2 AND subject = ?3 ORDER BY slot
            """)
        take = try session.prepare(
            "INSERT INTO claims(holder, rule, subject, slot, ref) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING"
        )
        free = try session.prepare(
            """
            DELETE FROM claims WHERE holder = ?1 AND rule = ?2 AND subject = ?3 AND slot = ?4
            """)
        far = try FarSlots(session)
        ofHolder = try session.prepare(

            """
            SELECT rule, subject, slot, ref FROM claims
            WHERE holder = ?1 AND rule >= 0 ORDER BY ref LIMIT ?2
            """)
    }

    // MARK: Conversions

    /// The only conversion of a lead, if it has one. `holder` is the lead's referrer.
    package func conversion(
        of lead: ID<Participant>, holder: ID<Participant>
    ) throws(StorageError) -> ID<Conversion>? {
        try find.bind(1, holder)
        try find.bind(2, Self.conversionRule)
        try find.bind(3, lead)
        try find.bind(4, 0)
        guard try find.step() else { return nil }
        defer { find.reset() }
        return find.id(0)
    }

    /// Takes the lead's only conversion or, if every purchase converts, a slot of its own. Returns
    /// false if it is taken.
    package func takeConversion(
        _ conversion: ID<Conversion>, of lead: ID<Participant>, holder: ID<Participant>,
        isOneOfMany: Bool
    ) throws(StorageError) -> Bool {
        try take(
            holder: holder.number, rule: Self.conversionRule, subject: lead.number,
            slot: isOneOfMany ? conversion.number : 0, ref: conversion.number)
    }

    // MARK: Caps

    /// A cap within which rewards are counted.
    package struct Scope: Hashable, Sendable {
        /// The participant who holds the slots; nil for a cap of the whole campaign.
        package let holder: ID<Participant>?
        /// The campaign reward that the cap belongs to.
        package let rule: ID<CampaignReward>
        let subject: Int64

        init(holder: ID<Participant>?, rule: ID<CampaignReward>, subject: Int64) {
            self.holder = holder
            self.rule = rule
            self.subject = subject
        }

        /// 0 for a cap of the whole campaign.
        var holderNumber: Int64 { holder?.number ?? 0 }

        /// The subject as stored. A cap per lead is counted on the referrer's page too, apart from
        /// other leads'.
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

        /// Every scope in which a cap of the rule may have counted a reward, whatever the cap was
        /// then.
        package static func all(
            of rule: ID<CampaignReward>, at time: Instant, lead: ID<Participant>,
            referrer: ID<Participant>
        ) -> [Scope] {
            Cap.Subject.allCases.flatMap { per in
                Window.allCases.map { window in
                    Scope(
                        Cap(count: 0, per: per), of: rule, window: window.key(of: time), lead: lead,
                        referrer: referrer)
                }
            }
        }
    }

    /// The usage of a cap.
    package struct Usage: Equatable, Sendable {
        /// The number of slots taken.
        package var used: Int
        /// The first slot after all that are taken.
        package var next: Int64

        package init(used: Int, next: Int64) {
            self.used = used
            self.next = next
        }
    }

    /// The usage of a cap.
    package func usage(in scope: Scope) throws(StorageError) -> Usage {
        try Self.bind(scope, to: near)
        defer { near.reset() }
        var usage = Usage(used: 0, next: 0)
        while try near.step() {
            let slot = near.integer(0)
            guard slot < Self.firstFar else { return try far.usage(in: scope, near: usage.used) }
            usage.used += 1
            usage.next = slot + 1
        }
        return usage
    }

    /// Takes a free slot below the cap; nil if all are taken.
    package func takeSlot(
        in scope: Scope, below count: Int, given usage: Usage, for reward: ID<Reward>
    ) throws(StorageError) -> Int64? {
        guard usage.used < count else { return nil }
        // A freed slot leaves a gap, which is searched for only when the end is reached.
        let slot = usage.next < count ? usage.next : try firstGap(in: scope)
        guard let slot, slot < count else { return nil }
        let isTaken = try take(
            holder: scope.holderNumber, rule: scope.rule.number, subject: scope.subject,
            slot: slot, ref: reward.number)
        guard isTaken else { return nil }
        if slot >= Self.firstFar { try far.noteTaken(slot, in: scope) }
        return slot
    }

    private func firstGap(in scope: Scope) throws(StorageError) -> Int64? {
        try Self.bind(scope, to: near)
        defer { near.reset() }
        var expected: Int64 = 0
        while expected < Self.firstFar {
            guard try near.step(), near.integer(0) == expected else { return expected }
            expected += 1
        }
        return try far.firstGap(in: scope)
    }

    /// Frees the slot of a reward. Returns false if it holds none in these scopes, which must be of
    /// one rule.
    package func releaseSlot(
        of reward: ID<Reward>, in scopes: [Scope]
    ) throws(StorageError) -> Bool {
        for scope in scopes {
            guard let slot = try nearSlot(of: reward, in: scope) else { continue }
            try free(slot, in: scope)
            return true
        }
        for (index, scope) in scopes.enumerated()
        where !scopes[..<index].contains(where: { $0.holder == scope.holder }) {
            guard let (subject, slot) = try far.find(reward, like: scope) else { continue }
            let place = Scope(holder: scope.holder, rule: scope.rule, subject: subject)
            try free(slot, in: place)
            try far.noteFreed(slot, in: place)
            return true
        }
        return false
    }

    private func nearSlot(of reward: ID<Reward>, in scope: Scope) throws(StorageError) -> Int64? {
        try Self.bind(scope, to: near)
        defer { near.reset() }
        while try near.step(), near.integer(0) < Self.firstFar {
            if near.integer(1) == reward.number { return near.integer(0) }
        }
        return nil
    }

    private func free(_ slot: Int64, in scope: Scope) throws(StorageError) {
        try Self.bind(scope, to: free)
        try free.bind(4, slot)
        try free.run()
    }

    static func bind(_ scope: Scope, to statement: any Statement) throws(StorageError) {
        try statement.bind(1, scope.holderNumber)
        try statement.bind(2, scope.rule)
        try statement.bind(3, scope.subject)
    }

    // MARK: Looking back

    /// A slot that a holder has used.
    package enum Claim: Equatable, Sendable {
        case conversion(ID<Conversion>, lead: ID<Participant>)
        case reward(ID<Reward>)
    }

    /// The slots that a participant holds, at most `limit`.
    package func claims(of holder: ID<Participant>, limit: Int) throws(StorageError) -> [Claim] {
        try ofHolder.bind(1, holder)
        try ofHolder.bind(2, limit)
        var claims: [Claim] = []
        while try ofHolder.step() {
            claims.append(
                ofHolder.integer(0) == Self.conversionRule
                    ? .conversion(ofHolder.id(3), lead: ofHolder.id(1))
                    : .reward(ofHolder.id(3)))
        }
        return claims
    }

    private static let conversionRule: Int64 = 0

    private func take(
        holder: Int64, rule: Int64, subject: Int64, slot: Int64, ref: Int64
    ) throws(StorageError) -> Bool {
        try take.bind(1, holder)
        try take.bind(2, rule)
        try take.bind(3, subject)
        try take.bind(4, slot)
        try take.bind(5, ref)
        return try take.runCountingChanges() == 1
    }
}
