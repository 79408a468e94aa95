import Glibc
import Paths

/// A new file that appears under its name whole and on disk, or not at all. Until `publish` it is a
/// draft with a name of its own in the same directory, so that a draft left by a crash never blocks
/// another. Only its owner may read it, because it contains personal data or a key.
package final class FreshFile {
    /// The step that failed, with the path and the system's reason.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        case exists(path: String)
        case unwritable(path: String, errno: CInt)

        package var description: String {
            switch self {
            case .exists(let path):
                "\(path) exists already; give another path, or move the file away"
            case .unwritable(let path, let number):
                "\(path) cannot be written: \(String(cString: strerror(number)))"
            }
        }
    }

    /// The path under which the file is published.
    package let path: String
    /// The path of the content until `publish`.
    package let draft: String
    private let folder: String
    private let descriptor: CInt
    private var failure: CInt = 0
    private var isPublished = false

    /// Makes an empty draft for a file that must not exist yet.
    package convenience init(_ path: String) throws(Failure) {
        guard access(SystemPath.cString(path), F_OK) != 0 else { throw .exists(path: path) }
        try self.init(replacing: path)
    }

    /// Makes a draft for a file that may replace another, with `replace`.
    ///
    /// - Parameter isPrivate: True if only its owner may read it; otherwise the process's mask
    ///   decides.
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

    /// Appends bytes. The first failure is kept, and thrown by `check` and by `publish`.
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

    /// Gives the file its name, and returns when content and name are on disk. Throws if another
    /// file has the name by then, and leaves that one alone.
    package func publish() throws(Failure) {
        try sync()
        // Unlike a rename, a link never replaces another file.
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

    /// Removes a file that was published.
    package func withdraw() {
        if isPublished { unlink(SystemPath.cString(path)) }
    }

    /// Returns when the content is on disk, so that `publish` no longer fails because the disk is
    /// full.
    package func sync() throws(Failure) {
        if failure == 0, fsync(descriptor) != 0 { failure = errno }
        try check()
    }

    /// Syncs the directory, which holds the name. Some file systems cannot, and return EINVAL.
    private func syncFolder() throws(Failure) {
        let folder = open(SystemPath.cString(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        defer { _ = Glibc.close(folder) }
        guard fsync(folder) == 0 || errno == EINVAL else {
            throw .unwritable(path: path, errno: errno)
        }
    }
}
