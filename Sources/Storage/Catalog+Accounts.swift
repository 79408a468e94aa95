import Database
import Referrals
import Time

extension Catalog {
    /// The number of the account; makes one without a name if there is none. One statement checks
    /// and inserts, so that an account which another process makes or names at the same time is not
    /// overwritten.
    package func accountMadeIfNone(at now: Instant) throws(StorageError) -> ID<Account> {
        if let first = try accounts().first { return first.id }
        let insert = try session.prepare(
            """
            INSERT INTO accounts(name, plan, created_at)
            SELECT ?1, 'free', ?2 WHERE NOT EXISTS (SELECT 1 FROM accounts)
            """)
        try insert.bind(1, Self.unnamedAccount)
        try insert.bind(2, now.microseconds)
        if try insert.runCountingChanges() == 1 { return ID(session.lastInsertedRowID) }
        return try accounts().first?.id ?? ID(0)
    }

    /// Renames an account. Returns false if there is no such account.
    package func rename(account id: ID<Account>, to name: String) throws(StorageError) -> Bool {
        let update = try session.prepare("UPDATE accounts SET name = ?2 WHERE id = ?1")
        try update.bind(1, id)
        try update.bind(2, name)
        return try update.runCountingChanges() == 1
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
