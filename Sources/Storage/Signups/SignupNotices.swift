import Database
import Referrals
import Time

/// The notifications of signups: their contents, and the changes of positions that are not yet
/// notified.
package final class SignupNotices {
    private let session: any Session
    private let insert, one, pend, due, drop, dropAll, log, counted: any Statement

    init(_ session: any Session) throws(StorageError) {
        self.session = session
        insert = try session.prepare(
            """
            INSERT INTO signup_notices(participant_id, uid, former, position, email)
            VALUES (?1, ?2, ?3, ?4, ?5)
            """)
        one = try session.prepare(
            """
            SELECT participant_id, uid, former, position, email FROM signup_notices WHERE id = ?1
            """)
        pend = try session.prepare(
            """
            INSERT INTO signup_changes(participant_id, is_shift, campaign_id, position, due_at)
            VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING
            """)
        due = try session.prepare(
            """
            SELECT participant_id, is_shift, campaign_id, position FROM signup_changes
            WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2
            """)
        drop = try session.prepare(
            "DELETE FROM signup_changes WHERE participant_id = ?1 AND is_shift = ?2")
        dropAll = try session.prepare("DELETE FROM signup_changes WHERE participant_id = ?1")
        log = try session.prepare(
            """
            INSERT INTO signup_moves(campaign_id, participant_id, former, position, moved_at)
            VALUES (?1, ?2, ?3, ?4, ?5)
            """)
        counted = try session.prepare("SELECT count(*) FROM signup_moves WHERE campaign_id = ?1")
    }

    // MARK: What a notification says

    /// The content of one notification beside the facts of its person.
    package struct Notice: Equatable, Sendable {
        /// The person.
        package var participant: ID<Participant>
        /// The UUID of the signup.
        package var uid: UID
        /// The position before, in a notification of a change.
        package var former: Int?
        /// The position that the notification reports.
        package var position: Int?
        /// The address of a deleted person, until the notification has come to its end.
        package var email: String?

        /// Takes the parts over as they are.
        package init(
            participant: ID<Participant>, uid: UID, former: Int? = nil, position: Int? = nil,
            email: String? = nil
        ) {
            self.participant = participant
            self.uid = uid
            self.former = former
            self.position = position
            self.email = email
        }
    }

    /// Stores a notice. Returns its number, the subject of its deliveries.
    package func add(_ notice: Notice) throws(StorageError) -> Int64 {
        try insert.bind(1, notice.participant.number)
        try insert.bind(2, notice.uid.bytes)
        try insert.bind(3, notice.former.map { Int64($0) })
        try insert.bind(4, notice.position.map { Int64($0) })
        try insert.bind(5, notice.email)
        return try insert.runReturningRowID()
    }

    /// The notice with a number.
    package func find(_ id: Int64) throws(StorageError) -> Notice? {
        try one.bind(1, id)
        guard try one.step() else { return nil }
        defer { one.reset() }
        return Notice(
            participant: ID(one.integer(0)), uid: UID(stored: one.bytes(1)),
            former: one.optionalInteger(2).map { Int($0) },
            position: one.optionalInteger(3).map { Int($0) }, email: one.optionalText(4))
    }

    // MARK: Changes to be notified

    /// The webhooks that a change of position is notified to.
    package enum Reach: Int64, Sendable {
        /// Those that are notified of signups whose own referrals changed.
        case movers
        /// Those that are notified of all shifts.
        case shifts
    }

    /// A change of position that is not yet notified.
    package struct Change: Equatable, Sendable {
        /// The person.
        package var participant: ID<Participant>
        /// The waitlist.
        package var campaign: ID<Campaign>
        /// The webhooks to be notified.
        package var reach: Reach
        /// The position before the first change that is not yet notified.
        package var former: Int

        /// Takes the parts over as they are.
        package init(
            participant: ID<Participant>, campaign: ID<Campaign>, reach: Reach, former: Int
        ) {
            self.participant = participant
            self.campaign = campaign
            self.reach = reach
            self.former = former
        }
    }

    /// Notes a change, unless an earlier one of the same person is not yet notified.
    package func note(_ change: Change, due: Instant) throws(StorageError) {
        try pend.bind(1, change.participant.number)
        try pend.bind(2, change.reach.rawValue)
        try pend.bind(3, change.campaign.number)
        try pend.bind(4, change.former)
        try pend.bind(5, due.microseconds)
        try pend.run()
    }

    /// The changes that are due, the earliest first.
    package func due(at now: Instant, limit: Int) throws(StorageError) -> [Change] {
        try due.bind(1, now.microseconds)
        try due.bind(2, limit)
        var changes: [Change] = []
        while try due.step() {
            changes.append(
                Change(
                    participant: ID(due.integer(0)), campaign: ID(due.integer(2)),
                    reach: Reach(rawValue: due.integer(1)) ?? .movers,
                    former: Int(due.integer(3))))
        }
        return changes
    }

    /// Removes a change that is notified, or is none any more.
    package func remove(_ change: Change) throws(StorageError) {
        try drop.bind(1, change.participant.number)
        try drop.bind(2, change.reach.rawValue)
        try drop.run()
    }

    /// Removes the changes of a person who has no position any more.
    package func removeAll(of id: ID<Participant>) throws(StorageError) {
        try dropAll.bind(1, id.number)
        try dropAll.run()
    }

    /// The persons of a waitlist with a change that is not yet notified to webhooks of all shifts.
    func shifting(in campaign: ID<Campaign>) throws(StorageError) -> Set<Int64> {
        let statement = try session.prepare(
            "SELECT participant_id FROM signup_changes WHERE campaign_id = ?1 AND is_shift = 1")
        try statement.bind(1, campaign.number)
        var people: Set<Int64> = []
        while try statement.step() { people.insert(statement.integer(0)) }
        return people
    }

    // MARK: Moves whose shifts are not yet noted

    /// Logs a move, from which the shifts of other signups follow.
    package func log(_ move: SignupMove, at now: Instant) throws(StorageError) {
        try log.bind(1, move.row.campaign.number)
        try log.bind(2, move.row.participant.number)
        try log.bind(3, move.former.map { Int64($0) })
        try log.bind(4, move.position.map { Int64($0) })
        try log.bind(5, now.microseconds)
        try log.run()
    }

    /// The number of logged moves of a waitlist.
    package func logged(of campaign: ID<Campaign>) throws(StorageError) -> Int {
        try counted.bind(1, campaign.number)
        guard try counted.step() else { return 0 }
        defer { counted.reset() }
        return Int(counted.integer(0))
    }

    /// The waitlist of the first logged move, and its time.
    package func firstLogged() throws(StorageError) -> (campaign: ID<Campaign>, at: Instant)? {
        let statement = try session.prepare(
            "SELECT campaign_id, moved_at FROM signup_moves ORDER BY id LIMIT 1")
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return (ID(statement.integer(0)), Instant(clampingMicroseconds: statement.integer(1)))
    }

    /// The first waitlist with a logged move that has a greater number, and the time of the move.
    package func firstLogged(
        after last: ID<Campaign>
    ) throws(StorageError) -> (campaign: ID<Campaign>, at: Instant)? {
        let statement = try session.prepare(
            """
            SELECT campaign_id, moved_at FROM signup_moves WHERE campaign_id > ?1
            ORDER BY campaign_id, id LIMIT 1
            """)
        try statement.bind(1, last.number)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return (ID(statement.integer(0)), Instant(clampingMicroseconds: statement.integer(1)))
    }

    /// Puts off the changes of a waitlist that are due before a time.
    package func postpone(of campaign: ID<Campaign>, until time: Instant) throws(StorageError) {
        let statement = try session.prepare(
            """
            UPDATE signup_changes SET due_at = ?2
            WHERE campaign_id = ?1 AND is_shift IN (0, 1) AND due_at < ?2
            """)
        try statement.bind(1, campaign.number)
        try statement.bind(2, time.microseconds)
        try statement.run()
    }

    /// Removes the logged moves of a waitlist that is too long for shifts.
    package func forgetMoves(of campaign: ID<Campaign>) throws(StorageError) {
        try forgetMoves(of: campaign, through: .max)
    }

    func forgetMoves(of campaign: ID<Campaign>, through last: Int64) throws(StorageError) {
        let statement = try session.prepare(
            "DELETE FROM signup_moves WHERE campaign_id = ?1 AND id <= ?2")
        try statement.bind(1, campaign.number)
        try statement.bind(2, last)
        try statement.run()
    }

    func moves(of campaign: ID<Campaign>) throws(StorageError) -> [SignupShifts.Move] {
        let statement = try session.prepare(
            """
            SELECT id, participant_id, former, position, moved_at FROM signup_moves
            WHERE campaign_id = ?1 ORDER BY id
            """)
        try statement.bind(1, campaign.number)
        var moves: [SignupShifts.Move] = []
        while try statement.step() {
            moves.append(
                SignupShifts.Move(
                    id: statement.integer(0), participant: statement.integer(1),
                    former: statement.optionalInteger(2).map { Int($0) },
                    position: statement.optionalInteger(3).map { Int($0) },
                    at: Instant(clampingMicroseconds: statement.integer(4))))
        }
        return moves
    }

    /// Dates changes and moves of the future to now: a clock that was ahead has dated them.
    package func redate(at now: Instant, latest: Instant) throws(StorageError) {
        let changes = try session.prepare(
            "UPDATE signup_changes SET due_at = ?1 WHERE due_at > ?1")
        try changes.bind(1, latest.microseconds)
        try changes.run()
        let moves = try session.prepare(
            "UPDATE signup_moves SET moved_at = ?1 WHERE moved_at > ?1")
        try moves.bind(1, now.microseconds)
        try moves.run()
    }
}
