import Currencies
import Database
import Referrals
import Time

/// Payouts with their lines, and the queue of rewards that can be paid.
package final class PayoutTable {
    private let session: any Session
    private let addPayable, removePayable, heldLine: any Statement

    private static let columns: SQL = """
        id, account_id, campaign_id, currency, until, status, total, rewards, gathered_at,
            gathered_reward, created_at, updated_at, fingerprint
        """

    init(_ session: any Session) throws(StorageError) {
        self.session = session
        addPayable = try session.prepare(
            """
            INSERT INTO payables(account_id, currency, issued_at, reward_id, campaign_id)
            VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING
            """)
        removePayable = try session.prepare(
            """
            DELETE FROM payables
            WHERE account_id = ?1 AND currency = ?2 AND issued_at = ?3 AND reward_id = ?4
            """)
        heldLine = try session.prepare(
            """
            SELECT payout_id, reward_id, participant_id, amount, state FROM payout_lines
            WHERE reward_id = ?1 AND state <> 'freed'
            """)
    }

    // MARK: Payable rewards

    /// Adds an issued cash reward to those that can be paid.
    package func add(
        payable reward: ID<Reward>, in currency: Currency, issuedAt: Instant,
        of campaign: ID<Campaign>, account: ID<Account>
    ) throws(StorageError) {
        try addPayable.bind(1, account)
        try addPayable.bind(2, currency.text)
        try addPayable.bind(3, issuedAt.microseconds)
        try addPayable.bind(4, reward)
        try addPayable.bind(5, campaign)
        try addPayable.run()
    }

    /// Removes a reward from those that can be paid.
    package func remove(
        payable reward: ID<Reward>, in currency: Currency, issuedAt: Instant, account: ID<Account>
    ) throws(StorageError) {
        try removePayable.bind(1, account)
        try removePayable.bind(2, currency.text)
        try removePayable.bind(3, issuedAt.microseconds)
        try removePayable.bind(4, reward)
        try removePayable.run()
    }

    /// The payable rewards of a payout that come next in the queue, and the place of the last row
    /// that was read; nil if there are no more rows.
    package func payables(
        of payout: PayoutRow, limit: Int
    ) throws(StorageError) -> (rewards: [(id: ID<Reward>, issuedAt: Instant)], reached: Bool) {
        let select = try session.prepare(
            """
            SELECT issued_at, reward_id, campaign_id FROM payables
            WHERE account_id = ?1 AND currency = ?2 AND issued_at < ?3
                AND (issued_at, reward_id) > (?4, ?5)
            ORDER BY issued_at, reward_id LIMIT ?6
            """)
        try select.bind(1, payout.account)
        try select.bind(2, payout.currency.text)
        try select.bind(3, payout.until.microseconds)
        try select.bind(4, payout.gathered.issuedAt)
        try select.bind(5, payout.gathered.reward)
        try select.bind(6, limit)
        var rewards: [(id: ID<Reward>, issuedAt: Instant)] = []
        var place = payout.gathered
        var count = 0
        while try select.step() {
            count += 1
            place = PayablePlace(issuedAt: select.integer(0), reward: select.integer(1))
            if let campaign = payout.campaign, select.integer(2) != campaign.number { continue }
            rewards.append(
                (ID(place.reward), Instant(clampingMicroseconds: place.issuedAt)))
        }
        if count > 0 { try note(place, of: payout.id) }
        return (rewards, count < limit)
    }

    private func note(_ place: PayablePlace, of id: ID<PayoutRow>) throws(StorageError) {
        let update = try session.prepare(
            "UPDATE payouts SET gathered_at = ?2, gathered_reward = ?3 WHERE id = ?1")
        try update.bind(1, id)
        try update.bind(2, place.issuedAt)
        try update.bind(3, place.reward)
        try update.run()
    }

    // MARK: Payouts

    /// Stores a new payout without lines. Returns its number.
    package func create(
        _ currency: Currency, until: Instant, campaign: ID<Campaign>?, account: ID<Account>,
        key: String?, fingerprint: [UInt8]?, at now: Instant
    ) throws(StorageError) -> ID<PayoutRow> {
        let insert = try session.prepare(
            """
            INSERT INTO payouts(account_id, campaign_id, currency, until, status, gathered_at,
                gathered_reward, created_at, updated_at, key, fingerprint)
            VALUES (?1, ?2, ?3, ?4, 'gathering', ?5, ?6, ?7, ?7, ?8, ?9)
            """)
        try insert.bind(1, account)
        try insert.bind(2, campaign)
        try insert.bind(3, currency.text)
        try insert.bind(4, until.microseconds)
        try insert.bind(5, PayablePlace.start.issuedAt)
        try insert.bind(6, PayablePlace.start.reward)
        try insert.bind(7, now.microseconds)
        try insert.bind(8, key)
        try insert.bind(9, fingerprint)
        return ID(try insert.runReturningRowID())
    }

    /// Removes a payout without lines.
    package func remove(_ id: ID<PayoutRow>) throws(StorageError) {
        let delete = try session.prepare("DELETE FROM payouts WHERE id = ?1")
        try delete.bind(1, id)
        try delete.run()
    }

    /// A payout by its number.
    package func find(_ id: ID<PayoutRow>) throws(StorageError) -> PayoutRow? {
        let select = try session.prepare("SELECT \(Self.columns) FROM payouts WHERE id = ?1")
        try select.bind(1, id)
        return try rows(select).first
    }

    /// The payout of a request with an Idempotency-Key.
    package func find(key: String, account: ID<Account>) throws(StorageError) -> PayoutRow? {
        let select = try session.prepare(
            "SELECT \(Self.columns) FROM payouts WHERE account_id = ?1 AND key = ?2")
        try select.bind(1, account)
        try select.bind(2, key)
        return try rows(select).first
    }

    /// The first payout after another one that automatic work brings to its next state.
    package func firstUnfinished(after id: Int64) throws(StorageError) -> PayoutRow? {
        let select = try session.prepare(
            """
            SELECT \(Self.columns) FROM payouts \(sqlite: "INDEXED BY payouts_unfinished")
            WHERE status IN ('gathering', 'paying', 'failing') AND id > ?1 ORDER BY id LIMIT 1
            """)
        try select.bind(1, id)
        return try rows(select).first
    }

    /// An account's payouts below `before`, the latest first.
    package func list(
        of account: ID<Account>, campaign: ID<Campaign>?, status: PayoutRow.Status?, before: Int64?,
        limit: Int
    ) throws(StorageError) -> [PayoutRow] {
        let select = try session.prepare(
            """
            SELECT \(Self.columns) FROM payouts
            WHERE account_id = ?1 AND id < ?2 AND (?3 IS NULL OR campaign_id = ?3)
                AND (?4 IS NULL OR status = ?4)
            ORDER BY id DESC LIMIT ?5
            """)
        try select.bind(1, account)
        try select.bind(2, before ?? Int64.max)
        try select.bind(3, campaign)
        try select.bind(4, status?.rawValue)
        try select.bind(5, limit)
        return try rows(select)
    }

    /// Changes the state of a payout. Returns false if its state is not the expected one any more.
    package func set(
        _ status: PayoutRow.Status, of id: ID<PayoutRow>, was: PayoutRow.Status, at now: Instant
    ) throws(StorageError) -> Bool {
        let update = try session.prepare(
            "UPDATE payouts SET status = ?2, updated_at = ?3 WHERE id = ?1 AND status = ?4")
        try update.bind(1, id)
        try update.bind(2, status.rawValue)
        try update.bind(3, now.microseconds)
        try update.bind(4, was.rawValue)
        return try update.runCountingChanges() == 1
    }

    private func rows(_ select: any Statement) throws(StorageError) -> [PayoutRow] {
        var rows: [PayoutRow] = []
        while try select.step() {
            guard let currency = Currency(select.text(3)),
                let status = PayoutRow.Status(rawValue: select.text(5))
            else { continue }
            rows.append(
                PayoutRow(
                    id: select.id(0), account: select.id(1),
                    campaign: select.optionalID(2), currency: currency,
                    until: Instant(clampingMicroseconds: select.integer(4)), status: status,
                    total: select.integer(6), rewards: Int(select.integer(7)),
                    gathered: PayablePlace(
                        issuedAt: select.integer(8), reward: select.integer(9)),
                    createdAt: Instant(clampingMicroseconds: select.integer(10)),
                    updatedAt: Instant(clampingMicroseconds: select.integer(11)),
                    fingerprint: select.optionalBytes(12)))
        }
        return rows
    }

    // MARK: Lines

    /// The line of a reward in a payout that has not failed.
    package func line(of reward: ID<Reward>) throws(StorageError) -> PayoutLine? {
        try heldLine.bind(1, reward)
        return try lines(heldLine).first
    }

    /// Adds a reward to a payout. Returns false if it is in another one.
    package func add(_ line: PayoutLine, at now: Instant) throws(StorageError) -> Bool {
        let insert = try session.prepare(
            """
            INSERT INTO payout_lines(payout_id, reward_id, participant_id, amount, state)
            VALUES (?1, ?2, ?3, ?4, 'held') ON CONFLICT DO NOTHING
            """)
        try insert.bind(1, line.payout)
        try insert.bind(2, line.reward)
        try insert.bind(3, line.participant)
        try insert.bind(4, line.amount)
        guard try insert.runCountingChanges() == 1 else { return false }
        try recompute(line.payout, by: line.amount, rewards: 1, at: now)
        return true
    }

    /// Takes a reward out of its payout.
    package func remove(_ line: PayoutLine, at now: Instant) throws(StorageError) {
        let delete = try session.prepare(
            "DELETE FROM payout_lines WHERE payout_id = ?1 AND reward_id = ?2")
        try delete.bind(1, line.payout)
        try delete.bind(2, line.reward)
        try delete.run()
        try recompute(line.payout, by: -line.amount, rewards: -1, at: now)
    }

    /// Changes the amount of a line.
    package func change(
        _ line: PayoutLine, by units: Int64, at now: Instant
    ) throws(StorageError) {
        let update = try session.prepare(
            "UPDATE payout_lines SET amount = amount + ?3 WHERE payout_id = ?1 AND reward_id = ?2")
        try update.bind(1, line.payout)
        try update.bind(2, line.reward)
        try update.bind(3, units)
        try update.run()
        try recompute(line.payout, by: units, rewards: 0, at: now)
    }

    private func recompute(
        _ id: ID<PayoutRow>, by units: Int64, rewards: Int, at now: Instant
    ) throws(StorageError) {
        let update = try session.prepare(
            """
            UPDATE payouts SET total = \(RewardTotals.clamped("total + ?2")), rewards = rewards + ?3,
                updated_at = ?4
            WHERE id = ?1
            """)
        try update.bind(1, id)
        try update.bind(2, units)
        try update.bind(3, rewards)
        try update.bind(4, now.microseconds)
        try update.run()
    }

    /// The lines of a payout that wait for the payment, the first ones.
    package func held(in id: ID<PayoutRow>, limit: Int) throws(StorageError) -> [PayoutLine] {
        let select = try session.prepare(
            """
            SELECT payout_id, reward_id, participant_id, amount, state FROM payout_lines
            WHERE payout_id = ?1 AND state = 'held' ORDER BY reward_id LIMIT ?2
            """)
        try select.bind(1, id)
        try select.bind(2, limit)
        return try lines(select)
    }

    /// The lines of a payout after one reward, in the order of their rewards.
    package func lines(
        of id: ID<PayoutRow>, after reward: Int64, limit: Int
    ) throws(StorageError) -> [PayoutLine] {
        let select = try session.prepare(
            """
            SELECT payout_id, reward_id, participant_id, amount, state FROM payout_lines
            WHERE payout_id = ?1 AND reward_id > ?2 ORDER BY reward_id LIMIT ?3
            """)
        try select.bind(1, id)
        try select.bind(2, reward)
        try select.bind(3, limit)
        return try lines(select)
    }

    /// Ends the waiting of a line.
    package func end(_ line: PayoutLine, as state: PayoutLine.State) throws(StorageError) {
        let update = try session.prepare(
            "UPDATE payout_lines SET state = ?3 WHERE payout_id = ?1 AND reward_id = ?2")
        try update.bind(1, line.payout)
        try update.bind(2, line.reward)
        try update.bind(3, state.rawValue)
        try update.run()
    }

    private func lines(_ select: any Statement) throws(StorageError) -> [PayoutLine] {
        var lines: [PayoutLine] = []
        while try select.step() {
            lines.append(
                PayoutLine(
                    payout: select.id(0), reward: select.id(1),
                    participant: select.id(2), amount: select.integer(3),
                    state: PayoutLine.State(rawValue: select.text(4)) ?? .held))
        }
        return lines
    }
}
