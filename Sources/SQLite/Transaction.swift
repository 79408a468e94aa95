import CSQLite
import Database

extension Connection {
    /// Runs the body in one write transaction: committed at the brace, rolled back on a throw.
    package func transaction<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result,
        failing translate: (StorageError) -> Failure
    ) throws(Failure) -> Result {
        do { try begin() } catch { throw translate(error) }
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

    /// The same for a body that throws nothing but SQLite's errors.
    package func transaction<Result>(
        _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try transaction(body, failing: { $0 })
    }

    /// Takes the write lock at once, so that no later statement can fail for want of it.
    package func begin() throws(StorageError) {
        let code = unsafe sqlite3_exec(handle, "BEGIN IMMEDIATE", nil, nil, nil)
        guard code == SQLITE_OK else { throw error(.begin, code) }
    }

    /// Returns when the transaction is on disk, as far as `synchronous` demands it.
    package func commit() throws(StorageError) {
        let code = unsafe sqlite3_exec(handle, "COMMIT", nil, nil, nil)
        guard code == SQLITE_OK else { throw error(.commit, code) }
    }

    /// Undoes what is open. A failure leaves nothing behind: SQLite has then rolled back by itself.
    package func rollback() {
        guard !isAutocommit else { return }
        _ = unsafe sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    }
}
