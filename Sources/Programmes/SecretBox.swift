import Crypto
import Database
import Referrals

/// Seals secrets (AES-256-GCM) with a key that is never in the database: the file named by
/// `REFGATE_KEY_FILE`, else `<database>.key`. `SecretBox+Opening.swift` defines when a key is made.
package struct SecretBox: Sendable {
    private let key: [UInt8]

    /// The reason for which secrets cannot be sealed or opened.
    package enum Failure: Error, CustomStringConvertible {
        case unreadable(path: String, reason: String)
        case wrongSize(path: String)
        case openToOthers(path: String)
        case unwritable(path: String, reason: String)
        /// There are sealed rows, and the key file is missing or empty.
        case missing(path: String)
        /// The key file has another key than the one that sealed the rows of the database.
        case otherKey(path: String)
        /// One sealed text cannot be opened.
        case notOurs
        /// OpenSSL refused to seal the check value.
        case cannotSeal

        /// The reason as a sentence, with the remedy.
        package var description: String {
            switch self {
            case .unreadable(let path, let reason): "the key file \(path) cannot be read: \(reason)"
            case .wrongSize(let path):
                "the key file \(path) does not contain 32 bytes in base64; restore a copy of the key,"
                    + " or, if no secret was ever sealed with it, remove the file to have a new key made"
            case .openToOthers(let path):
                "the key file \(path) is readable by other users; run chmod 600 on it"
            case .unwritable(let path, let reason): "the key file \(path) cannot be made: \(reason)"
            case .missing(let path):
                "the key file \(path) is missing or empty, and the secrets in the database are sealed"
                    + " with its key; put a copy of the key file there, or give its path with --key-file"
                    + " (a backup of the database does not include the key)"
            case .otherKey(let path):
                "the key file \(path) contains another key than the one that sealed the secrets in the"
                    + " database; give the right key file with --key-file or REFGATE_KEY_FILE"
            case .notOurs: "it was sealed with another key, or is damaged"
            case .cannotSeal: "OpenSSL cannot seal with it"
            }
        }
    }

    /// - Parameter key: 32 bytes.
    package init(key: [UInt8]) { self.key = key }

    /// A digest of a value, keyed by the box's key and by the purpose (HMAC-SHA-256); nil if OpenSSL
    /// fails.
    package func digest(of bytes: [UInt8], for purpose: String) -> [UInt8]? {
        guard var outer = try? HMAC(.sha256, key: key.span),
            let purposeKey = try? outer.tag(of: Array(purpose.utf8).span).bytes,
            var hmac = try? HMAC(.sha256, key: purposeKey.span)
        else { return nil }
        return try? hmac.tag(of: bytes.span).bytes
    }

    /// Seals a secret. `place` is bound to it, so that it cannot be moved to another row.
    package func seal(_ plain: [UInt8], for place: String) throws(CryptoError) -> [UInt8] {
        try AESGCM.seal(plain, key: key, context: Array(place.utf8))
    }

    /// Opens a secret. Throws if it was sealed with another key or for another place.
    package func open(_ sealed: [UInt8], for place: String) throws(Failure) -> [UInt8] {
        do { return try AESGCM.open(sealed, key: key, context: Array(place.utf8)) } catch {
            throw .notOurs
        }
    }
}

/// The places that a sealed text is bound to.
package enum SealedPlace {
    package static func source(_ id: String) -> String { "source \(id)" }
    package static func webhook(_ name: String) -> String { "webhook \(name)" }
    package static func answer(_ key: String, account: ID<Account>) -> String {
        "answer \(account.number) \(key)"
    }
    static let keyCheck = "key check"
    static let tombstoneKey = "tombstone key"
}
