import Database
import Referrals
import Time

extension Catalog.SourceRow {
    /// What an account's built-in source is called: the one that events of the API itself come from.
    package static let builtInName = "api"

    /// Ids are unique among all accounts, so that the account's number stands behind the name. No declared id has
    /// a slash.
    static func builtInID(of account: Int64) -> String { "\(builtInName)/\(account)" }

    /// Whether nobody declared the source. It takes no messages, as if it was deleted, and nobody can change it.
    package var isBuiltIn: Bool { id == Self.builtInID(of: account) }

    /// The id as users know it.
    package var shownID: String { isBuiltIn ? Self.builtInName : id }
}

extension Catalog {
    /// Stores how the events of an account's built-in source are read; makes the source where there is none.
    package func putBuiltInSource(
        of account: Int64, document: String, at now: Instant
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
