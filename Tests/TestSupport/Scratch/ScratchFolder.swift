import Glibc

/// A folder of its own below the system's temporary one, gone with its owner.
package final class ScratchFolder: Sendable {
    package let path: String

    package init() throws(ScratchError) {
        var template = Array("/tmp/refgate-test-XXXXXX\0".utf8CString)
        guard mkdtemp(&template) != nil else { throw .folder(errno) }
        path = String(decoding: template.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
    }

    deinit {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                unlink("\(path)/\(name)")
            }
            closedir(folder)
        }
        rmdir(path)
    }
}

package enum ScratchError: Error {
    case folder(Int32)
    /// What a test declares can't be compiled.
    case declaration(String)
}
