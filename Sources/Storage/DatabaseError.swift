import Database

/// The reason for which a database file cannot be used.
package enum DatabaseError: Error, Equatable, Sendable {
    /// An SQLite database of another program, or not a database.
    case notOurs(path: String)
    /// A database of a later release.
    case newer(path: String, found: Int64, known: Int64)
    /// A database that `serve` or `apply` must update before it can be read.
    case older(path: String, found: Int64, known: Int64)
    case missing(path: String)
    case readOnly(path: String)
    case full(path: String)
    case locked(path: String)
    case damaged(path: String)
    case failed(path: String, String)

    /// The error for a failure that SQLite reports on opening the file.
    package init(path: String, _ error: StorageError) {
        switch error.kind {
        case .notADatabase: self = .notOurs(path: path)
        case .cannotOpen: self = .missing(path: path)
        case .readOnly: self = .readOnly(path: path)
        case .full: self = .full(path: path)
        case .busy: self = .locked(path: path)
        case .corrupt: self = .damaged(path: path)
        case .inputOutput, .replaced, .constraint, .misuse, .contradiction, .unusable, .other:
            self = .failed(path: path, error.description)
        }
    }
}

extension DatabaseError: CustomStringConvertible {
    /// The reason as a sentence with the path, for the terminal.
    package var description: String {
        switch self {
        case .notOurs(let path):
            "\(path) is not a refgate database; give another file with --db, or move this one away"
        case .newer(let path, let found, let known):
            "\(path) was written by a newer refgate (schema \(found), this one knows \(known));"
                + " use that release"
        case .older(let path, let found, let known):
            "\(path) has schema \(found) and this refgate reads \(known);"
                + " run `refgate serve` or `refgate apply` on it once to update it"
        case .missing(let path):
            "\(path) cannot be opened; check that it exists and that its directory is readable and writable"
        case .readOnly(let path):
            "\(path) is not writable; check the permissions of the file and of its directory"
        case .full(let path):
            "\(path) cannot grow: the disk is full or the process has reached its file size limit"
        case .locked(let path):
            "\(path) is locked by another process; stop that one or try again"
        case .damaged(let path):
            "\(path) is damaged; restore a backup (`PRAGMA integrity_check` lists the damage)"
        case .failed(let path, let words):
            "\(path): \(words)"
        }
    }
}
