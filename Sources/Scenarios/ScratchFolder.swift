import FoundationEssentials
import Glibc

/// A folder that goes with its owner.
package final class ScratchFolder: Sendable {
    package let path: String

    /// There is no place for one.
    package struct Failure: Error, CustomStringConvertible {
        package let parent: String

        package var description: String { "no scratch folder can be made in \(parent)" }
    }

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
