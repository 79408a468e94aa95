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
        case .forbidden: "the file \(quoted(path)) cannot be read: permission denied"
        case .notAFile: "\(quoted(path)) is not a file"
        case .noFolder: "a file cannot be named here; write the list itself"
        case .tooLarge(let limit): "the file \(quoted(path)) has more than \(limit) bytes"
        case .system(let errno): "the file \(quoted(path)) cannot be read (errno \(errno))"
        }
    }
}
