import Database
import Referrals

extension AuditTables {
    /// The numbers of all versions of a campaign, in ascending order.
    package func versions(of campaign: ID<Campaign>) throws(StorageError) -> [Int32] {
        let statement = try session.prepare(
            "SELECT version FROM campaign_versions WHERE campaign_id = ?1 ORDER BY version")
        try statement.bind(1, campaign)
        var versions: [Int32] = []
        while try statement.step() {
            versions.append(Int32(truncatingIfNeeded: statement.integer(0)))
        }
        return versions
    }

    /// A campaign reward with the counts that are kept beside it.
    package struct CountedRule {
        /// The campaign reward.
        package let rule: ID<CampaignReward>
        /// The campaign of the reward.
        package let campaign: ID<Campaign>
        /// The number of rewards.
        package let granted: Int64
        /// Their worth in units, net of the ledger.
        package let spent: Int64
    }

    /// The worth of the rewards in money by campaign reward and currency, according to the
    /// counters.
    package func countedMoney() throws(StorageError) -> [(
        rule: ID<CampaignReward>, currency: String, spent: Int64
    )] {
        let statement = try session.prepare(
            "SELECT campaign_reward_id, currency, spent FROM currency_totals")
        var counted: [(rule: ID<CampaignReward>, currency: String, spent: Int64)] = []
        while try statement.step() {
            counted.append(
                (statement.id(0), statement.text(1), statement.integer(2)))
        }
        return counted
    }

    /// All campaign rewards with their counters.
    package func countedRules() throws(StorageError) -> [CountedRule] {
        let statement = try session.prepare(
            "SELECT id, campaign_id, granted, budget_spent FROM campaign_rewards ORDER BY id")
        var counted: [CountedRule] = []
        while try statement.step() {
            counted.append(
                CountedRule(
                    rule: statement.id(0), campaign: statement.id(1),
                    granted: statement.integer(2), spent: statement.integer(3)))
        }
        return counted
    }

    /// The number of coupons that rewards were issued with.
    package func assignedCoupons() throws(StorageError) -> Int {
        Int(
            try session.integer("SELECT count(*) FROM coupons WHERE state = 'assigned'") ?? 0)
    }
}
