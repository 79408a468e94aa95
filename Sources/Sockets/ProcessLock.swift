import CLinux
import Glibc
import Paths
import Synchronization

/// An exclusive lock of one process on a file, among all processes that use this type.
///
/// It is a kernel lock on the file itself, independent of the path, and ends with its owner: a
/// process that ends in any way leaves none behind. It covers bytes that no file has (from 2^62
/// on), far from those that SQLite locks (from 2^30 on), so both can be locked at once. The kernel
/// records no process for such a lock, so its length identifies the owner: all locks begin at the
/// same byte, and each is one byte longer than its owner's process id.
///
/// It is an open file description lock: a lock of the process (F_SETLK) would be lost as soon as
/// SQLite closes any descriptor of the file. The reverse holds, too: when this descriptor is
/// closed, the process loses SQLite's locks on that file. So the lock must outlive the connections
/// to the file, and a file that this process has already locked is not even opened.
package final class ProcessLock: Sendable {
    /// The reason why a file could not be locked.
    package enum Failure: Error, Equatable, Sendable {
        /// Another owner holds the lock; nil if the owner has released it in the meantime.
        case held(by: Int?)
        case system(SystemError)
    }

    private static let start: Int64 = 1 << 62
    private static let own = Mutex<Set<FileIdentity>>([])

    private let descriptor: Descriptor
    /// The locked file.
    package let identity: FileIdentity

    /// Locks the file; creates it, readable and writable for its owner only, if there is none.
    package init(path: String) throws(Failure) {
        if let known = FileIdentity(path: path), Self.own.withLock({ $0.contains(known) }) {
            throw .held(by: Int(getpid()))
        }
        do throws(SystemError) {
            descriptor = try Descriptor(
                .open,
                unsafe refgate_open(SystemPath.cString(path), O_RDWR | O_CREAT | O_CLOEXEC, 0o600))
            identity = try FileIdentity(descriptor: descriptor)
        } catch {
            throw .system(error)
        }
        let length = Int64(getpid()) + 1
        guard refgate_lock_range(descriptor.number, Self.start, length) != 0 else {
            Self.own.withLock { [identity] in _ = $0.insert(identity) }
            return
        }
        let error = SystemError(.fcntl)
        guard error.number == EAGAIN || error.number == EACCES else { throw .system(error) }
        let held = refgate_locked_length(descriptor.number, Self.start)
        throw .held(by: held > 0 ? Int(held - 1) : nil)
    }

    deinit { Self.own.withLock { [identity] in _ = $0.remove(identity) } }
}
