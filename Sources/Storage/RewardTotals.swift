import Referrals
import SQLite

/// How many rewards each campaign reward has granted, and what they come to, net of the ledger.
///
/// Counting the rewards themselves takes longer the more there are, and they have no index by their rule. So
/// each is counted as it is granted, whether or not its rule has a budget: a budget that is declared later
/// includes what was granted before. The counts are gathered in memory and written once for each commit.
package final class RewardTotals {
    private struct Change {
        var granted: Int64 = 0
        var spent: Int64 = 0
    }

    private let update, select, any: Statement
    /// By campaign reward; not written yet.
    private var changes: [Int64: Change] = [:]

    init(_ connection: Connection) throws(SQLiteError) {
        // A sum beyond the integers is one too large for any budget; SQLite makes it a REAL, which no column takes.
        update = try connection.prepare(
            """
            UPDATE campaign_rewards SET granted = granted + ?2,
                budget_spent = max(-\(Int64.max), min(\(Int64.max), budget_spent + ?3))
            WHERE id = ?1
            """)
        select = try connection.prepare("SELECT budget_spent FROM campaign_rewards WHERE id = ?1")
        any = try connection.prepare(
            "SELECT id, granted FROM campaign_rewards WHERE campaign_id = ?1 AND position = ?2")
    }

    // MARK: Looking up

    /// What was granted of a campaign reward so far, in the unit of its budget.
    package func spent(of id: ID<CampaignReward>) throws(SQLiteError) -> Int64 {
        try select.bind(1, id.number)
        defer { select.reset() }
        let stored = try select.step() ? select.integer(0) : 0
        return Self.sum(stored, changes[id.number]?.spent ?? 0)
    }

    /// Whether anything was granted of the campaign reward at a place in its list.
    package func hasGranted(
        of campaign: ID<Campaign>, position: Int
    ) throws(SQLiteError) -> Bool {
        try any.bind(1, campaign.number)
        try any.bind(2, position)
        defer { any.reset() }
        guard try any.step() else { return false }
        return any.integer(1) + (changes[any.integer(0)]?.granted ?? 0) > 0
    }

    // MARK: Counting

    func granted(_ row: RewardRow) {
        add(row.value?.units ?? 0, granted: 1, to: row.campaignReward)
    }

    /// Counts what the ledger adds to a reward, or, negative, takes from it.
    func changed(by units: Int64, of rule: ID<CampaignReward>) {
        add(units, granted: 0, to: rule)
    }

    private func add(_ units: Int64, granted: Int64, to rule: ID<CampaignReward>) {
        var change = changes[rule.number] ?? Change()
        change.granted += granted
        change.spent = Self.sum(change.spent, units)
        changes[rule.number] = change
    }

    private static func sum(_ one: Int64, _ other: Int64) -> Int64 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        guard overflow else { return sum }
        return other > 0 ? .max : -.max
    }

    // MARK: Transactions

    /// To be called before each commit.
    func write() throws(SQLiteError) {
        guard !changes.isEmpty else { return }
        for (rule, change) in changes {
            try update.bind(1, rule)
            try update.bind(2, change.granted)
            try update.bind(3, change.spent)
            try update.run()
        }
        changes.removeAll(keepingCapacity: true)
    }

    /// After a rollback.
    func forget() { changes.removeAll(keepingCapacity: true) }
}
