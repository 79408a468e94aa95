import Glibc
import Paths

/// A new file that appears under its name whole and on disk, or not at all. Until `publish` it is a draft with a
/// name of its own in the same folder, so that a draft left by a crash never stands in the way. Only its
/// owner may read it: what is written here names people or holds a key.
package final class FreshFile {
    package enum Failure: Error, Equatable, CustomStringConvertible {
        case exists(path: String)
        case unwritable(path: String, errno: CInt)

        package var description: String {
            switch self {
            case .exists(let path):
                "\(path) is there already; name another place, or move it away"
            case .unwritable(let path, let number):
                "\(path) cannot be written: \(String(cString: strerror(number)))"
            }
        }
    }

    package let path: String
    /// Where the content is until `publish`.
    package let draft: String
    private let folder: String
    private let descriptor: CInt
    private var failure: CInt = 0
    private var isPublished = false

    package convenience init(_ path: String) throws(Failure) {
        guard access(SystemPath.cString(path), F_OK) != 0 else { throw .exists(path: path) }
        try self.init(replacing: path)
    }

    /// A file that may take the place of another, with `replace`.
    ///
    /// - Parameter isPrivate: whether only its owner may read it; else the process's mask decides.
    package init(replacing path: String, isPrivate: Bool = true) throws(Failure) {
        self.path = path
        let slash = path.lastIndex(of: "/")
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let prefix = name.utf8.count > 200 ? "draft" : name
        var template = SystemPath.cString("\(folder)/.\(prefix).XXXXXX")
        descriptor = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { mkstemp($0) } ?? -1
        }
        guard descriptor >= 0 else { throw .unwritable(path: path, errno: errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        if !isPrivate {
            let mask = umask(0)
            _ = umask(mask)
            _ = fchmod(descriptor, 0o666 & ~mask)
        }
        draft = SystemPath.text(template.dropLast().map { UInt8(bitPattern: $0) })
    }

    deinit {
        if !isPublished { unlink(SystemPath.cString(draft)) }
        _ = Glibc.close(descriptor)
    }

    /// The first failure is kept, and thrown by `check` and by `publish`.
    package func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty, failure == 0 {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                failure = errno
            }
        }
    }

    /// Throws the first failure of a write, if there was one.
    package func check() throws(Failure) {
        guard failure == 0 else { throw .unwritable(path: path, errno: failure) }
    }

    /// Gives the file its name, and returns when content and name are on disk. Another file that has the name
    /// by then keeps it.
    package func publish() throws(Failure) {
        try sync()
        // Unlike a renaming, a link never takes another file's place.
        guard link(SystemPath.cString(draft), SystemPath.cString(path)) == 0 else {
            throw errno == EEXIST
                ? .exists(path: path) : .unwritable(path: path, errno: errno)
        }
        unlink(SystemPath.cString(draft))
        isPublished = true
        try syncFolder()
    }

    /// As `publish`, in place of a file that has the name.
    package func replace() throws(Failure) {
        try sync()
        guard rename(SystemPath.cString(draft), SystemPath.cString(path)) == 0 else {
            throw .unwritable(path: path, errno: errno)
        }
        isPublished = true
        try syncFolder()
    }

    /// Takes the name away from a file that was published, and the file with it.
    package func withdraw() {
        if isPublished { unlink(SystemPath.cString(path)) }
    }

    /// Returns when the content is on disk, so that `publish` fails no more for want of room.
    package func sync() throws(Failure) {
        if failure == 0, fsync(descriptor) != 0 { failure = errno }
        try check()
    }

    /// A name is kept by the folder. Some file systems cannot sync one, and say EINVAL.
    private func syncFolder() throws(Failure) {
        let folder = open(SystemPath.cString(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        defer { _ = Glibc.close(folder) }
        guard fsync(folder) == 0 || errno == EINVAL else {
            throw .unwritable(path: path, errno: errno)
        }
    }
}
