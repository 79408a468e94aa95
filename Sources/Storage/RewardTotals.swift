import Currencies
import Database
import Referrals

/// The number of rewards granted by each campaign reward, and their sums, net of the ledger.
///
/// Counting the rewards themselves takes longer the more there are, and they have no index by their
/// rule. So each is counted as it is granted, even if its rule has no budget: a budget that is
/// declared later includes earlier grants. The counts are gathered in memory and written once per
/// commit.
package final class RewardTotals: ForgettableRows {
    private struct Change {
        var granted: Int64 = 0
        var spent: Int64 = 0
    }

    private struct InCurrency: Hashable {
        let rule: Int64
        let currency: Currency
    }

    private let update, select, any: any Statement
    private let updateMoney, selectMoney, ofRule: any Statement
    /// The changes by campaign reward that are not written yet.
    private var changes: [Int64: Change] = [:]
    /// The sums of rewards in money, which are also part of `changes`; not written yet.
    private var money: [InCurrency: Int64] = [:]

    init(_ session: any Session) throws(StorageError) {
        // A sum beyond the integers is too large for any budget; SQLite makes it a REAL, which no
        // column accepts.
        update = try session.prepare(
            """
            UPDATE campaign_rewards SET granted = granted + ?2,
                budget_spent = \(Self.clamped("budget_spent + ?3"))
            WHERE id = ?1
            """)
        select = try session.prepare("SELECT budget_spent FROM campaign_rewards WHERE id = ?1")
        any = try session.prepare(
            "SELECT id, granted FROM campaign_rewards WHERE campaign_id = ?1 AND position = ?2")
        updateMoney = try session.prepare(
            """
            INSERT INTO currency_totals(campaign_reward_id, currency, spent) VALUES (?1, ?2, ?3) ON CONFLICT (campaign_reward_id, currency) DO UPDATE
            SET spent = \(Self.clamped("currency_totals.spent + excluded.spent"))
            """)
        selectMoney = try session.prepare(
            "SELECT spent FROM currency_totals WHERE campaign_reward_id = ?1 AND currency = ?2")
        ofRule = try session.prepare(
            """
            SELECT currency, spent FROM currency_totals WHERE campaign_reward_id = ?1
            ORDER BY currency
            """)
    }

    /// A sum kept within the integers.
    static func clamped(_ sum: String) -> SQL {
        let (least, most) = ("-\(Int64.max)", "\(Int64.max)")
        return SQL(
            sqlite: "max(\(least), min(\(most), \(sum)))",
            postgres: "greatest(\(least), least(\(most), \(sum)))")
    }

    // MARK: Looking up

    /// The sum granted in one currency by a campaign reward so far.
    package func spent(
        of id: ID<CampaignReward>, in currency: Currency
    ) throws(StorageError) -> Int64 {
        try selectMoney.bind(1, id)
        try selectMoney.bind(2, currency.text)
        defer { selectMoney.reset() }
        let stored = try selectMoney.step() ? selectMoney.integer(0) : 0
        return Self.sum(stored, money[InCurrency(rule: id.number, currency: currency)] ?? 0)
    }

    /// The sums granted by a campaign reward up to the last commit, by currency.
    package func committedMoney(
        of id: ID<CampaignReward>
    ) throws(StorageError) -> [(currency: String, spent: Int64)] {
        try ofRule.bind(1, id)
        defer { ofRule.reset() }
        var rows: [(currency: String, spent: Int64)] = []
        while try ofRule.step() { rows.append((ofRule.text(0), ofRule.integer(1))) }
        return rows
    }

    /// The sum granted by a campaign reward so far: points or pieces. For money it is the sum of
    /// the minor units of all its currencies, which no budget is compared with.
    package func spent(of id: ID<CampaignReward>) throws(StorageError) -> Int64 {
        try select.bind(1, id)
        defer { select.reset() }
        let stored = try select.step() ? select.integer(0) : 0
        return Self.sum(stored, changes[id.number]?.spent ?? 0)
    }

    /// True if the campaign reward at a place in the list has granted a reward.
    package func hasGranted(
        of campaign: ID<Campaign>, position: Int
    ) throws(StorageError) -> Bool {
        try any.bind(1, campaign)
        try any.bind(2, position)
        defer { any.reset() }
        guard try any.step() else { return false }
        return any.integer(1) + (changes[any.integer(0)]?.granted ?? 0) > 0
    }

    // MARK: Counting

    func granted(_ row: RewardRow) {
        add(row.value?.units ?? 0, granted: 1, to: row.campaignReward, row.value)
    }

    /// Counts a change of the ledger, negative if it takes away.
    func changed(by units: Int64, of rule: ID<CampaignReward>, _ value: GrantedValue?) {
        add(units, granted: 0, to: rule, value)
    }

    private func add(
        _ units: Int64, granted: Int64, to rule: ID<CampaignReward>, _ value: GrantedValue?
    ) {
        if case .money(let granted)? = value {
            let place = InCurrency(rule: rule.number, currency: granted.currency)
            money[place] = Self.sum(money[place] ?? 0, units)
        }
        var change = changes[rule.number] ?? Change()
        change.granted += granted
        change.spent = Self.sum(change.spent, units)
        changes[rule.number] = change
    }

    static func sum(_ one: Int64, _ other: Int64) -> Int64 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        guard overflow else { return sum }
        return other > 0 ? .max : -.max
    }

    // MARK: Transactions

    /// Writes the gathered counts; must be called before each commit.
    func write() throws(StorageError) {
        guard !changes.isEmpty else { return }
        for (rule, change) in changes {
            try update.bind(1, rule)
            try update.bind(2, change.granted)
            try update.bind(3, change.spent)
            try update.run()
        }
        for (place, spent) in money {
            try updateMoney.bind(1, place.rule)
            try updateMoney.bind(2, place.currency.text)
            try updateMoney.bind(3, spent)
            try updateMoney.run()
        }
        forget()
    }

    /// Drops the counts that are not written.
    package func forget() {
        changes.removeAll(keepingCapacity: true)
        money.removeAll(keepingCapacity: true)
    }
}
