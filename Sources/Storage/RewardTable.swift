import Currencies
import Database
import Referrals
import Time

/// Granted rewards, and the ledger of later changes to them.
package final class RewardTable {
    /// A change of a reward's worth.
    package struct LedgerEntry: Equatable, Sendable {
        /// The change in the reward's units; negative if it takes away.
        package var amount: Int64
        /// The reason of the change.
        package var reason: ReasonCode
        /// The event that caused the change; nil for an operator's decision.
        package var event: ID<Event>?
        /// The time of the change.
        package var at: Instant

        package init(amount: Int64, reason: ReasonCode, event: ID<Event>?, at: Instant) {
            self.amount = amount
            self.reason = reason
            self.event = event
            self.at = at
        }
    }

    private let session: any Session
    private let insert, byID, ofConversion, setStatus, setReasons: any Statement
    private let rules, waiting, anyWaiting, waitingCount, due: any Statement
    private let restartHold, ledger, insertLedger: any Statement
    private let states: RareStates
    /// The counts and sums of all rewards by rule.
    package let totals: RewardTotals

    private static let inserted = """
        id, campaign_reward_id, beneficiary_id, status, reasons, amount, unit, held_until, issued_at, text
        """
    static let columns = inserted + ", redeemed_at"

    init(_ session: any Session) throws(StorageError) {
        self.session = session
        states = RareStates(session)
        insert = try session.prepare(
            "INSERT INTO rewards(\(Self.inserted)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
        )
        byID = try session.prepare("SELECT \(Self.columns) FROM rewards WHERE id = ?1")
        ofConversion = try session.prepare(
            "SELECT \(Self.columns) FROM rewards WHERE id BETWEEN ?1 AND ?2 ORDER BY id")
        setStatus = try session.prepare(
            """
            UPDATE rewards SET status = ?2, reasons = ?3, updated_at = ?4, held_until = ?6,
                issued_at = CASE WHEN ?2 = 'issued' THEN coalesce(issued_at, ?4) ELSE issued_at END,
                redeemed_at = CASE WHEN ?2 = 'redeemed' THEN coalesce(redeemed_at, ?4)
                    ELSE redeemed_at END
            WHERE id = ?1 AND status = ?5
            """)
        setReasons = try session.prepare(
            "UPDATE rewards SET reasons = ?2, updated_at = ?3 WHERE id = ?1")
        rules = try session.prepare(
            "SELECT id FROM campaign_rewards WHERE campaign_id = ?1 ORDER BY position")
        // One rule at a time, in the order of its index, however many rewards wait.
        waiting = try session.prepare(
            """
            SELECT \(Self.columns) FROM rewards
            WHERE status = 'waiting_stock' AND campaign_reward_id = ?1 AND id > ?2
            ORDER BY id LIMIT ?3
            """)
        anyWaiting = try session.prepare(
            """
            SELECT r.campaign_reward_id, k.campaign_id FROM rewards AS r
            JOIN campaign_rewards AS k ON k.id = r.campaign_reward_id
            WHERE r.status = 'waiting_stock' AND r.campaign_reward_id > ?1
            ORDER BY r.campaign_reward_id LIMIT 1
            """)
        waitingCount = try session.prepare(
            """
            SELECT count(*) FROM (SELECT 1 FROM rewards
                WHERE status = 'waiting_stock' AND campaign_reward_id IN
                    (SELECT id FROM campaign_rewards WHERE campaign_id = ?1) LIMIT ?2)
            """)
        due = try session.prepare(
            """
            SELECT \(Self.columns) FROM rewards
            WHERE status = 'pending' AND held_until <= ?1 AND (held_until, id) > (?2, ?3)
            ORDER BY held_until, id LIMIT ?4
            """)
        let began =
            "coalesce(r.updated_at, (SELECT created_at FROM conversions WHERE id = r.id / 16))"
        restartHold = try session.prepare(
            """
            UPDATE rewards AS r SET held_until = held_until - \(began) + ?1, updated_at = ?1
            WHERE id IN (
                    SELECT id FROM rewards WHERE status = 'pending' AND held_until > ?1
                    ORDER BY held_until DESC LIMIT ?2)
                AND \(began) > ?1
            """)
        ledger = try session.prepare(
            "SELECT amount, reason, event_id, created_at FROM ledger WHERE reward_id = ?1 ORDER BY entry"
        )
        insertLedger = try session.prepare(
            """
            INSERT INTO ledger(reward_id, entry, amount, reason, event_id, created_at) VALUES (?1, (SELECT count(*) FROM ledger WHERE reward_id = ?1),
                ?2, ?3, ?4, ?5)
            """)
        totals = try RewardTotals(session)
    }

    /// Stores a new reward and counts it.
    package func append(_ row: RewardRow) throws(StorageError) {
        try insert.bind(1, row.id)
        try insert.bind(2, row.campaignReward)
        try insert.bind(3, row.beneficiary)
        try insert.bind(4, row.status.rawValue)
        try insert.bind(5, row.reasons.stored)
        try insert.bindNull(10)
        switch row.value {
        case .money(let money):
            try insert.bind(6, money.minorUnits)
            try insert.bind(7, money.currency.text)
        case .points(let points):
            try insert.bind(6, points)
            try insert.bind(7, "points" as StaticString)
        case .text(let text):
            try insert.bindNull(6)
            try insert.bindNull(7)
            try insert.bind(10, text)
        case .nothingStated, nil:
            try insert.bindNull(6)
            // A coupon has no unit; a share of an unknown amount has one, and no amount.
            if row.value == nil {
                try insert.bind(7, "unknown" as StaticString)
            } else {
                try insert.bindNull(7)
            }
        }
        try insert.bind(8, row.heldUntil?.microseconds)
        try insert.bind(9, row.issuedAt?.microseconds)
        try insert.run()
        try states.enter(row.status, row.id.number)
        totals.granted(row)
    }

    /// A reward by its number.
    package func find(_ id: ID<Reward>) throws(StorageError) -> RewardRow? {
        try byID.bind(1, id)
        guard try byID.step() else { return nil }
        defer { byID.reset() }
        return Self.row(byID)
    }

    /// The rewards of a conversion, in the order of the campaign's list.
    package func of(_ conversion: ID<Conversion>) throws(StorageError) -> [RewardRow] {
        try ofConversion.bind(1, ID<Reward>(of: conversion, place: 0))
        try ofConversion.bind(
            2, ID<Reward>(of: conversion, place: Int(ID<Reward>.perConversion) - 1))
        return try rows(ofConversion)
    }

    /// Changes the status of a reward; returns false if its status is not the expected one any
    /// more.
    package func set(
        _ status: RewardStatus, of id: ID<Reward>, was: RewardStatus, reasons: Reasons,
        heldUntil: Instant?, at now: Instant
    ) throws(StorageError) -> Bool {
        precondition(was.canBecome(status), "a reward goes from \(was) to \(status)")
        try setStatus.bind(1, id)
        try setStatus.bind(2, status.rawValue)
        try setStatus.bind(3, reasons.stored)
        try setStatus.bind(4, now.microseconds)
        try setStatus.bind(5, was.rawValue)
        try setStatus.bind(6, heldUntil?.microseconds)
        guard try setStatus.runCountingChanges() == 1 else { return false }
        try states.move(id.number, from: was, to: status)
        return true
    }

    /// Changes the end of a reward's hold.
    package func set(
        heldUntil: Instant?, of id: ID<Reward>, at now: Instant
    ) throws(StorageError) {
        let update = try session.prepare(
            "UPDATE rewards SET held_until = ?2, updated_at = ?3 WHERE id = ?1")
        try update.bind(1, id)
        try update.bind(2, heldUntil?.microseconds)
        try update.bind(3, now.microseconds)
        try update.run()
    }

    /// Stores the value of a reward whose value was not known, and counts it. Returns false if it
    /// is known.
    package func set(
        _ value: Money, of row: RewardRow, at now: Instant
    ) throws(StorageError) -> Bool {
        let update = try session.prepare(
            """
            UPDATE rewards SET amount = ?2, unit = ?3, updated_at = ?4
            WHERE id = ?1 AND unit = 'unknown' AND amount IS NULL
            """)
        try update.bind(1, row.id)
        try update.bind(2, value.minorUnits)
        try update.bind(3, value.currency.text)
        try update.bind(4, now.microseconds)
        guard try update.runCountingChanges() == 1 else { return false }
        totals.changed(by: value.minorUnits, of: row.campaignReward, .money(value))
        return true
    }

    /// Changes the reasons of a reward's status.
    package func set(
        reasons: Reasons, of id: ID<Reward>, at now: Instant
    ) throws(StorageError) {
        try setReasons.bind(1, id)
        try setReasons.bind(2, reasons.stored)
        try setReasons.bind(3, now.microseconds)
        try setReasons.run()
    }

    /// Rewards that wait for a coupon of a campaign, the oldest first, after one of them.
    package func waiting(
        in campaign: ID<Campaign>, after last: ID<Reward>, limit: Int
    ) throws(StorageError) -> [RewardRow] {
        var found: [RewardRow] = []
        let ids = try rules(of: campaign)
        for rule in ids {
            try waiting.bind(1, rule)
            try waiting.bind(2, last)
            try waiting.bind(3, limit)
            found += try rows(waiting)
        }
        guard ids.count > 1 else { return found }
        found.sort { $0.id.number < $1.id.number }
        return Array(found.prefix(limit))
    }

    private func rules(of campaign: ID<Campaign>) throws(StorageError) -> [ID<CampaignReward>] {
        try rules.bind(1, campaign)
        var ids: [ID<CampaignReward>] = []
        while try rules.step() { ids.append(rules.id(0)) }
        return ids
    }

    /// The campaigns with a reward that waits for a coupon. It takes one step per rule, however
    /// many rewards wait.
    package func campaignsWithWaiting() throws(StorageError) -> [ID<Campaign>] {
        var campaigns: [ID<Campaign>] = []
        var last: Int64 = 0
        while true {
            try anyWaiting.bind(1, last)
            guard try anyWaiting.step() else { return campaigns }
            last = anyWaiting.integer(0)
            let campaign = ID<Campaign>(anyWaiting.integer(1))
            anyWaiting.reset()
            if !campaigns.contains(campaign) { campaigns.append(campaign) }
        }
    }

    /// The number of rewards that wait for a coupon, counted up to a bound.
    package func waitingCount(
        in campaign: ID<Campaign>, atMost bound: Int
    ) throws(StorageError) -> Int {
        try waitingCount.bind(1, campaign)
        try waitingCount.bind(2, bound)
        _ = try waitingCount.step()
        defer { waitingCount.reset() }
        return Int(waitingCount.integer(0))
    }

    /// Rewards whose hold is over, in the order of its end, after one of them.
    package func due(
        at now: Instant, after last: (heldUntil: Instant, id: ID<Reward>)?, limit: Int
    ) throws(StorageError) -> [RewardRow] {
        try due.bind(1, now.microseconds)
        try due.bind(2, last?.heldUntil.microseconds ?? Int64.min)
        try due.bind(3, last?.id ?? ID(0))
        try due.bind(4, limit)
        return try rows(due)
    }

    /// Sets holds that began in the future to begin now: a clock that was ahead has dated them. It
    /// checks this number of the holds that end last; returns the number changed.
    package func restartHolds(at now: Instant, limit: Int) throws(StorageError) -> Int {
        try restartHold.bind(1, now.microseconds)
        try restartHold.bind(2, limit)
        return try restartHold.runCountingChanges()
    }

    // MARK: Ledger

    /// The changes of a reward after it was granted; its worth now is its value plus these.
    package func ledger(of id: ID<Reward>) throws(StorageError) -> [LedgerEntry] {
        try ledger.bind(1, id)
        var entries: [LedgerEntry] = []
        while try ledger.step() {
            entries.append(
                LedgerEntry(
                    amount: ledger.integer(0),
                    reason: ReasonCode(text: ledger.text(1)) ?? .revokedByOperator,
                    event: ledger.optionalID(2),
                    at: Instant(clampingMicroseconds: ledger.integer(3))))
        }
        return entries
    }

    /// Stores a change of a reward and counts it.
    package func append(_ entry: LedgerEntry, to row: RewardRow) throws(StorageError) {
        try insertLedger.bind(1, row.id)
        try insertLedger.bind(2, entry.amount)
        try insertLedger.bind(3, entry.reason.text)
        try insertLedger.bind(4, entry.event)
        try insertLedger.bind(5, entry.at.microseconds)
        try insertLedger.run()
        totals.changed(by: entry.amount, of: row.campaignReward, row.value)
    }

    private func rows(_ statement: any Statement) throws(StorageError) -> [RewardRow] {
        var rows: [RewardRow] = []
        while try statement.step() { rows.append(Self.row(statement)) }
        return rows
    }

    static func row(_ statement: any Statement) -> RewardRow {
        let amount = statement.optionalInteger(5)
        let unit = statement.optionalText(6)
        let value: GrantedValue?
        if let text = statement.optionalText(9) {
            value = .text(text)
        } else if let amount, let unit, let currency = Currency(unit) {
            value = .money(Money(amount, currency))
        } else if let amount {
            value = .points(amount)
        } else {
            value = unit == nil ? .nothingStated : nil
        }
        return RewardRow(
            id: statement.id(0), campaignReward: statement.id(1),
            beneficiary: statement.id(2),
            status: RewardStatus(rawValue: statement.text(3)) ?? .rejected,
            reasons: Reasons(stored: statement.optionalText(4)), value: value,
            heldUntil: statement.optionalInteger(7).map { Instant(clampingMicroseconds: $0) },
            issuedAt: statement.optionalInteger(8).map { Instant(clampingMicroseconds: $0) },
            redeemedAt: statement.optionalInteger(10).map { Instant(clampingMicroseconds: $0) })
    }
}
