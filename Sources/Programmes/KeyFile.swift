import Crypto
import Glibc
import Paths
import Reading
import Workspace

/// The file with the key of stored secrets: 32 bytes in base64, readable by its owner only.
struct KeyFile {
    typealias Failure = SecretBox.Failure

    let path: String

    /// The content of the file.
    enum Content: Equatable {
        case absent
        /// A file without content, as a crash of an older release could leave it.
        case empty
        case key([UInt8])
    }

    func read() throws(Failure) -> Content {
        var status = stat()
        guard stat(SystemPath.cString(path), &status) == 0 else {
            if errno == ENOENT { return .absent }
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & 0o077 == 0 else { throw .openToOthers(path: path) }
        let data: [UInt8]
        do { data = try OpenFile.read(named: path) } catch {
            throw .unreadable(path: path, reason: error.description)
        }
        let text = data.filter { $0 > 0x20 }
        guard !text.isEmpty else { return .empty }
        guard let key = Base64.decode(String(decoding: text, as: UTF8.self)),
            key.count == AESGCM.keyByteCount
        else {
            throw .wrongSize(path: path)
        }
        return .key(key)
    }

    /// Makes a key if the file is missing or empty. If another process makes one at the same time,
    /// both processes use that one.
    func make() throws(Failure) -> [UInt8] {
        let key = SecureRandom.bytes(AESGCM.keyByteCount)
        do throws(FreshFile.Failure) {
            if case .empty = try? read() {
                try write(key, to: FreshFile(replacing: path)).replace()
            } else {
                try write(key, to: FreshFile(path)).publish()
            }
        } catch {
            if case .exists = error, case .key(let other) = try read() { return other }
            throw .unwritable(path: path, reason: error.description)
        }
        return key
    }

    private func write(_ key: [UInt8], to file: FreshFile) -> FreshFile {
        file.write(Array((Base64.encode(key) + "\n").utf8))
        return file
    }
}
