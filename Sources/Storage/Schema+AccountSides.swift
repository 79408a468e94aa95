extension Schema {
    /// A test side for each account: a row of `accounts` of its own, so that all rows of an account
    /// belong to one side. Keys get a scope, an expiry and the time of their last use.
    ///
    /// The last use has a table of its own: a change of `api_keys` makes all gateways read the keys
    /// again.
    static let accountSides = """
        ALTER TABLE accounts ADD COLUMN mode TEXT NOT NULL DEFAULT 'live'
            CHECK (mode IN ('live', 'test'));
        ALTER TABLE accounts ADD COLUMN live_id INTEGER REFERENCES accounts(id);
        ALTER TABLE accounts ADD COLUMN browser_keys TEXT NOT NULL DEFAULT 'mark'
            CHECK (browser_keys IN ('mark', 'refuse'));
        CREATE UNIQUE INDEX accounts_test_sides ON accounts(live_id) WHERE live_id IS NOT NULL;
        INSERT INTO accounts(name, plan, created_at, mode, live_id)
            SELECT name, plan, created_at, 'test', id FROM accounts;

        ALTER TABLE api_keys ADD COLUMN scope TEXT NOT NULL DEFAULT 'admin'
            CHECK (scope IN ('admin', 'operate', 'read', 'publishable'));
        ALTER TABLE api_keys ADD COLUMN expires_at INTEGER;
        UPDATE api_keys SET account_id = (SELECT a.id FROM accounts AS a WHERE a.live_id = account_id)
            WHERE mode = 'test';
        CREATE TABLE key_uses(
            key_id INTEGER PRIMARY KEY REFERENCES api_keys(id),
            last_used_at INTEGER NOT NULL
        ) STRICT;
        """
}
