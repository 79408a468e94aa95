import Currencies
import Database
import Referrals
import Time

/// Counts the rows of a database from an earlier release for reports, each change at the time that
/// its row states. The work is done in slices, each a transaction of its own, and continues after
/// an interruption.
///
/// A row states its first and its last state, and not those between: a conversion that was ever
/// approved counts as approved from the beginning.
struct ReportHistory {
    private static let mark = "report_history"
    private static let slice = 2_000

    /// The rows that are counted, in this order.
    enum Stage: String, CaseIterable {
        case participants, events, conversions, rewards
    }

    let store: Store
    var session: any Session { store.session }

    /// Nil if nothing is left to do.
    init?(_ store: Store) throws(StorageError) {
        guard try store.catalog.meta(Self.mark) != nil else { return nil }
        self.store = store
    }

    func run() throws(StorageError) {
        var isDone = false
        while !isDone {
            isDone = try session.transaction { () throws(StorageError) in
                defer { store.counters.forget() }
                let isDone = try countSlice()
                try store.counters.write()
                return isDone
            }
        }
    }

    /// Counts one slice. Returns true if it was the last one.
    private func countSlice() throws(StorageError) -> Bool {
        // Read again: another process may have continued meanwhile.
        let parts = (try store.catalog.meta(Self.mark) ?? "").split(separator: ":")
        guard parts.count == 2, let stage = Stage(rawValue: String(parts[0])),
            let last = Int64(parts[1])
        else { return true }
        let reached: Int64? =
            switch stage {
            case .participants: try countParticipants(after: last)
            case .events: try countEvents(after: last)
            case .conversions: try countConversions(after: last)
            case .rewards: try countRewards(after: last)
            }
        if let reached {
            try store.catalog.set(meta: Self.mark, to: "\(stage.rawValue):\(reached)")
            return false
        }
        let stages = Stage.allCases
        guard let place = stages.firstIndex(of: stage), place + 1 < stages.count else {
            try store.catalog.remove(meta: Self.mark)
            return true
        }
        try store.catalog.set(meta: Self.mark, to: "\(stages[place + 1].rawValue):0")
        return false
    }

    /// Calls the closure with the next rows. Returns the number of the last one, its first column;
    /// nil if there are none.
    private func forEachRow(
        _ sql: SQL, after last: Int64,
        _ body: (any Statement) throws(StorageError) -> Void
    ) throws(StorageError) -> Int64? {
        let select = try session.prepare(sql)
        try select.bind(1, last)
        try select.bind(2, Self.slice)
        var reached: Int64?
        while try select.step() {
            try body(select)
            reached = select.integer(0)
        }
        return reached
    }

    /// A lead whom an event enrolled was enrolled by its source: they joined when it arrived.
    private func countParticipants(after last: Int64) throws(StorageError) -> Int64? {
        try forEachRow(
            """
            SELECT p.id, p.account_id, p.campaign_id, p.joined_at, p.referred_by IS NOT NULL,
                (SELECT e.source FROM claims AS k JOIN events AS e ON e.id = k.ref
                    WHERE k.holder = p.referred_by AND k.rule = 0 AND k.subject = p.id
                        AND e.received_at = p.joined_at LIMIT 1)
            FROM participants AS p WHERE p.id > ?1 ORDER BY p.id LIMIT ?2
            """, after: last
        ) { row throws(StorageError) in
            try store.counters.count(
                Transition(
                    .enrolled(isLead: row.integer(4) != 0), account: row.id(1),
                    campaign: row.id(2), source: row.optionalID(5)),
                at: Instant(clampingMicroseconds: row.integer(3)))
        }
    }

    private func countEvents(after last: Int64) throws(StorageError) -> Int64? {
        try forEachRow(
            """
            SELECT e.id, e.source, s.account_id, e.received_at, e.outcome, e.reasons,
                coalesce(c.campaign_id, p.campaign_id)
            FROM events AS e JOIN sources AS s ON s.number = e.source
                LEFT JOIN conversions AS c ON c.id = e.conversion_id
                LEFT JOIN participants AS p ON p.id = e.participant_id
            WHERE e.id > ?1 ORDER BY e.id LIMIT ?2
            """, after: last
        ) { row throws(StorageError) in
            let outcome = Outcome(rawValue: row.text(4)) ?? .ignored
            try store.counters.count(
                Transition(
                    .event(nil, outcome, Reasons(stored: row.optionalText(5))),
                    account: row.id(2), campaign: row.optionalID(6),
                    source: row.id(1)),
                at: Instant(clampingMicroseconds: row.integer(3)))
        }
    }

    private func countConversions(after last: Int64) throws(StorageError) -> Int64? {
        try forEachRow(
            """
            SELECT c.id, k.account_id, e.source, coalesce(c.updated_at, c.created_at),
                (SELECT count(*) FROM reversals WHERE conversion_id = c.id)
            FROM conversions AS c JOIN campaigns AS k ON k.id = c.campaign_id
                LEFT JOIN events AS e ON e.id = c.id
            WHERE c.id > ?1 ORDER BY c.id LIMIT ?2
            """, after: last
        ) { row throws(StorageError) in
            guard let conversion = try store.conversions.find(row.id(0)) else { return }
            var past = ConversionHistory(
                of: conversion, account: row.id(1),
                source: row.optionalID(2))
            let reversals =
                try row.integer(4) == 0 ? [] : store.conversions.datedReversals(of: conversion.id)
            past.apply(reversals)
            past.end(at: Instant(clampingMicroseconds: row.integer(3)))
            for change in past.changes {
                try store.counters.count(
                    change.transition, at: change.at, amount: change.amount)
            }
        }
    }

    /// The kind is that of the rule in force; a declaration leaves the usual one out.
    private func countRewards(after last: Int64) throws(StorageError) -> Int64? {
        try forEachRow(
            """
            SELECT r.id, k.account_id, k.id, e.source, c.created_at,
                coalesce(r.updated_at, c.created_at),
                v.document -> 'rewards' -> g.position ->> 'kind'
            FROM rewards AS r JOIN campaign_rewards AS g ON g.id = r.campaign_reward_id
                JOIN campaigns AS k ON k.id = g.campaign_id
                JOIN conversions AS c ON c.id = r.id / 16
                LEFT JOIN events AS e ON e.id = c.id
                LEFT JOIN campaign_versions AS v
                    ON v.campaign_id = k.id AND v.version = k.version
            WHERE r.id > ?1 ORDER BY r.id LIMIT ?2
            """, after: last
        ) { row throws(StorageError) in
            guard let reward = try store.rewards.find(row.id(0)) else { return }
            let kind = row.optionalText(6).flatMap { CampaignReward.Kind(rawValue: $0) }
            var past = RewardHistory(
                of: reward, kind: kind ?? .coupon, account: row.id(1),
                campaign: row.id(2), source: row.optionalID(3),
                grantedAt: Instant(clampingMicroseconds: row.integer(4)))
            past.end(
                try store.rewards.ledger(of: reward.id),
                at: Instant(clampingMicroseconds: row.integer(5)))
            for change in past.changes {
                try store.counters.count(
                    change.transition, at: change.at, amount: change.amount)
            }
        }
    }
}
