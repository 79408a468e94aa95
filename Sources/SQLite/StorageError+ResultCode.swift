import CSQLite
import Database

extension StorageError {
    /// SQLITE_IOERR_SHMSIZE: the index of the write-ahead log could not grow. A macro Swift cannot import.
    private static let noRoomForIndex = SQLITE_IOERR | 19 << 8

    /// SQLITE_READONLY_DBMOVED, another such macro.
    private static let moved = SQLITE_READONLY | 4 << 8

    /// The failure for an extended result code of SQLite (sqlite.org/rescode.html).
    ///
    /// - Parameter message: SQLite's own message; it contains no bound value.
    package init(stage: Stage, code: Int32, message: String) {
        self.init(
            stage: stage, kind: Self.kind(of: code), code: code, message: message)
    }

    private static func kind(of code: Int32) -> Kind {
        if code == noRoomForIndex { return .full }
        if code == moved { return .replaced }
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
