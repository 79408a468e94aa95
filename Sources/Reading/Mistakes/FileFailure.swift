/// Why a file can't be read.
package struct FileFailure: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        case absent, forbidden, notAFile
        /// Files are not read here at all, as in a request.
        case noFolder
        case tooLarge(limit: Int)
        case system(errno: Int32)
    }

    package let path: String
    package let reason: Reason

    package init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}

extension FileFailure: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .absent: "the file \(quoted(path)) does not exist"
        case .forbidden: "the file \(quoted(path)) may not be read"
        case .notAFile: "\(quoted(path)) is no file"
        case .noFolder: "a file can't be named here; the list itself must stand here"
        case .tooLarge(let limit): "the file \(quoted(path)) has more than \(limit) bytes"
        case .system(let errno): "the file \(quoted(path)) can't be read (errno \(errno))"
        }
    }
}
