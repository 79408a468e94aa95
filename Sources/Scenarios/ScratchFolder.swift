import FoundationEssentials
import Glibc

/// A temporary folder that is removed with its owner.
package final class ScratchFolder: Sendable {
    /// The path of the folder.
    package let path: String

    /// A temporary folder cannot be created.
    package struct Failure: Error, CustomStringConvertible {
        /// The folder that should contain it.
        package let parent: String

        /// The failure as a clause.
        package var description: String { "cannot create a temporary folder in \(parent)" }
    }

    /// Creates an empty folder.
    package init() throws(Failure) {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array((parent + "/refgate-XXXXXX").utf8CString)
        let isMade = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { mkdtemp($0) != nil } ?? false
        }
        guard isMade else { throw Failure(parent: parent) }
        path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
