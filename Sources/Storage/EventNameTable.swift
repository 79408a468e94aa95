import Database
import Referrals

/// The codes, addresses and keys in events without a conversion of their own, as digests, by which
/// people search for the events.
package final class EventNameTable {
    private let insert, remove, find, next, getLeft, setLeft, endLeft: any Statement

    private static let leftName: StaticString = "event_names_left"

    init(_ session: any Session) throws(StorageError) {
        insert = try session.prepare(
            "INSERT INTO event_names(account_id, name, event_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
        )
        remove = try session.prepare("DELETE FROM event_names WHERE event_id = ?1")
        // The events of a deleted person are found only by these digests, even if they are not
        // erased yet.
        find = try session.prepare(
            """
            SELECT event_id FROM event_names AS n WHERE account_id = ?1 AND name = ?2
                AND NOT EXISTS (SELECT 1 FROM events AS e JOIN erasures AS x
                    ON x.participant_id = e.participant_id WHERE e.id = n.event_id)
            ORDER BY event_id DESC LIMIT ?3
            """)
        next = try session.prepare(
            """
            SELECT id FROM events WHERE id <= ?1 AND id > ?1 - ?2 AND body IS NOT NULL
                AND (conversion_id IS NULL OR conversion_id <> id) ORDER BY id DESC
            """)
        getLeft = try session.prepare("SELECT value FROM meta WHERE name = ?1")
        setLeft = try session.prepare("UPDATE meta SET value = ?2 WHERE name = ?1")
        endLeft = try session.prepare("DELETE FROM meta WHERE name = ?1")
    }

    /// Stores digests of an event's names; those stored before stay.
    package func note(
        _ names: [Int64], of event: ID<Event>, account: ID<Account>
    ) throws(StorageError) {
        for name in names {
            try insert.bind(1, account)
            try insert.bind(2, name)
            try insert.bind(3, event)
            try insert.run()
        }
    }

    /// Removes all names of an event.
    package func remove(_ event: ID<Event>) throws(StorageError) {
        try remove.bind(1, event)
        try remove.run()
    }

    /// The latest events with a name.
    package func events(
        named name: Int64, account: ID<Account>, limit: Int
    ) throws(StorageError) -> [ID<Event>] {
        try find.bind(1, account)
        try find.bind(2, name)
        try find.bind(3, limit)
        var ids: [ID<Event>] = []
        while try find.step() { ids.append(find.id(0)) }
        return ids
    }

    // MARK: Events of a former release

    /// The last event that remains to be examined; nil if none does.
    package func left() throws(StorageError) -> Int64? {
        try getLeft.bind(1, Self.leftName)
        defer { getLeft.reset() }
        return try getLeft.step() ? getLeft.integer(0) : nil
    }

    /// The events of a range up to and including `last` that made no conversion.
    package func withoutConversion(
        upTo last: Int64, stretch: Int64
    ) throws(StorageError) -> [ID<Event>] {
        try next.bind(1, last)
        try next.bind(2, stretch)
        var ids: [ID<Event>] = []
        while try next.step() { ids.append(next.id(0)) }
        return ids
    }

    /// Notes that only events up to and including this one remain; none if it is 0 or less.
    package func note(left: Int64) throws(StorageError) {
        let statement = left > 0 ? setLeft : endLeft
        try statement.bind(1, Self.leftName)
        if left > 0 { try statement.bind(2, left) }
        try statement.run()
    }
}
