extension Schema {
    /// The tables by which lists are searched, and the counts of pools.
    static let searches = """
        -- The rows of each list that are in a rare state. The owner is the campaign of a coupon, the webhook
        -- of a delivery, else 0.
        CREATE TABLE rare_states(
            list TEXT NOT NULL,
            owner INTEGER NOT NULL,
            state TEXT NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (list, owner, state, number)
        ) STRICT, WITHOUT ROWID;
        \(rareStates)

        -- Conversions created more than 30 seconds after the arrival of their event, whose number they have:
        -- a search by time along the numbers does not meet them.
        CREATE TABLE late_conversions(
            created_at INTEGER NOT NULL,
            conversion_id INTEGER NOT NULL,
            PRIMARY KEY (created_at, conversion_id)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO late_conversions SELECT c.created_at, c.id
            FROM conversions AS c JOIN events AS e ON e.id = c.id
            WHERE c.created_at > e.received_at + 30000000;

        -- The number of each campaign's coupons in each state.
        CREATE TABLE coupon_counts(
            campaign_id INTEGER NOT NULL,
            state TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (campaign_id, state)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO coupon_counts
            SELECT campaign_id, state, count(*) FROM coupons GROUP BY campaign_id, state;
        """

    /// The entries of `rare_states` for the rows of all lists.
    static let rareStates = """
        INSERT INTO rare_states SELECT 'events', 0, outcome, id FROM events
            WHERE outcome IN ('rejected', 'parked', 'unmapped', 'ignored', 'reversed');
        INSERT INTO rare_states SELECT 'conversions', 0, status, id FROM conversions
            WHERE status IN ('pending', 'rejected', 'fraud', 'reversed');
        INSERT INTO rare_states SELECT 'rewards', 0, status, id FROM rewards
            WHERE status IN
                ('in_review', 'waiting_stock', 'redeemed', 'rejected', 'revoked', 'expired');
        INSERT INTO rare_states SELECT 'coupons', campaign_id, state, id FROM coupons
            WHERE state IN ('redeemed', 'voided');
        INSERT INTO rare_states SELECT 'deliveries', webhook_id, status, id FROM deliveries
            WHERE status IN ('failed', 'cancelled', 'skipped');
        """
}
