import Database
import Referrals
import Time

/// Parked events: they wait for a participant's code, for the purchase of a refund, or for their
/// source to resume. They are decided again in the order in which they occurred.
package final class ParkedTable {
    /// The kinds of missing parts.
    package enum Awaited: String, Sendable {
        case code
        case businessKey = "business_key"
        case source
    }

    /// The key of a missing part.
    package struct Key: Equatable, Sendable {
        /// The account of the events that wait for it.
        package var account: ID<Account>
        /// The kind of the missing part.
        package var awaited: Awaited
        /// A code, a business key, or the source's number.
        package var text: String

        package init(_ awaited: Awaited, _ text: String, account: ID<Account>) {
            self.account = account
            self.awaited = awaited
            self.text = text
        }
    }

    /// One missing part that an event waits for.
    package struct Row: Equatable, Sendable {
        /// The account of the event.
        package var account: ID<Account>
        /// The kind of the missing part.
        package var awaited: Awaited
        /// The key of the missing part: a code, a business key, or the source's number.
        package var key: String
        /// The time at which the event occurred.
        package var occurredAt: Instant
        /// The number of the event.
        package var event: ID<Event>
        /// True if the participant or the purchase exists. For a source it says nothing, because
        /// the tables do not have its state.
        package var isThere: Bool
    }

    private let insert, remove, forKey, isWaiting, page, pageOfKey: any Statement
    private let countOfSource, expired, shorten: any Statement

    private static let columns: SQL = """
        account_id, awaits, key, occurred_at, event_id,
        CASE awaits
        WHEN 'code' THEN EXISTS (SELECT 1 FROM participants
            WHERE account_id = p.account_id AND referral_code = p.key)
        WHEN 'business_key' THEN EXISTS (SELECT 1 FROM business_keys
            WHERE account_id = p.account_id AND key = p.key)
        ELSE 0 END
        """

    init(_ session: any Session) throws(StorageError) {
        insert = try session.prepare(
            """
            INSERT INTO parked(account_id, awaits, key, occurred_at, event_id, expires_at, source)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING
            """)
        remove = try session.prepare("DELETE FROM parked WHERE event_id = ?1")
        forKey = try session.prepare(
            """
            SELECT event_id FROM parked WHERE account_id = ?1 AND awaits = ?2 AND key = ?3
            ORDER BY occurred_at, event_id LIMIT ?4
            """)
        isWaiting = try session.prepare("SELECT 1 FROM parked WHERE event_id = ?1 LIMIT 1")
        page = try session.prepare(
            """
            SELECT \(Self.columns) FROM parked AS p
            WHERE (account_id, awaits, key, occurred_at, event_id) > (?1, ?2, ?3, ?4, ?5)
            ORDER BY account_id, awaits, key, occurred_at, event_id LIMIT ?6
            """)
        pageOfKey = try session.prepare(
            """
            SELECT \(Self.columns) FROM parked AS p
            WHERE account_id = ?1 AND awaits = ?2 AND key = ?3
                AND (occurred_at, event_id) > (?4, ?5)
            ORDER BY occurred_at, event_id LIMIT ?6
            """)
        countOfSource = try session.prepare("SELECT count FROM parked_counts WHERE source = ?1")
        expired = try session.prepare(
            "SELECT event_id FROM parked WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2")
        shorten = try session.prepare(
            """
            UPDATE parked SET expires_at = ?1 WHERE expires_at > ?1 AND event_id IN (
                SELECT event_id FROM parked WHERE expires_at > ?1 LIMIT ?2)
            """)
    }

    /// Parks an event until a participant, a purchase or its source appears, or its time is over.
    package func park(
        _ event: ID<Event>, of source: ID<Source>, awaiting awaited: Awaited, key: String,
        account: ID<Account>, occurredAt: Instant, until expiry: Instant
    ) throws(StorageError) {
        try insert.bind(1, account)
        try insert.bind(2, awaited.rawValue)
        try insert.bind(3, key)
        try insert.bind(4, occurredAt.microseconds)
        try insert.bind(5, event)
        try insert.bind(6, expiry.microseconds)
        try insert.bind(7, source)
        try insert.run()
    }

    /// Ends the waiting of an event.
    package func remove(_ event: ID<Event>) throws(StorageError) {
        try remove.bind(1, event)
        try remove.run()
    }

    /// The events that wait for a key, in the order in which they occurred.
    package func waiting(
        for awaited: Awaited, key: String, account: ID<Account>, limit: Int
    ) throws(StorageError) -> [ID<Event>] {
        try forKey.bind(1, account)
        try forKey.bind(2, awaited.rawValue)
        try forKey.bind(3, key)
        try forKey.bind(4, limit)
        return try ids(forKey)
    }

    /// True if the event waits for something.
    package func isWaiting(_ event: ID<Event>) throws(StorageError) -> Bool {
        try isWaiting.bind(1, event)
        defer { isWaiting.reset() }
        return try isWaiting.step()
    }

    /// Some rows in the order of the table, after one of them.
    package func page(after last: Row?, limit: Int) throws(StorageError) -> [Row] {
        try page.bind(1, last?.account ?? ID(0))
        try page.bind(2, last?.awaited.rawValue ?? "")
        try page.bind(3, last?.key ?? "")
        try page.bind(4, last?.occurredAt.microseconds ?? 0)
        try page.bind(5, last?.event ?? ID(0))
        try page.bind(6, limit)
        return try rows(page)
    }

    /// Some of the rows with a key, in the order in which the events occurred, after one of them.
    package func page(
        of key: Key, after last: Row?, limit: Int
    ) throws(StorageError) -> [Row] {
        try pageOfKey.bind(1, key.account)
        try pageOfKey.bind(2, key.awaited.rawValue)
        try pageOfKey.bind(3, key.text)
        try pageOfKey.bind(4, last?.occurredAt.microseconds ?? .min)
        try pageOfKey.bind(5, last?.event ?? ID(0))
        try pageOfKey.bind(6, limit)
        return try rows(pageOfKey)
    }

    private func rows(_ page: any Statement) throws(StorageError) -> [Row] {
        var rows: [Row] = []
        while try page.step() {
            rows.append(
                Row(
                    account: page.id(0), awaited: Awaited(rawValue: page.text(1)) ?? .code,
                    key: page.text(2), occurredAt: Instant(clampingMicroseconds: page.integer(3)),
                    event: page.id(4), isThere: page.integer(5) != 0))
        }
        return rows
    }

    /// The number of entries with which a source's events wait.
    package func count(ofSource id: ID<Source>) throws(StorageError) -> Int {
        try countOfSource.bind(1, id)
        guard try countOfSource.step() else { return 0 }
        defer { countOfSource.reset() }
        return Int(countOfSource.integer(0))
    }

    /// Events whose time to wait is over.
    package func expired(at now: Instant, limit: Int) throws(StorageError) -> [ID<Event>] {
        try expired.bind(1, now.microseconds)
        try expired.bind(2, limit)
        return try ids(expired)
    }

    /// Ends waits beyond a time at that time: a clock that was ahead has dated them. Returns their
    /// number, at most `limit`.
    package func shorten(to latest: Instant, limit: Int) throws(StorageError) -> Int {
        try shorten.bind(1, latest.microseconds)
        try shorten.bind(2, limit)
        return try shorten.runCountingChanges()
    }

    private func ids(_ statement: any Statement) throws(StorageError) -> [ID<Event>] {
        var ids: [ID<Event>] = []
        while try statement.step() { ids.append(statement.id(0)) }
        return ids
    }
}
