import Database
import Referrals
import Time

/// The events as received, each with its decision.
package final class EventTable {
    private let session: any Session
    private let states: RareStates
    private let identity, insert, byID, sourceByID, redecide, digest, insertDigest,
        unmapped: any Statement

    private static let decision = """
        id, source, source_version, event_id, fingerprint, received_at, outcome, reasons,
        participant_id, conversion_id, lead_revision, referrer_revision, facts
        """
    /// The columns as read: the received parts of a deleted person's event are withheld until they
    /// are erased.
    static let columns = """
        \(decision), \(Withheld.ofEvent("fields")), \(Withheld.ofEvent("body"))
        """

    init(_ session: any Session) throws(StorageError) {
        self.session = session
        states = RareStates(session)
        identity = try session.prepare(
            "SELECT id FROM events WHERE source = ?1 AND event_id = ?2")
        byID = try session.prepare("SELECT \(Self.columns) FROM events WHERE id = ?1")
        sourceByID = try session.prepare("SELECT source FROM events WHERE id = ?1")
        insert = try session.prepare(
            """
            INSERT INTO events(\(Self.decision), fields, body)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
            """)
        redecide = try session.prepare(
            """
            UPDATE events SET outcome = ?2, reasons = ?3, participant_id = ?4, conversion_id = ?5,
                lead_revision = ?6, referrer_revision = ?7, facts = ?8, source_version = ?9,
                fingerprint = ?10, fields = ?11, body = ?12, event_id = ?13
            WHERE id = ?1
            """)
        unmapped = try session.prepare(
            "SELECT 1 FROM events WHERE source = ?1 AND outcome = 'unmapped' LIMIT 1")
        digest = try session.prepare(
            "SELECT event FROM event_digests WHERE source = ?1 AND digest = ?2")
        insertDigest = try session.prepare(
            "INSERT INTO event_digests(source, digest, event) VALUES (?1, ?2, ?3)")
    }

    /// The earlier event of a source under this id.
    package func find(source: ID<Source>, eventID: String) throws(StorageError) -> ID<Event>? {
        try identity.bind(1, source)
        try identity.bind(2, eventID)
        guard try identity.step() else { return nil }
        defer { identity.reset() }
        return identity.id(0)
    }

    /// The earlier event of a source with exactly this body.
    package func find(source: ID<Source>, digest bytes: [UInt8]) throws(StorageError) -> ID<Event>?
    {
        try digest.bind(1, source)
        try digest.bind(2, bytes)
        guard try digest.step() else { return nil }
        defer { digest.reset() }
        return digest.id(0)
    }

    /// An event by its number.
    package func find(_ id: ID<Event>) throws(StorageError) -> EventRow? {
        try byID.bind(1, id)
        guard try byID.step() else { return nil }
        defer { byID.reset() }
        return Self.row(byID)
    }

    /// The source of an event; nil if there is no such event.
    package func source(of id: ID<Event>) throws(StorageError) -> ID<Source>? {
        try sourceByID.bind(1, id.number)
        defer { sourceByID.reset() }
        return try sourceByID.step() ? ID(sourceByID.integer(0)) : nil
    }

    /// Stores a new event. Throws a constraint error if the source has sent this id before.
    package func append(_ row: EventRow) throws(StorageError) {
        try insert.bind(1, row.id)
        try insert.bind(2, row.source)
        try insert.bind(3, row.sourceVersion)
        try insert.bind(4, row.eventID)
        try insert.bind(5, row.fingerprint)
        try insert.bind(6, row.receivedAt.microseconds)
        try insert.bind(7, row.outcome.rawValue)
        try insert.bind(8, row.reasons.stored)
        try insert.bind(9, row.participant)
        try insert.bind(10, row.conversion)
        try insert.bind(11, row.leadRevision)
        try insert.bind(12, row.referrerRevision)
        try insert.bind(13, row.facts?.bytes)
        try insert.bind(14, row.fields)
        try insert.bind(15, row.body)
        try insert.run()
        try states.enter(row.outcome, row.id.number)
    }

    /// Stores the digest of an event's body, by which a repeat without an id is recognised.
    package func append(
        digest bytes: [UInt8], of event: ID<Event>, source: ID<Source>
    ) throws(StorageError) {
        try insertDigest.bind(1, source)
        try insertDigest.bind(2, bytes)
        try insertDigest.bind(3, event)
        try insertDigest.run()
    }

    /// Stores a later decision on an event. The received parts stay as they are, unless the event
    /// could not be mapped and its sender sent a corrected one.
    package func update(_ row: EventRow) throws(StorageError) {
        try redecide.bind(1, row.id)
        try redecide.bind(2, row.outcome.rawValue)
        try redecide.bind(3, row.reasons.stored)
        try redecide.bind(4, row.participant)
        try redecide.bind(5, row.conversion)
        try redecide.bind(6, row.leadRevision)
        try redecide.bind(7, row.referrerRevision)
        try redecide.bind(8, row.facts?.bytes)
        try redecide.bind(9, row.sourceVersion)
        try redecide.bind(10, row.fingerprint)
        try redecide.bind(11, row.fields)
        try redecide.bind(12, row.body)
        try redecide.bind(13, row.eventID)
        let changed = try redecide.runCountingChanges()
        precondition(changed == 1, "an event is decided again where it stands")
        try states.move(row.id.number, to: row.outcome)
    }

    /// True if the source has an event that could not be mapped.
    package func hasUnmapped(source: ID<Source>) throws(StorageError) -> Bool {
        try unmapped.bind(1, source)
        defer { unmapped.reset() }
        return try unmapped.step()
    }

    /// The highest number of an event; 0 if there is none.
    package func lastID() throws(StorageError) -> Int64 {
        try session.integer("SELECT max(id) FROM events") ?? 0
    }

    /// An account's events in descending order of their numbers, below `before` if given.
    package func list(
        of account: ID<Account>, before: Int64?, limit: Int
    ) throws(StorageError) -> [EventRow] {
        // The `+` keeps SQLite from the index by source, after which it would sort all events.
        let statement = try session.prepare(
            """
            SELECT \(Self.columns) FROM events
            WHERE id < ?1 AND \(sqlite: "+")source IN (SELECT number FROM sources WHERE account_id = ?2)
            ORDER BY id DESC LIMIT ?3
            """)
        try statement.bind(1, before ?? Int64.max)
        try statement.bind(2, account)
        try statement.bind(3, limit)
        var rows: [EventRow] = []
        while try statement.step() { rows.append(Self.row(statement)) }
        return rows
    }

    /// The later events of a conversion, repeats and refunds, in their order.
    package func following(
        _ conversion: ID<Conversion>, limit: Int
    ) throws(StorageError) -> [EventRow] {
        try rows(
            """
            SELECT \(Self.columns) FROM events
            WHERE conversion_id = ?1 AND conversion_id <> id ORDER BY id LIMIT ?2
            """, conversion.number, limit)
    }

    private func rows(
        _ sql: SQL, _ key: Int64, _ limit: Int
    ) throws(StorageError) -> [EventRow] {
        let statement = try session.prepare(sql)
        try statement.bind(1, key)
        try statement.bind(2, limit)
        var rows: [EventRow] = []
        while try statement.step() { rows.append(Self.row(statement)) }
        return rows
    }

    /// Calls the closure with every event in the order of their numbers.
    package func forEach<Failure: Error>(
        _ body: (EventRow) throws(Failure) -> Void, failing: (StorageError) -> Failure
    ) throws(Failure) {
        do {
            let statement = try session.prepare("SELECT \(Self.columns) FROM events ORDER BY id")
            while try statement.step() { try body(Self.row(statement)) }
        } catch let error as Failure {
            throw error
        } catch let error as StorageError {
            throw failing(error)
        } catch {
            preconditionFailure("nothing else is thrown here")
        }
    }

    static func row(_ statement: any Statement) -> EventRow {
        EventRow(
            id: statement.id(0), source: statement.id(1),
            sourceVersion: statement.integer(2), eventID: statement.text(3),
            fingerprint: statement.integer(4),
            receivedAt: Instant(clampingMicroseconds: statement.integer(5)),
            outcome: Outcome(rawValue: statement.text(6)) ?? .ignored,
            reasons: Reasons(stored: statement.optionalText(7)),
            participant: statement.optionalID(8),
            conversion: statement.optionalID(9),
            leadRevision: statement.optionalInteger(10),
            referrerRevision: statement.optionalInteger(11),
            facts: statement.optionalBytes(12).map { FactsRecord(bytes: $0) },
            fields: statement.optionalText(13), body: statement.optionalBytes(14))
    }
}
