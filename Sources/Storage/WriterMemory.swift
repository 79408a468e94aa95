/// All facts about the database that a writer keeps between two transactions.
///
/// A part registers itself once. It is notified of each begin and each rollback of a transaction,
/// and drops the facts that may be invalid from then on. An engine with several writers reports
/// others' commits at every begin, so that each transaction starts without such facts; with SQLite
/// the one writer keeps them.
package final class WriterMemory {
    /// The registration of a part that owns the store; ends with the part, which must be its only
    /// owner.
    ///
    /// The memory refers weakly to this object and not to the part, as every retain and release of
    /// an object costs several times as much once it has had a weak reference.
    package final class Registration {
        fileprivate unowned let part: any RememberedRows

        fileprivate init(_ part: any RememberedRows) { self.part = part }
    }

    private struct Registered { weak var registration: Registration? }

    private var own: [any RememberedRows] = []
    private var others: [Registered] = []

    /// Adds a part of the store itself.
    func keep(_ part: any RememberedRows) { own.append(part) }

    /// Adds a part that owns the store, and must keep the registration.
    package func register(_ part: any RememberedRows) -> Registration {
        let registration = Registration(part)
        others.append(Registered(registration: registration))
        return registration
    }

    func transactionBegan(othersCommitted: Bool) {
        forEach { $0.transactionBegan(othersCommitted: othersCommitted) }
    }

    func transactionRolledBack() { forEach { $0.transactionRolledBack() } }

    private func forEach(_ body: (any RememberedRows) -> Void) {
        for part in own { body(part) }
        for registered in others {
            if let registration = registered.registration { body(registration.part) }
        }
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
