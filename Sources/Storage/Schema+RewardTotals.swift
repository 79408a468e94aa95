extension Schema {
    /// Counters of granted rewards and freed slots, because counting the rows takes longer the more
    /// there are.
    static let totals = """
        -- How many rewards each rule has granted; `budget_spent` is what they come to, also without a budget.
        -- The sum is taken in two halves, since SQLite fails where a sum of integers overflows.
        ALTER TABLE campaign_rewards ADD COLUMN granted INTEGER NOT NULL DEFAULT 0;
        UPDATE campaign_rewards SET budget_spent = 0;
        UPDATE campaign_rewards SET granted = t.granted, budget_spent = t.spent
            FROM (SELECT rule, sum(granted) AS granted,
                    CAST(sum(units >> 32) * 4294967296 + sum(units & 4294967295) AS INTEGER) AS spent
                FROM (SELECT campaign_reward_id AS rule, 1 AS granted,
                        CASE WHEN amount IS NOT NULL THEN amount WHEN unit = 'unknown' THEN 0 ELSE 1 END
                            AS units
                    FROM rewards
                    UNION ALL SELECT r.campaign_reward_id, 0, l.amount
                    FROM ledger AS l JOIN rewards AS r ON r.id = l.reward_id)
                GROUP BY rule) AS t
            WHERE t.rule = campaign_rewards.id;

        -- Slots from 64 on that were taken once and are free (see ClaimTable).
        CREATE TABLE freed_slots(
            holder INTEGER NOT NULL,
            rule INTEGER NOT NULL,
            subject INTEGER NOT NULL,
            slot INTEGER NOT NULL,
            PRIMARY KEY (holder, rule, subject, slot)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE freed_counts(
            holder INTEGER NOT NULL,
            rule INTEGER NOT NULL,
            subject INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (holder, rule, subject)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER freed_slot_added AFTER INSERT ON freed_slots BEGIN
            INSERT INTO freed_counts VALUES (NEW.holder, NEW.rule, NEW.subject, 1)
            ON CONFLICT DO UPDATE SET count = count + 1;
        END;
        CREATE TRIGGER freed_slot_removed AFTER DELETE ON freed_slots BEGIN
            UPDATE freed_counts SET count = count - 1
            WHERE holder = OLD.holder AND rule = OLD.rule AND subject = OLD.subject;
        END;
        WITH RECURSIVE
            taken(holder, rule, subject, slot, former) AS (
                SELECT holder, rule, subject, slot,
                    lag(slot, 1, 63) OVER (PARTITION BY holder, rule, subject ORDER BY slot)
                FROM claims WHERE rule > 0 AND slot >= 64),
            gaps(holder, rule, subject, slot, last) AS (
                SELECT holder, rule, subject, former + 1, slot - 1 FROM taken WHERE slot > former + 1
                UNION ALL
                SELECT holder, rule, subject, slot + 1, last FROM gaps WHERE slot < last)
            INSERT INTO freed_slots SELECT holder, rule, subject, slot FROM gaps;

        -- Finds the slot of a reward where looking through all slots of its cap would take long.
        CREATE INDEX claims_far ON claims(holder, rule, ref) WHERE rule > 0 AND slot >= 64;
        """
}
