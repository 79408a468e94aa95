/// All that a writer remembers of the database between two transactions.
///
/// A part registers itself once. It is told when a transaction begins and when one is rolled back, and forgets
/// what may be untrue from then on. An engine with several writers reports others' commits at every begin, so
/// that each transaction starts without memory; with SQLite the one writer keeps it.
package final class WriterMemory {
    /// Parts own their store, so that the store must not own them.
    private struct Registered { weak var part: (any RememberedRows)? }

    private var parts: [Registered] = []

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

/// A part of a writer's memory: rows, or facts derived from rows, that are kept after their transaction.
package protocol RememberedRows: AnyObject {
    /// A transaction has begun.
    ///
    /// - Parameter othersCommitted: true if another connection has committed since this store's last
    ///   transaction began, so that remembered rows may be out of date.
    func transactionBegan(othersCommitted: Bool)

    /// The open transaction was rolled back, and with it every row that was remembered in it.
    func transactionRolledBack()
}

/// A memory that is dropped as a whole, as it costs little to read again.
package protocol ForgettableRows: RememberedRows {
    /// Drops all that is remembered.
    func forget()
}

extension ForgettableRows {
    package func transactionBegan(othersCommitted: Bool) { if othersCommitted { forget() } }

    package func transactionRolledBack() { forget() }
}
