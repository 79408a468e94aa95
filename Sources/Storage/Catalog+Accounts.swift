import SQLite

extension Catalog {
    /// False where there is no such account.
    package func rename(account id: Int64, to name: String) throws(SQLiteError) -> Bool {
        let update = try connection.prepare("UPDATE accounts SET name = ?2 WHERE id = ?1")
        try update.bind(1, id)
        try update.bind(2, name)
        return try update.runCountingChanges() == 1
    }

    /// The webhooks of an account, those that were deleted among them: what was sent to them stays on record.
    package func webhooksEver(of account: Int64) throws(SQLiteError) -> [(
        id: Int64, isDeleted: Bool
    )] {
        let statement = try connection.prepare(
            "SELECT id, deleted_at IS NOT NULL FROM webhooks WHERE account_id = ?1 ORDER BY id")
        try statement.bind(1, account)
        var webhooks: [(id: Int64, isDeleted: Bool)] = []
        while try statement.step() {
            webhooks.append((statement.integer(0), statement.integer(1) != 0))
        }
        return webhooks
    }
}
