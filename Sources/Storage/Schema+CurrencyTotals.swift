extension Schema {
    /// Budgets apply to each currency separately, so a rule's grants are counted by currency too.
    static let currencyTotals = """
        -- What the rewards of a rule in money come to in each currency, net of the ledger (see RewardTotals).
        CREATE TABLE currency_totals(
            campaign_reward_id INTEGER NOT NULL,
            currency TEXT NOT NULL,
            spent INTEGER NOT NULL,
            PRIMARY KEY (campaign_reward_id, currency)
        ) STRICT, WITHOUT ROWID;
        -- The sum is taken in two halves, since SQLite fails where a sum of integers overflows.
        INSERT INTO currency_totals
            SELECT rule, unit,
                CAST(sum(units >> 32) * 4294967296 + sum(units & 4294967295) AS INTEGER)
            FROM (SELECT campaign_reward_id AS rule, unit, amount AS units FROM rewards
                WHERE amount IS NOT NULL AND unit <> 'points'
                UNION ALL SELECT r.campaign_reward_id, r.unit, l.amount
                FROM ledger AS l JOIN rewards AS r ON r.id = l.reward_id
                WHERE r.amount IS NOT NULL AND r.unit <> 'points')
            GROUP BY rule, unit;
        """
}
