/// A failure of the database: the stage at which it happened, its kind, and the engine's own code and message.
///
/// Each engine maps its codes to kinds once. A transaction in which a statement throws is rolled back, so that
/// nothing of it stays.
package struct StorageError: Error, Equatable, Sendable {
    /// The step of a statement's or a connection's life at which it failed: the reaction depends on it.
    package enum Stage: String, Sendable {
        case configure, open, prepare, bind, step, begin, commit, rollback, close
        /// After the engine had answered: a row was read that cannot be true.
        case read
    }

    /// The classes of failure that callers tell apart.
    package enum Kind: Equatable, Sendable {
        /// Another connection holds the lock, and the time to wait for it has passed.
        case busy
        /// The disk is full, or the process may not grow the file (RLIMIT_FSIZE).
        case full
        /// Reading or writing the file failed.
        case inputOutput
        case readOnly
        /// The path of the database leads to another file by now, or to none.
        case replaced
        case cannotOpen
        case notADatabase
        case corrupt
        /// A UNIQUE, NOT NULL, CHECK or FOREIGN KEY constraint.
        case constraint
        /// A statement that is wrong, or a function of the engine that was called wrongly.
        case misuse
        /// Rows contradict each other within one transaction: a fault of this program, or a database that was
        /// changed by hand.
        case contradiction
        /// A stored declaration that this program cannot use; the message names it.
        case unusable
        case other
    }

    package let stage: Stage
    package let kind: Kind
    /// The engine's code; with SQLite the extended result code (sqlite.org/rescode.html). 0 where the engine
    /// itself did not fail.
    package let code: Int32
    /// One sentence without its end; it holds no bound value.
    package let message: String

    package init(stage: Stage, kind: Kind, code: Int32 = 0, message: String) {
        self.stage = stage
        self.kind = kind
        self.code = code
        self.message = message
    }
}

extension StorageError {
    /// The failure of a transaction on a database that is not at its path any more.
    package static let replaced = StorageError(
        stage: .begin, kind: .replaced, message: "the database file was replaced or removed")

    /// The failure of a transaction in which a table and its index differ, where the engine did not notice it.
    package static let damaged = StorageError(
        stage: .step, kind: .corrupt, message: "a table and its index differ")

    /// Rows that contradict each other.
    ///
    /// - Parameter words: a clause that says which rows, such as `conversion 5 was taken before`.
    package static func contradiction(_ words: String) -> StorageError {
        StorageError(
            stage: .read, kind: .contradiction, message: words)
    }

    /// A stored declaration that cannot be used.
    ///
    /// - Parameter declaration: its kind and id, such as `campaign 5`.
    package static func unusable(_ declaration: String) -> StorageError {
        StorageError(
            stage: .read, kind: .unusable, message: "\(declaration) cannot be used")
    }
}

extension StorageError {
    /// True for a fault of this program, which says nothing about the file or the disk.
    package var isOurs: Bool {
        switch kind {
        case .constraint, .misuse, .contradiction: true
        case .busy, .full, .inputOutput, .readOnly, .replaced, .cannotOpen, .notADatabase,
            .corrupt, .unusable, .other:
            false
        }
    }

    /// True where no transaction could begin, so that no change can be made at present.
    package var isOutage: Bool { stage == .begin }

    /// True where another process holds the database's lock. No transaction has begun then.
    package var isLocked: Bool { stage == .begin && kind == .busy }
}

extension StorageError: CustomStringConvertible {
    package var description: String {
        switch kind {
        case .contradiction: "the tables contradict themselves: \(message)"
        case .unusable: "the stored \(message)"
        default: "SQLite \(stage.rawValue): \(message) (code \(code))"
        }
    }
}
