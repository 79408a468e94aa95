import Database
import Referrals
import Time

/// API keys; only their hashes are stored.
package final class KeyTable {
    /// An API key without its secret.
    package struct Row: Equatable, Sendable {
        /// The key's number.
        package var id: ID<Key>
        /// The side of the account that the key belongs to.
        package var account: ID<Account>
        /// The key's name.
        package var name: String
        /// The side that the key is for.
        package var mode: AccountMode
        /// The routes that the key may use.
        package var scope: KeyScope
        /// The last four characters, by which people recognise the key.
        package var lastFour: String
        /// The time of creation.
        package var createdAt: Instant
        /// The time from which the key is not valid; nil if it does not expire.
        package var expiresAt: Instant?
        /// The time of the last use, to the minute; nil if there was none.
        package var lastUsedAt: Instant?
        /// The time of revocation; nil if it was not revoked.
        package var revokedAt: Instant?
    }

    private let session: any Session
    private let byHash: any Statement

    init(_ session: any Session) throws(StorageError) {
        self.session = session
        byHash = try session.prepare(
            """
            SELECT k.id, k.account_id, k.name, k.mode, k.scope, k.last_four, k.created_at,
                k.expires_at, u.last_used_at, k.revoked_at
            FROM api_keys AS k LEFT JOIN key_uses AS u ON u.key_id = k.id
            WHERE k.hash = ?1 AND k.revoked_at IS NULL
            """)
    }

    /// The key with this hash, unless it was revoked. An expired key is returned, too.
    package func find(hash: [UInt8]) throws(StorageError) -> Row? {
        try byHash.bind(1, hash)
        guard try byHash.step() else { return nil }
        defer { byHash.reset() }
        return try Self.row(byHash)
    }

    /// The ids of all keys that were not revoked and do not expire before `now`, by hash.
    package func validNumbers(at now: Instant) throws(StorageError) -> [[UInt8]: ID<Key>] {
        let statement = try session.prepare(
            """
            SELECT hash, id FROM api_keys
            WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?1)
            """)
        try statement.bind(1, now.microseconds)
        var numbers: [[UInt8]: ID<Key>] = [:]
        while try statement.step() { numbers[statement.bytes(0)] = statement.id(1) }
        return numbers
    }

    /// The description of a new key.
    package struct Creation: Sendable {
        /// The key's name.
        package var name: String
        /// The side that the key is for.
        package var mode: AccountMode
        /// The routes that the key may use.
        package var scope: KeyScope
        /// The time from which the key is not valid; nil if it does not expire.
        package var expiresAt: Instant?

        package init(
            name: String, mode: AccountMode = .live, scope: KeyScope = .admin,
            expiresAt: Instant? = nil
        ) {
            self.name = name
            self.mode = mode
            self.scope = scope
            self.expiresAt = expiresAt
        }
    }

    /// Stores a new key. Returns its number.
    ///
    /// - Parameter account: The side of the account, which has the mode of the key.
    package func create(
        _ creation: Creation, hash: [UInt8], lastFour: String, account: ID<Account>,
        at now: Instant
    ) throws(StorageError) -> ID<Key> {
        let insert = try session.prepare(
            """
            INSERT INTO api_keys(account_id, name, mode, hash, last_four, created_at, scope,
                expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """)
        try insert.bind(1, account)
        try insert.bind(2, creation.name)
        try insert.bind(3, creation.mode.rawValue)
        try insert.bind(4, hash)
        try insert.bind(5, lastFour)
        try insert.bind(6, now.microseconds)
        try insert.bind(7, creation.scope.rawValue)
        try insert.bind(8, creation.expiresAt?.microseconds)
        return ID(try insert.runReturningRowID())
    }

    /// All keys, including revoked ones, in the order of their numbers.
    package func list() throws(StorageError) -> [Row] {
        let statement = try session.prepare(
            """
            SELECT k.id, k.account_id, k.name, k.mode, k.scope, k.last_four, k.created_at,
                k.expires_at, u.last_used_at, k.revoked_at
            FROM api_keys AS k LEFT JOIN key_uses AS u ON u.key_id = k.id ORDER BY k.id
            """)
        var rows: [Row] = []
        while try statement.step() { rows.append(try Self.row(statement)) }
        return rows
    }

    /// Stores a new name and expiry. Returns false if there is no such key.
    package func change(
        _ id: ID<Key>, name: String, expiresAt: Instant?
    ) throws(StorageError) -> Bool {
        let update = try session.prepare(
            "UPDATE api_keys SET name = ?2, expires_at = ?3 WHERE id = ?1")
        try update.bind(1, id)
        try update.bind(2, name)
        try update.bind(3, expiresAt?.microseconds)
        return try update.runCountingChanges() == 1
    }

    /// Renames a key. Returns false if there is no such key.
    package func rename(_ id: ID<Key>, to name: String) throws(StorageError) -> Bool {
        let update = try session.prepare("UPDATE api_keys SET name = ?2 WHERE id = ?1")
        try update.bind(1, id)
        try update.bind(2, name)
        return try update.runCountingChanges() == 1
    }

    /// Stores the time of a key's last use.
    package func noteUse(of id: ID<Key>, at now: Instant) throws(StorageError) {
        let insert = try session.prepare(
            """
            INSERT INTO key_uses(key_id, last_used_at) VALUES (?1, ?2)
            ON CONFLICT (key_id) DO UPDATE SET last_used_at = excluded.last_used_at
            """)
        try insert.bind(1, id)
        try insert.bind(2, now.microseconds)
        try insert.run()
    }

    /// Revokes a key for ever. Returns false if there is no such key, or it is revoked already.
    package func revoke(_ id: ID<Key>, at now: Instant) throws(StorageError) -> Bool {
        let update = try session.prepare(
            "UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL")
        try update.bind(1, id)
        try update.bind(2, now.microseconds)
        return try update.runCountingChanges() == 1
    }

    private static func row(_ statement: any Statement) throws(StorageError) -> Row {
        guard let mode = AccountMode(rawValue: statement.text(3)),
            let scope = KeyScope(rawValue: statement.text(4))
        else { throw StorageError.contradiction("a key has an unknown mode or scope") }
        return Row(
            id: statement.id(0), account: statement.id(1), name: statement.text(2), mode: mode,
            scope: scope, lastFour: statement.text(5),
            createdAt: Instant(clampingMicroseconds: statement.integer(6)),
            expiresAt: statement.optionalInteger(7).map { Instant(clampingMicroseconds: $0) },
            lastUsedAt: statement.optionalInteger(8).map { Instant(clampingMicroseconds: $0) },
            revokedAt: statement.optionalInteger(9).map { Instant(clampingMicroseconds: $0) })
    }
}
