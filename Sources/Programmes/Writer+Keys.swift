import JSON
import Referrals
import Storage
import Time

extension Writer {
    /// Writes the members of an API key without its secret part.
    package mutating func members(of key: KeyTable.Row) {
        member("id", key.id.number)
        member("name", key.name)
        member("mode", key.mode.rawValue)
        member("scope", key.scope.rawValue)
        member("prefix", "ref_\(key.mode.rawValue)_")
        member("last_four", key.lastFour)
        member("created_at", key.createdAt.rfc3339)
        member("expires_at", key.expiresAt?.rfc3339)
        member("last_used_at", key.lastUsedAt?.rfc3339)
        member("revoked_at", key.revokedAt?.rfc3339)
    }
}
