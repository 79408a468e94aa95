extension Schema {
    /// Payouts of cash rewards, and where participants are paid.
    static let payouts = """
        -- Issued cash rewards that are in no payout, in the order of their issue.
        CREATE TABLE payables(
            account_id INTEGER NOT NULL,
            currency TEXT NOT NULL,
            issued_at INTEGER NOT NULL,
            reward_id INTEGER NOT NULL,
            campaign_id INTEGER NOT NULL,
            PRIMARY KEY (account_id, currency, issued_at, reward_id)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO payables
            SELECT k.account_id, r.unit, r.issued_at, r.id, k.id
            FROM rewards AS r JOIN campaign_rewards AS g ON g.id = r.campaign_reward_id
                JOIN campaigns AS k ON k.id = g.campaign_id
                JOIN campaign_versions AS v ON v.campaign_id = k.id AND v.version = k.version
            WHERE r.status = 'issued' AND r.amount IS NOT NULL AND r.unit <> 'points'
                AND v.document -> 'rewards' -> g.position ->> 'kind' = 'cash';

        -- A batch of rewards that are paid together. `gathered_at` and `gathered_reward` are the place in
        -- `payables` up to which it was gathered. `key` and `fingerprint` are those of the request, where it
        -- had an Idempotency-Key. `total` is the sum of its lines.
        CREATE TABLE payouts(
            id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            campaign_id INTEGER,
            currency TEXT NOT NULL,
            until INTEGER NOT NULL,
            status TEXT NOT NULL,
            total INTEGER NOT NULL DEFAULT 0,
            rewards INTEGER NOT NULL DEFAULT 0,
            gathered_at INTEGER NOT NULL,
            gathered_reward INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            key TEXT,
            fingerprint BLOB,
            UNIQUE (account_id, key)
        ) STRICT;
        CREATE INDEX payouts_account ON payouts(account_id, id);
        CREATE INDEX payouts_unfinished ON payouts(id) WHERE status IN ('gathering', 'paying', 'failing');

        -- The rewards of a payout. `state` is held until the payout is paid or failed. The index keeps a reward
        -- from a second payout, unless the first one failed.
        CREATE TABLE payout_lines(
            payout_id INTEGER NOT NULL,
            reward_id INTEGER NOT NULL,
            participant_id INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('held', 'paid', 'freed')),
            PRIMARY KEY (payout_id, reward_id)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX payout_lines_reward ON payout_lines(reward_id) WHERE state <> 'freed';
        CREATE INDEX payout_lines_held ON payout_lines(payout_id, reward_id) WHERE state = 'held';

        -- What each participant was paid in a year (UTC) in each currency.
        CREATE TABLE payout_totals(
            account_id INTEGER NOT NULL,
            year INTEGER NOT NULL,
            participant_id INTEGER NOT NULL,
            currency TEXT NOT NULL,
            rewards INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            PRIMARY KEY (account_id, year, participant_id, currency)
        ) STRICT, WITHOUT ROWID;

        -- Where a participant is paid, in the operator's words. Personal data.
        CREATE TABLE payout_destinations(
            participant_id INTEGER PRIMARY KEY,
            destination TEXT NOT NULL
        ) STRICT;
        """
}
