/// All facts about the database that a writer keeps between two transactions.
///
/// A part registers itself once. It is notified of each begin and each rollback of a transaction,
/// and drops the facts that may be invalid from then on. An engine with several writers reports
/// others' commits at every begin, so that each transaction starts without such facts; with SQLite
/// the one writer keeps them.
package final class WriterMemory {
    /// A weak reference: parts own their store, so the store must not own them.
    private struct Registered { weak var part: (any RememberedRows)? }

    private var parts: [Registered] = []

    /// Adds a part, which is kept weakly.
    package func register(_ part: any RememberedRows) { parts.append(Registered(part: part)) }

    func transactionBegan(othersCommitted: Bool) {
        for registered in parts {
            registered.part?.transactionBegan(othersCommitted: othersCommitted)
        }
    }

    func transactionRolledBack() {
        for registered in parts { registered.part?.transactionRolledBack() }
    }
}

/// A part of a writer's memory: rows, or facts derived from rows, that are kept after their
/// transaction.
package protocol RememberedRows: AnyObject {
    /// Notes that a transaction has begun.
    ///
    /// - Parameter othersCommitted: True if another connection has committed since this store's
    ///   last transaction began, so that kept rows may be outdated.
    func transactionBegan(othersCommitted: Bool)

    /// Notes that the open transaction was rolled back, and with it every row kept from it.
    func transactionRolledBack()
}

/// A memory that is dropped as a whole, as it costs little to read again.
package protocol ForgettableRows: RememberedRows {
    /// Drops all kept facts.
    func forget()
}

extension ForgettableRows {
    /// Drops all facts if another connection has committed.
    package func transactionBegan(othersCommitted: Bool) { if othersCommitted { forget() } }

    /// Drops all facts.
    package func transactionRolledBack() { forget() }
}
