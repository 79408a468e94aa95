import Currencies
import Database
import Referrals
import Time

/// The payments to each participant by year and currency. A payment is counted with its line, so
/// that a list of a year reads one row per participant and currency.
package struct PayoutTotals {
    /// The payments to one participant in one year and currency.
    package struct Row: Sendable {
        /// The participant.
        package var participant: ID<Participant>
        /// The currency.
        package var currency: Currency
        /// The number of rewards.
        package var rewards: Int64
        /// The sum in minor units.
        package var amount: Int64
    }

    private let session: any Session

    init(_ session: any Session) { self.session = session }

    /// Counts a payment.
    package func count(
        _ line: PayoutLine, in currency: Currency, account: ID<Account>, at now: Instant
    ) throws(StorageError) {
        let add = try session.prepare(
            """
            INSERT INTO payout_totals(account_id, year, participant_id, currency, rewards, amount)
            VALUES (?1, ?2, ?3, ?4, 1, ?5)
            ON CONFLICT (account_id, year, participant_id, currency)
            DO UPDATE SET rewards = payout_totals.rewards + 1,
                amount = \(RewardTotals.clamped("payout_totals.amount + excluded.amount"))
            """)
        try add.bind(1, account)
        try add.bind(2, CivilTime(now).year)
        try add.bind(3, line.participant)
        try add.bind(4, currency.text)
        try add.bind(5, line.amount)
        try add.run()
    }

    /// The totals of a year after one participant, in the order of participants.
    package func list(
        of account: ID<Account>, year: Int, after participant: Int64, limit: Int
    ) throws(StorageError) -> [Row] {
        let select = try session.prepare(
            """
            SELECT participant_id, currency, rewards, amount FROM payout_totals
            WHERE account_id = ?1 AND year = ?2 AND participant_id > ?3
            ORDER BY participant_id, currency LIMIT ?4
            """)
        try select.bind(1, account)
        try select.bind(2, year)
        try select.bind(3, participant)
        try select.bind(4, limit)
        var rows: [Row] = []
        while try select.step() {
            guard let currency = Currency(select.text(1)) else { continue }
            rows.append(
                Row(
                    participant: select.id(0), currency: currency,
                    rewards: select.integer(2), amount: select.integer(3)))
        }
        return rows
    }
}
