import Database
import Referrals
import Time

extension Catalog.SourceRow {
    /// True if the API made the source. It accepts no messages, like a deleted source, and cannot
    /// be changed.
    package var isBuiltIn: Bool { storedID == SourceName.builtIn(of: account) }

    /// The id as users see it, and as the source's account declares it.
    package var id: String { SourceName.declared(storedID) }

    /// The path to which the partner posts events.
    package var hookPath: String { "/hooks/\(storedID)" }
}

extension Catalog {
    /// Stores the declaration by which the events of an account's built-in source are read; makes
    /// the source if there is none.
    package func putBuiltInSource(
        of account: ID<Account>, document: String, at now: Instant
    ) throws(StorageError) {
        let id = SourceName.builtIn(of: account)
        _ = try put(
            storedID: id, account: account, document: document, secrets: nil,
            secretsChanged: false, at: now)
        let update = try session.prepare("UPDATE sources SET deleted_at = ?2 WHERE id = ?1")
        try update.bind(1, id)
        try update.bind(2, now.microseconds)
        try update.run()
    }
}
