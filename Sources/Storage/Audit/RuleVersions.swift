import Referrals
import SQLite

/// What is kept of campaigns' rules, and what their budgets say was spent.
package enum RuleVersions {
    /// The numbers of all versions of a campaign, the first one first.
    package static func of(
        _ campaign: ID<Campaign>, _ connection: Connection
    ) throws(SQLiteError) -> [Int32] {
        let statement = try connection.prepare(
            "SELECT version FROM campaign_versions WHERE campaign_id = ?1 ORDER BY version")
        try statement.bind(1, campaign.number)
        var versions: [Int32] = []
        while try statement.step() {
            versions.append(Int32(truncatingIfNeeded: statement.integer(0)))
        }
        return versions
    }

    /// All campaign rewards, with their campaigns and what was spent of their budgets.
    package static func budgets(
        _ connection: Connection
    ) throws(SQLiteError) -> [(rule: ID<CampaignReward>, campaign: ID<Campaign>, spent: Int64)] {
        let statement = try connection.prepare(
            "SELECT id, campaign_id, budget_spent FROM campaign_rewards ORDER BY id")
        var budgets: [(rule: ID<CampaignReward>, campaign: ID<Campaign>, spent: Int64)] = []
        while try statement.step() {
            budgets.append(
                (ID(statement.integer(0)), ID(statement.integer(1)), statement.integer(2)))
        }
        return budgets
    }
}
