extension Schema {
    /// Operators' work that takes several transactions and is completed by itself after an
    /// interruption.
    static let unfinishedWork = """
        -- Codes to be made after a pattern: of `count`, `made` are in the pool, and `known` ones were there already.
        -- `key` and `fingerprint` are those of the request, where it had an Idempotency-Key: such a row stays for
        -- the request's repetition.
        CREATE TABLE coupon_orders(
            id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            campaign_id INTEGER NOT NULL REFERENCES campaigns(id),
            pattern TEXT NOT NULL,
            count INTEGER NOT NULL,
            made INTEGER NOT NULL DEFAULT 0,
            known INTEGER NOT NULL DEFAULT 0,
            key TEXT,
            fingerprint BLOB,
            created_at INTEGER NOT NULL,
            UNIQUE (account_id, key)
        ) STRICT;
        CREATE INDEX coupon_orders_open ON coupon_orders(id) WHERE made < count;

        -- Deleted webhooks whose deliveries from `first` on may still wait.
        CREATE TABLE cancellations(
            webhook_id INTEGER PRIMARY KEY,
            first INTEGER NOT NULL
        ) STRICT;
        INSERT INTO cancellations SELECT id, 0 FROM webhooks WHERE deleted_at IS NOT NULL;
        """
}
