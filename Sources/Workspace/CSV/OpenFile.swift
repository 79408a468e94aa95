import Glibc
import Paths
import Reading

/// A file that is read from its beginning; closed with its owner.
package final class OpenFile: ByteSource {
    private let path: String
    private let descriptor: CInt

    /// Opens a regular file.
    package init(_ path: String) throws(FileFailure) {
        self.path = path
        // A named pipe without a writer would block without end.
        descriptor = Glibc.open(SystemPath.cString(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileFailure(path: path, errno: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw FileFailure(path: path, reason: .notAFile)
        }
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    }

    /// Opens the file that a user named: a file, a pipe, or standard input as `-`. Waits for a
    /// pipe's writer and for its data.
    package init(named path: String) throws(FileFailure) {
        self.path = path
        descriptor =
            path == Self.standardInput
            ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
            : Glibc.open(SystemPath.cString(path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(path: path, errno: errno) }
    }

    /// The name of standard input.
    package static let standardInput = "-"

    /// The maximum size of a file that is read into memory.
    private static let largest = 1 << 30

    /// Returns the content of the file that a user named.
    package static func read(named path: String) throws(FileFailure) -> [UInt8] {
        try OpenFile(named: path).readAll(path, atMost: largest)
    }

    deinit { _ = close(descriptor) }

    /// Appends the next bytes and returns their number.
    package func read(into bytes: inout [UInt8], atMost most: Int) throws(FileFailure) -> Int {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: most))
        var count = 0
        repeat {
            count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + start }, most)
            }
        } while count < 0 && errno == EINTR
        let failure = errno
        bytes.removeLast(most - max(0, count))
        guard count >= 0 else { throw FileFailure(path: path, errno: failure) }
        return count
    }
}

extension FileFailure {
    fileprivate init(path: String, errno: CInt) {
        let reason: Reason =
            switch errno {
            case ENOENT, ENOTDIR: .absent
            case EACCES, EPERM: .forbidden
            case EISDIR: .notAFile
            default: .system(errno: errno)
            }
        self.init(path: path, reason: reason)
    }
}

extension Folder {
    /// The files of a directory; an absolute path is used unchanged.
    package static func directory(_ directory: String) -> Folder {
        Folder { path throws(FileFailure) in
            let isAbsolute = path.utf8.first == UInt8(ascii: "/")
            return try OpenFile(isAbsolute || directory.isEmpty ? path : "\(directory)/\(path)")
        }
    }
}
