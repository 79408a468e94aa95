import Crypto
import FoundationEssentials
import Glibc

/// Keeps secrets sealed (AES-256-GCM) under a key that is never in the database: the file named by
/// `REFGATE_KEY_FILE`, else `<database>.key`, made at first use with mode 0600.
package struct SecretBox: Sendable {
    private let key: [UInt8]

    package enum Failure: Error, Equatable, CustomStringConvertible {
        case unreadable(path: String, reason: String)
        case wrongSize(path: String)
        case openToOthers(path: String)
        case unwritable(path: String, reason: String)
        case notOurs

        package var description: String {
            switch self {
            case .unreadable(let path, let reason): "the key file \(path) cannot be read: \(reason)"
            case .wrongSize(let path):
                "the key file \(path) does not hold 32 bytes in base64; restore it, or declare the"
                    + " secrets anew with a new key file"
            case .openToOthers(let path):
                "the key file \(path) may be read by others; run chmod 600 on it"
            case .unwritable(let path, let reason): "the key file \(path) cannot be made: \(reason)"
            case .notOurs:
                "the secrets in the database were sealed under another key; name the key file they"
                    + " belong to with REFGATE_KEY_FILE"
            }
        }
    }

    package init(key: [UInt8]) { self.key = key }

    /// Reads the key, or makes one where there is none.
    package init(path: String) throws(Failure) {
        if let key = try Self.read(path) {
            self.init(key: key)
            return
        }
        guard let key = try? SecureRandom.bytes(AESGCM.keyByteCount) else {
            throw .unwritable(path: path, reason: "the system gives no random bytes")
        }
        // O_EXCL: of two processes that start at once, one makes the key and the other reads it.
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST, let other = try Self.read(path) {
                self.init(key: other)
                return
            }
            throw .unwritable(path: path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        let text = Array((Base64.encode(key) + "\n").utf8)
        let written = text.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == text.count, fsync(descriptor) == 0 else {
            throw .unwritable(path: path, reason: String(cString: strerror(errno)))
        }
        self.init(key: key)
    }

    private static func read(_ path: String) throws(Failure) -> [UInt8]? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & 0o077 == 0 else { throw .openToOthers(path: path) }
        let data: Data
        do { data = try Data(contentsOf: URL(filePath: path)) } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
        let text = data.filter { $0 > 0x20 }
        guard let key = Base64.decode(String(decoding: text, as: UTF8.self)),
            key.count == AESGCM.keyByteCount
        else {
            throw .wrongSize(path: path)
        }
        return key
    }

    /// `place` is bound to the secret, so that one cannot be moved to another row.
    package func seal(_ plain: [UInt8], for place: String) throws(CryptoError) -> [UInt8] {
        try AESGCM.seal(plain, key: key, context: Array(place.utf8))
    }

    package func open(_ sealed: [UInt8], for place: String) throws(Failure) -> [UInt8] {
        do { return try AESGCM.open(sealed, key: key, context: Array(place.utf8)) } catch {
            throw .notOurs
        }
    }
}
