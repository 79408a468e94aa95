import Sockets

/// The process that holds the lock of a database.
package enum DatabaseLock {
    /// The bytes that SQLite locks in the index of the write-ahead log for a writer, for moving the
    /// log into the database, and for a recovery (sqlite.org/walformat.html).
    private static let log: ClosedRange<UInt64> = 120...122
    /// The bytes that SQLite locks in the database itself while there is no log.
    private static let database: ClosedRange<UInt64> = 0x4000_0000...0x4000_01FF

    /// The process that holds the lock; nil if it is unknown.
    package static func owner(of path: String) -> LockOwner? {
        LockOwner.find(path: path + "-shm", bytes: log)
            ?? LockOwner.find(path: path, bytes: database)
    }

    /// A sentence for a process that waits for the lock.
    package static func waiting(for path: String) -> String {
        let owner = owner(of: path).map(\.description) ?? "another process"
        return "\(owner) holds the lock of \(path); waiting for it"
    }
}
