import Glibc
import Paths

/// The identity of a file's content as far as its status shows: a changed file has another version.
package struct FileVersion: Equatable, Sendable {
    private let inode: UInt64
    private let size: Int64
    private let seconds: Int64
    private let nanoseconds: Int64

    /// The version of the file that a path leads to now; nil if there is none.
    package init?(path: String) {
        var status = stat()
        guard unsafe stat(SystemPath.cString(path), &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = Int64(status.st_mtim.tv_sec)
        nanoseconds = Int64(status.st_mtim.tv_nsec)
    }
}
