import Crypto
import Database
import Storage

/// The key and the database belong together: a check value in the database, a text sealed with the
/// key, identifies the right key, and is compared before anything else is written.
///
/// A key is made only if the database has neither a check value nor a sealed row. The check value
/// is written in a transaction that begins before the key file is read or made, so that two
/// processes that start at once agree on one key.
extension SecretBox {
    /// The purpose for which a box is opened.
    package enum Purpose: Sendable {
        case use
        /// Nothing is written, neither a key file nor a check value.
        case trial
    }

    /// Reads the key of a database, or makes it at first use.
    package init(
        keyFile path: String, for store: Store, _ purpose: Purpose = .use
    ) throws {
        let file = KeyFile(path: path)
        if let box = try Self.checked(file, store) {
            self = box
        } else if purpose == .trial {
            self = try Self.firstBox(file, store) { SecureRandom.bytes(AESGCM.keyByteCount) }
        } else {
            self = try store.write { _ in try Self.establish(file, store) }
        }
    }

    private static let checkName = "key_check"
    private static let checkText = Array("refgate".utf8)

    /// The box of the key that sealed the check value; nil if there is no check value.
    private static func checked(
        _ file: KeyFile, _ store: Store
    ) throws -> SecretBox? {
        guard let known = try store.catalog.meta(checkName) else { return nil }
        guard case .key(let key) = try file.read() else { throw Failure.missing(path: file.path) }
        let box = SecretBox(key: key)
        guard let sealed = Base64.decode(known),
            let opened = try? box.open(sealed, for: SealedPlace.keyCheck), opened == checkText
        else { throw Failure.otherKey(path: file.path) }
        return box
    }

    private static func establish(
        _ file: KeyFile, _ store: Store
    ) throws -> SecretBox {
        // Another process may have made the key while this one waited for the lock.
        if let box = try checked(file, store) { return box }
        let box = try firstBox(file, store) { () throws(Failure) in try file.make() }
        guard let check = try? box.seal(checkText, for: SealedPlace.keyCheck) else {
            throw Failure.cannotSeal
        }
        try store.catalog.set(meta: checkName, to: Base64.encode(check))
        return box
    }

    /// The box of a database without a check value, as older releases made it, or a new one.
    private static func firstBox(
        _ file: KeyFile, _ store: Store, make: () throws(Failure) -> [UInt8]
    ) throws -> SecretBox {
        let sealed = try store.catalog.sealedRows()
        guard case .key(let key) = try file.read() else {
            guard sealed.isEmpty else { throw Failure.missing(path: file.path) }
            return SecretBox(key: try make())
        }
        let box = SecretBox(key: key)
        // A single row may be damaged, so one row that opens is enough.
        guard sealed.isEmpty || sealed.contains(where: { box.opens($0) }) else {
            throw Failure.otherKey(path: file.path)
        }
        return box
    }

    private func opens(_ row: Catalog.SealedRow) -> Bool {
        let (place, sealed) =
            switch row {
            case .source(let id, let sealed): (SealedPlace.source(id), sealed)
            case .webhook(let name, let sealed): (SealedPlace.webhook(name), sealed)
            case .answer(let key, let account, let sealed):
                (SealedPlace.answer(key, account: account), sealed)
            }
        return (try? open(sealed, for: place)) != nil
    }
}
