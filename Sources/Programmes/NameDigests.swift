import Crypto
import Database
import Storage

/// The digests by which deleted people are recognised (HMAC-SHA-256). The key is a random value
/// that is sealed in the database, so that neither the database nor a key file alone shows that a
/// person was a participant.
final class NameDigests {
    private let box: SecretBox
    private let catalog: Catalog
    /// The key, and the epoch in which it was read: another process may have made one, or a
    /// rollback undone it.
    private var known: (epoch: Int, key: [UInt8])?

    private static let name = "tombstone_key"

    init(_ box: SecretBox, _ catalog: Catalog) {
        self.box = box
        self.catalog = catalog
    }

    /// The digest of a text; nil if the key is not available. The key is made when the first person
    /// is deleted.
    ///
    /// - Parameter epoch: A number that changes when the cached key may be outdated.
    func digest(_ text: String, _ epoch: Int) throws(StorageError) -> [UInt8]? {
        guard let key = try key(epoch) else { return nil }
        guard var hmac = try? HMAC(.sha256, key: key.span),
            let tag = try? hmac.tag(of: Array(text.utf8).span)
        else { return nil }
        return tag.bytes
    }

    private func key(_ epoch: Int) throws(StorageError) -> [UInt8]? {
        if let known, known.epoch == epoch { return known.key }
        guard let sealed = try catalog.meta(Self.name) else { return try make(epoch) }
        guard let bytes = Base64.decode(sealed),
            let key = try? box.open(bytes, for: SealedPlace.tombstoneKey)
        else { return nil }
        known = (epoch, key)
        return key
    }

    private func make(_ epoch: Int) throws(StorageError) -> [UInt8]? {
        let key = SecureRandom.bytes(32)
        guard let bytes = try? box.seal(key, for: SealedPlace.tombstoneKey)
        else { return nil }
        try catalog.set(meta: Self.name, to: Base64.encode(bytes))
        known = (epoch, key)
        return key
    }
}

extension Store {
    /// Lets the store recognise deleted people, with the key of its database.
    package func recognizeDeletedPeople(with box: SecretBox) {
        let digests = NameDigests(box, catalog)
        tombstones.digest = { [unowned tombstones] text throws(StorageError) in
            try digests.digest(text, tombstones.epoch)
        }
    }
}
