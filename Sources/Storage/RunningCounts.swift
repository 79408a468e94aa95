import Database
import Referrals

/// The running counts of approved conversions and of rewards, which rules read. Each is a row of
/// `claims`, so that a referrer's count is on the page of the referrer's slots.
///
/// A count is begun when a rule first reads it, by counting the rows. From then on each change of
/// the campaign's conversions and rewards changes it, also while no rule reads it.
///
///     rule   -1 approved conversions: subject 0 the holder's own leads', subject a lead that
///            lead's, holder 0 and subject a campaign that campaign's · -2 the holder's rewards that
///            hold a slot
///     slot   0 the count: ref = number of changes << 31 | count · 1 the count at its beginning
package final class RunningCounts: ForgettableRows {
    /// A count that is kept.
    package enum Counter: Equatable, Sendable {
        case referrer(ID<Participant>)
        case lead(ID<Participant>, of: ID<Participant>)
        case campaign(ID<Campaign>)
        case rewards(ID<Participant>)

        package var holder: Int64 {
            switch self {
            case .referrer(let id), .lead(_, of: let id), .rewards(let id): id.number
            case .campaign: 0
            }
        }

        package var rule: Int64 {
            switch self {
            case .referrer, .lead, .campaign: -1
            case .rewards: -2
            }
        }

        package var subject: Int64 {
            switch self {
            case .referrer, .rewards: 0
            case .lead(let id, _): id.number
            case .campaign(let id): id.number
            }
        }
    }

    private let session: any Session
    private let find, change: any Statement
    /// The counts that were begun, by campaign, as far as known.
    private var begun: [ID<Campaign>: HistoryNeeds] = [:]

    init(_ session: any Session) throws(StorageError) {
        self.session = session
        find = try session.prepare(
            "SELECT ref FROM claims WHERE holder = ?1 AND rule = ?2 AND subject = ?3 AND slot = 0")
        change = try session.prepare(
            """
            UPDATE claims SET ref = ?4
            WHERE holder = ?1 AND rule = ?2 AND subject = ?3 AND slot = 0 AND ref = ?5
            """)
    }

    package func forget() { begun.removeAll(keepingCapacity: true) }

    // MARK: Campaigns

    /// The counts that were begun in a campaign.
    package func begun(in campaign: ID<Campaign>) throws(StorageError) -> HistoryNeeds {
        if let known = begun[campaign] { return known }
        let select = try session.prepare("SELECT counted FROM campaigns WHERE id = ?1")
        try select.bind(1, campaign)
        defer { select.reset() }
        let bits = try select.step() ? select.optionalInteger(0) ?? 0 : 0
        let found = HistoryNeeds(rawValue: bits)
        if begun.count > 10_000 { begun.removeAll() }
        begun[campaign] = found
        return found
    }

    /// Notes that counts of a campaign are kept from now on.
    package func begin(_ needs: HistoryNeeds, in campaign: ID<Campaign>) throws(StorageError) {
        let known = try begun(in: campaign)
        guard !known.isSuperset(of: needs) else { return }
        let update = try session.prepare("UPDATE campaigns SET counted = ?2 WHERE id = ?1")
        try update.bind(1, campaign)
        try update.bind(2, known.union(needs).rawValue)
        try update.run()
        begun[campaign] = known.union(needs)
    }

    // MARK: Counts

    /// A count; it is begun if it was not.
    package func tally(_ counter: Counter) throws(StorageError) -> Tally {
        if let known = try known(counter) { return known }
        let count = try counted(counter)
        try insert(counter, slot: 0, Self.packed(Tally(count: count)))
        try insert(counter, slot: 1, count)
        return Tally(count: count)
    }

    /// Begins a count with nothing, unless it was begun.
    package func begin(_ counter: Counter) throws(StorageError) {
        guard try known(counter) == nil else { return }
        try insert(counter, slot: 0, 0)
        try insert(counter, slot: 1, 0)
    }

    /// A count that was begun; nil for any other.
    package func known(_ counter: Counter) throws(StorageError) -> Tally? {
        try bind(counter, to: find)
        defer { find.reset() }
        return try find.step() ? Self.tally(find.integer(0)) : nil
    }

    /// Changes a count that was begun. Throws if it differs from the one given.
    package func change(
        _ counter: Counter, from tally: Tally, by difference: Int64
    ) throws(StorageError) -> Tally {
        let next = tally.changed(by: difference)
        try bind(counter, to: change)
        try change.bind(4, Self.packed(next))
        try change.bind(5, Self.packed(tally))
        guard next.count >= 0, try change.runCountingChanges() == 1 else {
            throw .contradiction("a running count of \(counter.holder) changed while it was read")
        }
        return next
    }

    /// Changes a count if it was begun. Returns the count after the change.
    package func change(
        _ counter: Counter, by difference: Int64
    ) throws(StorageError) -> Tally? {
        guard let tally = try known(counter) else { return nil }
        return try change(counter, from: tally, by: difference)
    }

    private func insert(
        _ counter: Counter, slot: Int64, _ ref: Int64
    ) throws(StorageError) {
        let insert = try session.prepare(
            "INSERT INTO claims(holder, rule, subject, slot, ref) VALUES (?1, ?2, ?3, ?4, ?5)")
        try bind(counter, to: insert)
        try insert.bind(4, slot)
        try insert.bind(5, ref)
        try insert.run()
    }

    private func bind(_ counter: Counter, to statement: any Statement) throws(StorageError) {
        try statement.bind(1, counter.holder)
        try statement.bind(2, counter.rule)
        try statement.bind(3, counter.subject)
    }

    private static let countBits: Int64 = 31

    static func packed(_ tally: Tally) -> Int64 { tally.step << countBits | tally.count }

    package static func tally(_ ref: Int64) -> Tally {
        Tally(step: ref >> countBits, count: ref & (1 << countBits - 1))
    }

    // MARK: Counting rows

    private func counted(_ counter: Counter) throws(StorageError) -> Int64 {
        let select: any Statement
        switch counter {
        case .referrer(let id):
            select = try session.prepare(
                """
                SELECT count(*) FROM claims AS k CROSS JOIN conversions AS c
                WHERE c.id = k.ref AND k.holder = ?1 AND k.rule = 0 AND c.status = 'approved'
                """)
            try select.bind(1, id)
        case .lead(let id, let referrer):
            select = try session.prepare(
                """
                SELECT count(*) FROM claims AS k CROSS JOIN conversions AS c
                WHERE c.id = k.ref AND k.holder = ?1 AND k.rule = 0 AND k.subject = ?2
                    AND c.status = 'approved'
                """)
            try select.bind(1, referrer)
            try select.bind(2, id)
        case .campaign(let id):
            select = try session.prepare(
                "SELECT count(*) FROM conversions WHERE campaign_id = ?1 AND status = 'approved'")
            try select.bind(1, id)
        case .rewards(let id):
            select = try session.prepare(
                """
                SELECT count(*) FROM claims AS k CROSS JOIN rewards AS r
                WHERE k.holder = ?1 AND k.rule = 0 AND r.id >= k.ref * \(Self.perConversion)
                    AND r.id < (k.ref + 1) * \(Self.perConversion) AND r.beneficiary_id = ?1
                    AND \(Self.holdsSlot("r"))
                """)
            try select.bind(1, id)
        }
        _ = try select.step()
        defer { select.reset() }
        return select.integer(0)
    }

    private static var perConversion: Int64 { ID<Reward>.perConversion }

    /// The condition that a reward holds a slot: it is in a live status, and did not come back
    /// without one.
    static func holdsSlot(_ reward: String) -> String {
        """
        \(reward).status IN ('in_review', 'pending', 'waiting_stock', 'issued', 'redeemed')
            AND ',' || coalesce(\(reward).reasons, '') || ',' NOT LIKE '%,cap_reached,%'
        """
    }
}

extension RewardRow {
    /// True if the reward holds a slot: one that came back and found its slot taken has none.
    package var holdsSlot: Bool { status.holdsSlot && !reasons.contains(.capReached) }
}
