import Glibc
import Paths

/// The identity of a file, independent of its name: two paths with the same identity lead to one
/// file.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    let inode: UInt64

    private init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }

    /// The file that a path leads to now, following symbolic links; nil if there is none or it
    /// cannot be read.
    package init?(path: String) {
        var status = stat()
        guard unsafe stat(SystemPath.cString(path), &status) == 0 else { return nil }
        self.init(status)
    }

    init(descriptor: borrowing Descriptor) throws(SystemError) {
        var status = stat()
        guard unsafe fstat(descriptor.number, &status) == 0 else { throw SystemError(.fstat) }
        self.init(status)
    }
}
