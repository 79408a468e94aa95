import Database

/// The statements that were given to the sessions with this recorder, each once.
package final class StatementRecorder {
    package private(set) var statements: Set<SQL> = []

    package init() {}

    func note(_ sql: SQL) { statements.insert(sql) }
}

/// A session that notes each statement before another session gets it.
final class RecordingSession: Session {
    private let session: any Session
    private let recorder: StatementRecorder

    init(_ session: any Session, _ recorder: StatementRecorder) {
        self.session = session
        self.recorder = recorder
    }

    func prepare(_ sql: SQL) throws(StorageError) -> any Statement {
        recorder.note(sql)
        return try session.prepare(sql)
    }

    func execute(_ sql: SQL) throws(StorageError) {
        recorder.note(sql)
        try session.execute(sql)
    }

    func begin(_ kind: TransactionKind) throws(StorageError) { try session.begin(kind) }
    func commit() throws(StorageError) { try session.commit() }
    func rollback() { session.rollback() }
    var isInTransaction: Bool { session.isInTransaction }
    func dataVersion() throws(StorageError) -> Int64 { try session.dataVersion() }
    var totalChanges: Int64 { session.totalChanges }
    var lastInsertedRowID: Int64 { session.lastInsertedRowID }
}
