import JSON
import Referrals
import Storage
import Time

extension Writer {
    /// Writes the members of an API key without its secret part.
    package mutating func members(of key: KeyTable.Row) {
        member("id", key.id.number)
        member("name", key.name)
        member("mode", key.mode)
        member("prefix", "ref_\(key.mode)_")
        member("last_four", key.lastFour)
        member("created_at", key.createdAt.rfc3339)
        member("revoked_at", key.revokedAt?.rfc3339)
    }
}
