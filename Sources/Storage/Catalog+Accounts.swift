import Database
import Referrals
import Time

extension Catalog {
    /// A side of an account, the owner of all other rows.
    package struct AccountRow: Equatable, Sendable {
        /// The number of the side.
        package var id: ID<Account>
        /// The account's name.
        package var name: String
        /// The account's plan.
        package var plan: String
        /// The side: `live` or `test`.
        package var mode: AccountMode
        /// The number of the account's live side, by which the account is known.
        package var live: ID<Account>
        /// The treatment of secret keys that browsers send.
        package var browserKeys: BrowserKeyPolicy
        /// The time of creation.
        package var createdAt: Instant
    }

    /// The live sides of all accounts, in the order of their numbers.
    package func accounts() throws(StorageError) -> [AccountRow] {
        try sides().filter { $0.mode == .live }
    }

    /// Both sides of all accounts, in the order of their numbers. Name, plan and policy of a test
    /// side are those of its live side.
    package func sides() throws(StorageError) -> [AccountRow] {
        let statement = try session.prepare(
            """
            SELECT s.id, l.name, l.plan, s.mode, l.id, l.browser_keys, l.created_at
            FROM accounts AS s JOIN accounts AS l ON l.id = coalesce(s.live_id, s.id) ORDER BY s.id
            """)
        var rows: [AccountRow] = []
        while try statement.step() { rows.append(try Self.account(statement)) }
        return rows
    }

    /// A side by its number.
    package func side(_ id: ID<Account>) throws(StorageError) -> AccountRow? {
        let statement = try session.prepare(
            """
            SELECT s.id, l.name, l.plan, s.mode, l.id, l.browser_keys, l.created_at
            FROM accounts AS s JOIN accounts AS l ON l.id = coalesce(s.live_id, s.id)
            WHERE s.id = ?1
            """)
        try statement.bind(1, id)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return try Self.account(statement)
    }

    /// The side of a mode of the account whose live side is given.
    package func side(_ mode: AccountMode, of live: ID<Account>) throws(StorageError) -> ID<Account>
    {
        guard mode == .test else { return live }
        let statement = try session.prepare("SELECT id FROM accounts WHERE live_id = ?1")
        try statement.bind(1, live)
        guard try statement.step() else {
            throw StorageError.contradiction("account \(live.number) has no test side")
        }
        defer { statement.reset() }
        return statement.id(0)
    }

    /// The number of the first account's live side; makes an account without a name if there is
    /// none. One statement checks and inserts, so that an account which another process makes or
    /// names at the same time is not overwritten.
    package func accountMadeIfNone(at now: Instant) throws(StorageError) -> ID<Account> {
        if let first = try accounts().first { return first.id }
        let insert = try session.prepare(
            """
            INSERT INTO accounts(name, plan, created_at)
            SELECT ?1, 'free', ?2 WHERE NOT EXISTS (SELECT 1 FROM accounts)
            """)
        try insert.bind(1, Self.unnamedAccount)
        try insert.bind(2, now.microseconds)
        try insert.run()
        try makeTestSides()
        guard let first = try accounts().first else {
            throw StorageError.contradiction("the new account is missing")
        }
        return first.id
    }

    /// Makes an account with both sides. Returns the number of its live side.
    package func create(
        account name: String, plan: String, at now: Instant
    ) throws(StorageError) -> ID<Account> {
        let insert = try session.prepare(
            "INSERT INTO accounts(name, plan, created_at) VALUES (?1, ?2, ?3)")
        try insert.bind(1, name)
        try insert.bind(2, plan)
        try insert.bind(3, now.microseconds)
        let id = ID<Account>(try insert.runReturningRowID())
        try makeTestSides()
        return id
    }

    private func makeTestSides() throws(StorageError) {
        let insert = try session.prepare(
            """
            INSERT INTO accounts(name, plan, created_at, mode, live_id)
            SELECT a.name, a.plan, a.created_at, 'test', a.id FROM accounts AS a
            WHERE a.mode = 'live' AND NOT EXISTS (SELECT 1 FROM accounts WHERE live_id = a.id)
            """)
        try insert.run()
    }

    /// Changes name, plan and policy of an account, given by its live side.
    package func update(
        account id: ID<Account>, name: String, plan: String, browserKeys: BrowserKeyPolicy
    ) throws(StorageError) {
        let update = try session.prepare(
            """
            UPDATE accounts SET name = ?2, plan = ?3, browser_keys = ?4
            WHERE id = ?1 OR live_id = ?1
            """)
        try update.bind(1, id)
        try update.bind(2, name)
        try update.bind(3, plan)
        try update.bind(4, browserKeys.rawValue)
        try update.run()
    }

    private static func account(_ statement: any Statement) throws(StorageError) -> AccountRow {
        guard let mode = AccountMode(rawValue: statement.text(3)),
            let policy = BrowserKeyPolicy(rawValue: statement.text(5))
        else { throw StorageError.contradiction("an account has an unknown mode or policy") }
        return AccountRow(
            id: statement.id(0), name: statement.text(1), plan: statement.text(2), mode: mode,
            live: statement.id(4), browserKeys: policy,
            createdAt: Instant(clampingMicroseconds: statement.integer(6)))
    }

    /// The webhooks of an account, including deleted ones, whose deliveries stay on record.
    package func webhooksEver(of account: ID<Account>) throws(StorageError) -> [(
        id: ID<Webhook>, isDeleted: Bool
    )] {
        let statement = try session.prepare(
            "SELECT id, deleted_at IS NOT NULL FROM webhooks WHERE account_id = ?1 ORDER BY id")
        try statement.bind(1, account)
        var webhooks: [(id: ID<Webhook>, isDeleted: Bool)] = []
        while try statement.step() {
            webhooks.append((statement.id(0), statement.integer(1) != 0))
        }
        return webhooks
    }
}
