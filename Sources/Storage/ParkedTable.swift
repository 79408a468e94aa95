import Referrals
import SQLite
import Time

/// Events that wait: for a participant's code, for the purchase a refund belongs to, for their source to
/// resume. Decided again in the order in which they occurred.
package final class ParkedTable {
    package enum Awaited: String, Sendable {
        case code
        case businessKey = "business_key"
        case source
    }

    private let insert, remove, forKey, countOfSource, released, expired, anyExpired: Statement

    init(_ connection: Connection) throws(SQLiteError) {
        insert = try connection.prepare(
            "INSERT INTO parked VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING")
        remove = try connection.prepare("DELETE FROM parked WHERE event_id = ?1")
        forKey = try connection.prepare(
            """
            SELECT event_id FROM parked WHERE account_id = ?1 AND awaits = ?2 AND key = ?3
            ORDER BY occurred_at, event_id LIMIT ?4
            """)
        countOfSource = try connection.prepare(
            """
            SELECT count(*) FROM parked JOIN events ON events.id = parked.event_id
            WHERE events.source = ?1
            """)
        released = try connection.prepare(
            """
            SELECT event_id FROM parked AS p
            WHERE (awaits = 'code' AND EXISTS (SELECT 1 FROM participants
                    WHERE account_id = p.account_id AND referral_code = p.key))
                OR (awaits = 'business_key' AND EXISTS (SELECT 1 FROM business_keys
                    WHERE account_id = p.account_id AND key = p.key))
            ORDER BY occurred_at, event_id LIMIT ?1
            """)
        expired = try connection.prepare(
            "DELETE FROM parked WHERE expires_at <= ?1 RETURNING event_id")
        anyExpired = try connection.prepare("SELECT 1 FROM parked WHERE expires_at <= ?1 LIMIT 1")
    }

    package func park(
        _ event: ID<Event>, awaiting awaited: Awaited, key: String, account: Int64,
        occurredAt: Instant, until expiry: Instant
    ) throws(SQLiteError) {
        try insert.bind(1, account)
        try insert.bind(2, awaited.rawValue)
        try insert.bind(3, key)
        try insert.bind(4, occurredAt.microseconds)
        try insert.bind(5, event.number)
        try insert.bind(6, expiry.microseconds)
        try insert.run()
    }

    package func remove(_ event: ID<Event>) throws(SQLiteError) {
        try remove.bind(1, event.number)
        try remove.run()
    }

    /// What waits for a key, in the order in which it occurred.
    package func waiting(
        for awaited: Awaited, key: String, account: Int64, limit: Int
    ) throws(SQLiteError) -> [ID<Event>] {
        try forKey.bind(1, account)
        try forKey.bind(2, awaited.rawValue)
        try forKey.bind(3, key)
        try forKey.bind(4, limit)
        return try ids(forKey)
    }

    /// Events whose participant or purchase has appeared meanwhile, in the order in which they occurred.
    package func released(limit: Int) throws(SQLiteError) -> [ID<Event>] {
        try released.bind(1, limit)
        return try ids(released)
    }

    package func count(ofSource id: ID<Source>) throws(SQLiteError) -> Int {
        try countOfSource.bind(1, id.number)
        _ = try countOfSource.step()
        defer { countOfSource.reset() }
        return Int(countOfSource.integer(0))
    }

    /// Lets go of what has waited its time. The events stay, and can be replayed.
    package func expire(at now: Instant) throws(SQLiteError) -> [ID<Event>] {
        try expired.bind(1, now.microseconds)
        return try ids(expired)
    }

    package func hasExpired(at now: Instant) throws(SQLiteError) -> Bool {
        try anyExpired.bind(1, now.microseconds)
        defer { anyExpired.reset() }
        return try anyExpired.step()
    }

    private func ids(_ statement: Statement) throws(SQLiteError) -> [ID<Event>] {
        var ids: [ID<Event>] = []
        while try statement.step() { ids.append(ID(statement.integer(0))) }
        return ids
    }
}
