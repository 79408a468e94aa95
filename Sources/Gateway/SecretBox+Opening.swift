import Crypto
import SQLite
import Storage

/// The key and the database belong together: a check value in the database, a text sealed with the key, says
/// which key is the right one, and is compared before anything else is written.
///
/// A key is made only where the database has neither a check value nor a sealed row. The check value is written
/// in a transaction that is begun before the key file is read or made, so that two processes that start at once
/// agree on one key.
extension SecretBox {
    /// What a box is opened for.
    package enum Purpose: Sendable {
        case use
        /// Nothing is written, neither a key file nor a check value.
        case trial
    }

    /// Reads the key of a database, or makes it at first use.
    package init(
        keyFile path: String, for store: Store, _ purpose: Purpose = .use
    ) throws(Failure) {
        let file = KeyFile(path: path)
        if let box = try Self.checked(file, store) {
            self = box
        } else if purpose == .trial {
            self = try Self.firstBox(file, store) { () throws(Failure) in
                guard let key = try? SecureRandom.bytes(AESGCM.keyByteCount) else {
                    throw .noRandomness
                }
                return key
            }
        } else {
            self = try store.connection.transaction(
                { () throws(Failure) in try Self.establish(file, store) },
                failing: { .storage($0) })
        }
    }

    private static let checkName = "key_check"
    private static let checkText = Array("refgate".utf8)

    /// The box of the key that the check value is sealed with; nil where there is no check value.
    private static func checked(
        _ file: KeyFile, _ store: Store
    ) throws(Failure) -> SecretBox? {
        let known: String?
        do { known = try store.catalog.meta(checkName) } catch { throw .storage(error) }
        guard let known else { return nil }
        guard case .key(let key) = try file.read() else { throw .missing(path: file.path) }
        let box = SecretBox(key: key)
        guard let sealed = Base64.decode(known),
            let opened = try? box.open(sealed, for: SealedPlace.keyCheck), opened == checkText
        else { throw .otherKey(path: file.path) }
        return box
    }

    private static func establish(
        _ file: KeyFile, _ store: Store
    ) throws(Failure) -> SecretBox {
        // Another process may have come first while this one waited for the lock.
        if let box = try checked(file, store) { return box }
        let box = try firstBox(file, store) { () throws(Failure) in try file.make() }
        guard let check = try? box.seal(checkText, for: SealedPlace.keyCheck) else {
            throw .noRandomness
        }
        do { try store.catalog.set(meta: checkName, to: Base64.encode(check)) } catch {
            throw .storage(error)
        }
        return box
    }

    /// The box of a database without a check value, as older releases made it, or a new one.
    private static func firstBox(
        _ file: KeyFile, _ store: Store, make: () throws(Failure) -> [UInt8]
    ) throws(Failure) -> SecretBox {
        let sealed: [Catalog.SealedRow]
        do { sealed = try store.catalog.sealedRows() } catch { throw .storage(error) }
        guard case .key(let key) = try file.read() else {
            guard sealed.isEmpty else { throw .missing(path: file.path) }
            return SecretBox(key: try make())
        }
        let box = SecretBox(key: key)
        // A single row may be damaged, so that one that opens is enough.
        guard sealed.isEmpty || sealed.contains(where: { box.opens($0) }) else {
            throw .otherKey(path: file.path)
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
