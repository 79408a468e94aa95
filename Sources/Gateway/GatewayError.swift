import Database
import Glibc
import Programmes
import Sockets
import Storage

/// The reason for which a gateway cannot start.
package enum GatewayError: Error, CustomStringConvertible {
    case database(DatabaseError)
    /// Another gateway serves the database; its process id, if known.
    case served(path: String, by: Int?)
    case key(SecretBox.Failure)
    case system(SystemError)

    /// The reason as a sentence for the terminal.
    package var description: String {
        switch self {
        case .database(let error): error.description
        case .served(let path, let process):
            "\(path) is served already by \(process.map { "process \($0)" } ?? "another process");"
                + " stop that one first, or give another database with --db"
        case .key(let error): error.description
        case .system(let error): "\(error)"
        }
    }

    /// The error that ended the start, with the path of the database for a failure of the storage.
    init(starting error: any Error, _ path: String) {
        self =
            switch error {
            case let error as DatabaseError: .database(error)
            case let error as StorageError: .database(DatabaseError(path: path, error))
            case let error as SecretBox.Failure: .key(error)
            case let error as SystemError: .system(error)
            default: .database(.failed(path: path, "\(error)"))
            }
    }

    /// The reason for which the database could not be locked.
    init(locking path: String, _ failure: ProcessLock.Failure) {
        switch failure {
        case .held(let process): self = .served(path: path, by: process)
        case .system(let error):
            switch error.number {
            case ENOENT, ENOTDIR, EISDIR: self = .database(.missing(path: path))
            case EACCES, EPERM, EROFS: self = .database(.readOnly(path: path))
            default: self = .database(.failed(path: path, "\(error)"))
            }
        }
    }
}
