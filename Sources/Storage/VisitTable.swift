import Database
import Referrals

/// A visit of a participant's link on one day.
package struct Visit: Hashable, Sendable {
    /// The participant whose link was visited.
    package let participant: ID<Participant>
    /// The day in UTC, counted from 1970-01-01.
    package let day: Int64
    /// The beginning of a keyed digest of the visitor's address.
    package let visitor: [UInt8]

    package init(participant: ID<Participant>, day: Int64, visitor: [UInt8]) {
        self.participant = participant
        self.day = day
        self.visitor = visitor
    }
}

/// Visits of referral links, each visitor once a day.
package struct VisitTable {
    private let session: any Session

    init(_ session: any Session) { self.session = session }

    /// Counts a visit. Returns the participant's number of visits with it; nil if the visitor was
    /// counted on that day already.
    package func add(_ visit: Visit) throws(StorageError) -> Int? {
        let insert = try session.prepare(
            """
            INSERT INTO visits(day, participant_id, visitor) VALUES (?1, ?2, ?3)
            ON CONFLICT DO NOTHING
            """)
        try insert.bind(1, visit.day)
        try insert.bind(2, visit.participant)
        try insert.bind(3, visit.visitor)
        guard try insert.runCountingChanges() == 1 else { return nil }
        let count = try session.prepare(
            """
            INSERT INTO visit_counts(participant_id, visits) VALUES (?1, 1)
            ON CONFLICT (participant_id) DO UPDATE SET visits = visit_counts.visits + 1
            """)
        try count.bind(1, visit.participant)
        try count.run()
        return try self.count(of: visit.participant)
    }

    /// The number of visits of a participant's link.
    package func count(of participant: ID<Participant>) throws(StorageError) -> Int {
        let select = try session.prepare(
            "SELECT visits FROM visit_counts WHERE participant_id = ?1")
        try select.bind(1, participant)
        guard try select.step() else { return 0 }
        defer { select.reset() }
        return Int(select.integer(0))
    }

    /// Deletes the rows of the first day before `day`, at most `limit` of them; the counts stay.
    /// Returns true if rows of earlier days may be left.
    package func forget(before day: Int64, limit: Int) throws(StorageError) -> Bool {
        guard let first = try session.integer("SELECT min(day) FROM visits"), first < day else {
            return false
        }
        let delete = try session.prepare(
            """
            DELETE FROM visits WHERE day = ?1 AND (participant_id, visitor) IN (
                SELECT participant_id, visitor FROM visits WHERE day = ?1
                ORDER BY participant_id, visitor LIMIT ?2)
            """)
        try delete.bind(1, first)
        try delete.bind(2, limit)
        try delete.run()
        return true
    }
}
