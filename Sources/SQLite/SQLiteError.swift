import CSQLite

/// What SQLite refused, and at which stage.
package struct SQLiteError: Error, Equatable, Sendable {
    /// Where in the life of a statement it happened: the reaction depends on it.
    package enum Stage: String, Sendable {
        case configure, open, prepare, bind, step, begin, commit, rollback, close
    }

    /// The classes of failure that callers tell apart.
    package enum Kind: Equatable, Sendable {
        /// Another connection holds the lock and the busy timeout has passed.
        case busy
        /// The disk is full, or the process may not grow the file (RLIMIT_FSIZE).
        case full
        /// Reading or writing the file failed.
        case inputOutput
        case readOnly
        /// The path of the file leads to another one by now, or to none.
        case replaced
        case cannotOpen
        case notADatabase
        case corrupt
        /// A UNIQUE, NOT NULL, CHECK or FOREIGN KEY constraint.
        case constraint
        /// A statement that is wrong, or an SQLite function that was called wrongly.
        case misuse
        case other
    }

    package let stage: Stage
    /// The extended result code (sqlite.org/rescode.html).
    package let code: Int32
    /// SQLite's own words; they hold no bound value.
    package let message: String

    package init(stage: Stage, code: Int32, message: String) {
        self.stage = stage
        self.code = code
        self.message = message
    }

    /// SQLITE_IOERR_SHMSIZE: the index of the write-ahead log could not grow. A macro Swift can't import.
    private static let noRoomForIndex = SQLITE_IOERR | 19 << 8

    /// SQLITE_READONLY_DBMOVED, another such macro.
    private static let moved = SQLITE_READONLY | 4 << 8

    /// What a transaction fails with on a file that is not at its path any more.
    package static let replaced = SQLiteError(
        stage: .begin, code: moved, message: "the database file was replaced or removed")

    /// What a transaction fails with where the file contradicts itself and SQLite did not see it.
    package static let damaged = SQLiteError(
        stage: .step, code: SQLITE_CORRUPT, message: "a table and its index differ")

    package var kind: Kind {
        if code == Self.noRoomForIndex { return .full }
        if code == Self.moved { return .replaced }
        return switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_FULL: .full
        case SQLITE_IOERR: .inputOutput
        case SQLITE_READONLY: .readOnly
        case SQLITE_CANTOPEN: .cannotOpen
        case SQLITE_NOTADB: .notADatabase
        case SQLITE_CORRUPT: .corrupt
        case SQLITE_CONSTRAINT: .constraint
        case SQLITE_ERROR, SQLITE_INTERNAL, SQLITE_SCHEMA, SQLITE_MISMATCH, SQLITE_MISUSE,
            SQLITE_RANGE:
            .misuse
        default: .other
        }
    }
}

extension SQLiteError {
    /// Whether it is a mistake of this program, and says nothing of the file or the disk.
    package var isOurs: Bool {
        switch kind {
        case .constraint, .misuse: true
        case .busy, .full, .inputOutput, .readOnly, .replaced, .cannotOpen, .notADatabase,
            .corrupt, .other:
            false
        }
    }
}

extension SQLiteError: CustomStringConvertible {
    package var description: String { "SQLite \(stage.rawValue): \(message) (code \(code))" }
}
