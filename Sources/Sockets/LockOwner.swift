import Glibc

/// The process that holds a lock on a file, as reported by the kernel (/proc/locks, proc_locks(5)).
///
/// The file itself is not opened: closing it would release this process's own locks on it.
package struct LockOwner: Equatable, Sendable {
    /// The process id.
    package let process: Int
    /// The name of the process; nil if it cannot be read.
    package let name: String?

    /// Finds the owner of a write lock on any of these bytes of a file; nil if there is none or it
    /// cannot be read.
    package static func find(path: String, bytes: ClosedRange<UInt64>) -> LockOwner? {
        guard let file = FileIdentity(path: path), let locks = text(of: "/proc/locks") else {
            return nil
        }
        for line in locks.split(separator: "\n") {
            guard let lock = Lock(line), lock.inode == file.inode, lock.bytes.overlaps(bytes),
                lock.process > 0
            else { continue }
            let name = text(of: "/proc/\(lock.process)/comm")?.split(separator: "\n").first
            return LockOwner(process: lock.process, name: name.map(String.init))
        }
        return nil
    }

    /// A line such as `1: POSIX  ADVISORY  WRITE 3548 fd:01:1969206 120 120`.
    private struct Lock {
        let process: Int
        let inode: UInt64
        let bytes: ClosedRange<UInt64>

        init?(_ line: Substring) {
            let words = line.split(separator: " ")
            // A process that waits for a lock has an arrow in the second place.
            guard words.count == 8, words[3] == "WRITE", let process = Int(words[4]),
                let inode = words[5].split(separator: ":").last.flatMap({ UInt64($0) }),
                let first = UInt64(words[6]),
                let last = words[7] == "EOF" ? UInt64.max : UInt64(words[7]), first <= last
            else { return nil }
            self.process = process
            self.inode = inode
            bytes = first...last
        }
    }

    /// The text of a file of /proc, which reports no size; nil if it cannot be read.
    private static func text(of path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress, buffer.count)
            }
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension LockOwner: CustomStringConvertible {
    /// Such as `process 3548 (refgate)`.
    package var description: String {
        "process \(process)" + (name.map { " (\($0))" } ?? "")
    }
}
