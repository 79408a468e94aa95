/// One connection to a database, of one thread: the seam between storage and its engine.
///
/// Storage holds the tables and the texts of their statements; an engine prepares and runs them.
package protocol Session: AnyObject {
    /// Compiles a statement for repeated use.
    func prepare(_ sql: SQL) throws(StorageError) -> any Statement

    /// Runs one or several statements whose rows are ignored.
    func execute(_ sql: SQL) throws(StorageError)

    /// Begins a transaction.
    func begin(_ kind: TransactionKind) throws(StorageError)

    /// Returns when the transaction is on disk, as far as the session is configured to wait for
    /// that.
    func commit() throws(StorageError)

    /// Rolls back the open transaction, if there is one.
    func rollback()

    /// True between `begin` and the end of the transaction.
    var isInTransaction: Bool { get }

    /// A number that changes when another session commits, and not with this one's commits. An engine with several
    /// writers returns another number each time.
    func dataVersion() throws(StorageError) -> Int64

    /// The number of rows that this session has changed since it was opened.
    var totalChanges: Int64 { get }

    /// The number of the row inserted last.
    var lastInsertedRowID: Int64 { get }
}

/// The kinds of transaction.
package enum TransactionKind: Sendable {
    /// Takes the write lock at once, so that no later statement can fail because of it.
    case write
    /// Reads rows as of one moment.
    case snapshot
}

extension Session {
    /// Begins a write transaction.
    package func begin() throws(StorageError) { try begin(.write) }

    /// The first column of the first row as an integer; nil if there is no row or it is NULL.
    package func integer(_ sql: SQL) throws(StorageError) -> Int64? {
        let statement = try prepare(sql)
        guard try statement.step() else { return nil }
        return statement.optionalInteger(0)
    }

    /// The first column of the first row as text; nil if there is no row or it is NULL.
    package func text(_ sql: SQL) throws(StorageError) -> String? {
        let statement = try prepare(sql)
        guard try statement.step() else { return nil }
        return statement.optionalText(0)
    }

    /// Runs the body in one write transaction: committed at its end, rolled back if the body or the
    /// commit throws.
    ///
    /// - Parameter translate: Converts a failure of the transaction itself to the body's kind of
    ///   error.
    package func transaction<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result, failing translate: (StorageError) -> Failure
    ) throws(Failure) -> Result {
        do { try begin(.write) } catch { throw translate(error) }
        let result: Result
        do {
            result = try body()
        } catch {
            rollback()
            throw error
        }
        do {
            try commit()
        } catch {
            rollback()
            throw translate(error)
        }
        return result
    }

    /// The same for a body that throws the storage's errors.
    package func transaction<Result>(
        _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try transaction(body, failing: { $0 })
    }
}
