/// The reason for which a file cannot be read.
package struct FileFailure: Error, Equatable, Sendable {
    /// The kinds of failure.
    package enum Reason: Equatable, Sendable {
        case absent, forbidden, notAFile
        /// Files cannot be read in this context, such as a request.
        case noFolder
        case tooLarge(limit: Int)
        case system(errno: Int32)
    }

    /// The path as it was given.
    package let path: String
    /// The kind of failure.
    package let reason: Reason

    /// Creates a failure.
    package init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}

extension FileFailure: CustomStringConvertible {
    /// The failure as a sentence with the path.
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
