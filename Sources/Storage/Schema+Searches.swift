extension Schema {
    /// The indexes by which lists are searched, and the counts of pools.
    ///
    /// Each index holds rows in rare states. A qualification that earns its reward at once enters
    /// none of them, so that the main path pays only for the conditions: below 0.1 µs each. A row
    /// in such a state costs one entry at the end of its state's range, about 1.5 µs.
    static let searches = """
        CREATE INDEX events_unusual ON events(outcome)
            WHERE outcome NOT IN ('rewarded', 'qualified', 'held');
        CREATE INDEX conversions_unusual ON conversions(status) WHERE status <> 'approved';
        -- Rewards of the status pending are found by rewards_held.
        CREATE INDEX rewards_unusual ON rewards(status) WHERE status NOT IN ('issued', 'pending');
        CREATE INDEX deliveries_ended ON deliveries(webhook_id, status, id)
            WHERE status IN ('failed', 'cancelled');
        CREATE INDEX coupons_spent ON coupons(campaign_id, state)
            WHERE state IN ('voided', 'redeemed');

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
}
