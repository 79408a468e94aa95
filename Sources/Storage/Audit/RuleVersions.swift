import Referrals
import SQLite

/// What is kept of campaigns' rules, and what their own counts say was granted.
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

    /// A campaign reward, with what its own counts say of its rewards.
    package struct Counted {
        package let rule: ID<CampaignReward>
        package let campaign: ID<Campaign>
        package let granted: Int64
        package let spent: Int64
    }

    /// What rewards in money come to by their rules' own counts.
    package static func countedMoney(
        _ connection: Connection
    ) throws(SQLiteError) -> [(rule: ID<CampaignReward>, currency: String, spent: Int64)] {
        let statement = try connection.prepare(
            "SELECT campaign_reward_id, currency, spent FROM currency_totals")
        var counted: [(rule: ID<CampaignReward>, currency: String, spent: Int64)] = []
        while try statement.step() {
            counted.append(
                (ID(statement.integer(0)), statement.text(1), statement.integer(2)))
        }
        return counted
    }

    /// All campaign rewards.
    package static func counted(_ connection: Connection) throws(SQLiteError) -> [Counted] {
        let statement = try connection.prepare(
            "SELECT id, campaign_id, granted, budget_spent FROM campaign_rewards ORDER BY id")
        var counted: [Counted] = []
        while try statement.step() {
            counted.append(
                Counted(
                    rule: ID(statement.integer(0)), campaign: ID(statement.integer(1)),
                    granted: statement.integer(2), spent: statement.integer(3)))
        }
        return counted
    }
}
