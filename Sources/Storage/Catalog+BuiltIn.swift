import Database
import Referrals
import Time

extension Catalog.SourceRow {
    /// The name of an account's built-in source, which the API's own events come from.
    package static let builtInName = "api"

    /// Ids are unique over all accounts, so the account's number follows the name. No declared id
    /// has a slash.
    static func builtInID(of account: ID<Account>) -> String { "\(builtInName)/\(account.number)" }

    /// True if the API made the source. It accepts no messages, like a deleted source, and cannot
    /// be changed.
    package var isBuiltIn: Bool { id == Self.builtInID(of: account) }

    /// The id as users see it.
    package var shownID: String { isBuiltIn ? Self.builtInName : id }
}

extension Catalog {
    /// Stores the declaration by which the events of an account's built-in source are read; makes
    /// the source if there is none.
    package func putBuiltInSource(
        of account: ID<Account>, document: String, at now: Instant
    ) throws(StorageError) {
        _ = try put(
            source: SourceRow.builtInID(of: account), account: account, document: document,
            secrets: nil, secretsChanged: false, at: now)
        let update = try session.prepare("UPDATE sources SET deleted_at = ?2 WHERE id = ?1")
        try update.bind(1, SourceRow.builtInID(of: account))
        try update.bind(2, now.microseconds)
        try update.run()
    }
}
