/// A failure of the database: the stage at which it happened, its kind, and the engine's own code
/// and message.
///
/// Each engine maps its codes to kinds once. A transaction in which a statement throws is rolled
/// back as a whole.
package struct StorageError: Error, Equatable, Sendable {
    /// The step of a statement's or a connection's life that failed: the reaction depends on it.
    package enum Stage: String, Sendable {
        case configure, open, prepare, bind, step, begin, commit, rollback, close
        /// A row was read that cannot be right, although the engine reported no failure.
        case read
    }

    /// The classes of failure that callers distinguish.
    package enum Kind: Equatable, Sendable {
        /// Another connection holds the lock, and the time to wait for it is over.
        case busy
        /// The disk is full, or the process may not grow the file (RLIMIT_FSIZE).
        case full
        /// Reading or writing the file failed.
        case inputOutput
        case readOnly
        /// The path of the database leads to another file now, or to none.
        case replaced
        case cannotOpen
        case notADatabase
        case corrupt
        /// A UNIQUE, NOT NULL, CHECK or FOREIGN KEY constraint.
        case constraint
        /// A statement that is wrong, or a function of the engine that was called wrongly.
        case misuse
        /// Rows contradict each other within one transaction: a defect of this program, or a
        /// database that was edited by other means.
        case contradiction
        /// A stored declaration that this program cannot use; the message names it.
        case unusable
        case other
    }

    /// The step that failed.
    package let stage: Stage
    /// The class of the failure.
    package let kind: Kind
    /// The engine's code; for SQLite the extended result code (sqlite.org/rescode.html). 0 if the
    /// engine itself did not fail.
    package let code: Int32
    /// One sentence without a full stop; it contains no bound value.
    package let message: String

    package init(stage: Stage, kind: Kind, code: Int32 = 0, message: String) {
        self.stage = stage
        self.kind = kind
        self.code = code
        self.message = message
    }
}

extension StorageError {
    /// The failure of a transaction on a database that is no longer at its path.
    package static let replaced = StorageError(
        stage: .begin, kind: .replaced, message: "the database file was replaced or removed")

    /// The failure of a transaction that found a table and its index to differ, although the engine
    /// did not notice it.
    package static let damaged = StorageError(
        stage: .step, kind: .corrupt, message: "a table and its index differ")

    /// The failure for rows that contradict each other.
    ///
    /// - Parameter words: A clause that names the rows, such as `conversion 5 was taken before`.
    package static func contradiction(_ words: String) -> StorageError {
        StorageError(
            stage: .read, kind: .contradiction, message: words)
    }

    /// The failure for a stored declaration that cannot be used.
    ///
    /// - Parameter declaration: Its kind and id, such as `campaign 5`.
    package static func unusable(_ declaration: String) -> StorageError {
        StorageError(
            stage: .read, kind: .unusable, message: "\(declaration) cannot be used")
    }
}

extension StorageError {
    /// True for a defect of this program, which shows nothing about the file or the disk.
    package var isOurs: Bool {
        switch kind {
        case .constraint, .misuse, .contradiction: true
        case .busy, .full, .inputOutput, .readOnly, .replaced, .cannotOpen, .notADatabase,
            .corrupt, .unusable, .other:
            false
        }
    }

    /// True if no transaction could begin, so that no change can be made at present.
    package var isOutage: Bool { stage == .begin }

    /// True if another process holds the database's lock. No transaction has begun then.
    package var isLocked: Bool { stage == .begin && kind == .busy }
}

extension StorageError: CustomStringConvertible {
    /// The failure as a sentence for the log.
    package var description: String {
        switch kind {
        case .contradiction: "the tables contradict themselves: \(message)"
        case .unusable: "the stored \(message)"
        default: "the database failed at \(stage.rawValue): \(message) (code \(code))"
        }
    }
}
