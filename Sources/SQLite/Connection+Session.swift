import CSQLite
import Database

extension Connection: Session {
    /// Compiles the SQLite spelling of a statement.
    package func prepare(_ sql: SQL) throws(StorageError) -> any Statement {
        try prepare(sql.sqlite) as PreparedStatement
    }

    /// Runs the SQLite spelling of one or several statements.
    package func execute(_ sql: SQL) throws(StorageError) { try execute(sql.sqlite) }

    package func begin(_ kind: TransactionKind) throws(StorageError) {
        let sql =
            switch kind {
            case .write: "BEGIN IMMEDIATE"
            case .snapshot: "BEGIN"
            }
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(.begin, code) }
    }

    /// True between the begin and the end of a transaction.
    package var isInTransaction: Bool { !isAutocommit }

    package func dataVersion() throws(StorageError) -> Int64 {
        if unsafe versionStatement == nil {
            let code = unsafe sqlite3_prepare_v3(
                handle, "PRAGMA data_version", -1, UInt32(SQLITE_PREPARE_PERSISTENT),
                &versionStatement, nil)
            guard code == SQLITE_OK else { throw error(.prepare, code) }
        }
        let code = unsafe sqlite3_step(versionStatement)
        defer { unsafe sqlite3_reset(versionStatement) }
        guard code == SQLITE_ROW else { throw error(.step, code) }
        return unsafe sqlite3_column_int64(versionStatement, 0)
    }

    package func commit() throws(StorageError) {
        let code = unsafe sqlite3_exec(handle, "COMMIT", nil, nil, nil)
        guard code == SQLITE_OK else { throw error(.commit, code) }
    }

    // A failure leaves nothing behind: SQLite has then rolled back by itself.
    package func rollback() {
        guard !isAutocommit else { return }
        _ = unsafe sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    }
}
