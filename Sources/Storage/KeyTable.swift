import Database
import Referrals
import Time

/// API keys; only their hashes are stored.
package final class KeyTable {
    /// An API key without its secret.
    package struct Row: Equatable, Sendable {
        /// The key's number.
        package var id: ID<Key>
        /// The account that the key belongs to.
        package var account: ID<Account>
        /// The key's name.
        package var name: String
        /// The data that the key is for: `live` or `test`.
        package var mode: String
        /// The last four characters, by which people recognise the key.
        package var lastFour: String
        /// The time of creation.
        package var createdAt: Instant
        /// The time of revocation; nil if it is valid.
        package var revokedAt: Instant?
    }

    private let session: any Session
    private let byHash: any Statement

    init(_ session: any Session) throws(StorageError) {
        self.session = session
        byHash = try session.prepare(
            """
            SELECT id, account_id, name, mode, last_four, created_at, revoked_at FROM api_keys
            WHERE hash = ?1 AND revoked_at IS NULL
            """)
    }

    /// The key with this hash, unless it was revoked.
    package func find(hash: [UInt8]) throws(StorageError) -> Row? {
        try byHash.bind(1, hash)
        guard try byHash.step() else { return nil }
        defer { byHash.reset() }
        return Self.row(byHash)
    }

    /// The ids of all live keys that were not revoked, by hash.
    package func validNumbers() throws(StorageError) -> [[UInt8]: ID<Key>] {
        let statement = try session.prepare(
            "SELECT hash, id FROM api_keys WHERE mode = 'live' AND revoked_at IS NULL")
        var numbers: [[UInt8]: ID<Key>] = [:]
        while try statement.step() { numbers[statement.bytes(0)] = statement.id(1) }
        return numbers
    }

    /// Stores a new key. Returns its number.
    package func create(
        name: String, mode: String, hash: [UInt8], lastFour: String, account: ID<Account>,
        at now: Instant
    ) throws(StorageError) -> ID<Key> {
        let insert = try session.prepare(
            """
            INSERT INTO api_keys(account_id, name, mode, hash, last_four, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """)
        try insert.bind(1, account)
        try insert.bind(2, name)
        try insert.bind(3, mode)
        try insert.bind(4, hash)
        try insert.bind(5, lastFour)
        try insert.bind(6, now.microseconds)
        return ID(try insert.runReturningRowID())
    }

    /// All keys, including revoked ones.
    package func list() throws(StorageError) -> [Row] {
        let statement = try session.prepare(
            """
            SELECT id, account_id, name, mode, last_four, created_at, revoked_at FROM api_keys
            ORDER BY id
            """)
        var rows: [Row] = []
        while try statement.step() { rows.append(Self.row(statement)) }
        return rows
    }

    /// Renames a key. Returns false if there is no such key.
    package func rename(_ id: ID<Key>, to name: String) throws(StorageError) -> Bool {
        let update = try session.prepare("UPDATE api_keys SET name = ?2 WHERE id = ?1")
        try update.bind(1, id)
        try update.bind(2, name)
        return try update.runCountingChanges() == 1
    }

    /// Revokes a key for ever. Returns false if there is no such key, or it is revoked already.
    package func revoke(_ id: ID<Key>, at now: Instant) throws(StorageError) -> Bool {
        let update = try session.prepare(
            "UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL")
        try update.bind(1, id)
        try update.bind(2, now.microseconds)
        return try update.runCountingChanges() == 1
    }

    private static func row(_ statement: any Statement) -> Row {
        Row(
            id: statement.id(0), account: statement.id(1), name: statement.text(2),
            mode: statement.text(3), lastFour: statement.text(4),
            createdAt: Instant(clampingMicroseconds: statement.integer(5)),
            revokedAt: statement.optionalInteger(6).map { Instant(clampingMicroseconds: $0) })
    }
}
