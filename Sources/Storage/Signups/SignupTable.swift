import Database
import Referrals
import Time

/// The signups of waitlists: found by participant or UUID, ranked by referrals.
///
/// The rank is by (referrals descending, joined ascending, participant ascending). Positions are
/// those among the waiting signups of one waitlist: 1 to n, without gaps and ties.
package final class SignupTable: RememberedRows {
    let session: any Session
    let blocks: SignupBlocks
    private let byParticipant, byUID, insert, change, delete, progress, referrer: any Statement

    /// True for waitlists whose changes are to be noted in `moves`.
    package var isTracked: (ID<Campaign>) -> Bool = { _ in false }
    /// The UUID that an earlier release has shown for a participant.
    package var formerUID: (ID<Participant>, _ joinedAt: Instant) -> UID = { id, _ in
        UID(of: [], version: 8)
    }
    /// The changes of tracked waitlists in the open transaction, in their order.
    private var moves: [SignupMove] = []
    /// True while people are made signups who were enrolled before the campaign was a waitlist.
    private var isFilling = false

    static let columns =
        "participant_id, campaign_id, uid, status, behind, joined_at, metadata"

    init(_ session: any Session) throws(StorageError) {
        self.session = session
        blocks = try SignupBlocks(session)
        byParticipant = try session.prepare(
            "SELECT \(Self.columns) FROM signups WHERE participant_id = ?1")
        byUID = try session.prepare("SELECT \(Self.columns) FROM signups WHERE uid = ?1")
        insert = try session.prepare(
            """
            INSERT INTO signups(campaign_id, uid, status, behind, joined_at, metadata,
                participant_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
        change = try session.prepare(
            "UPDATE signups SET status = ?2, behind = ?3 WHERE participant_id = ?1")
        delete = try session.prepare("DELETE FROM signups WHERE participant_id = ?1")
        progress = try session.prepare(
            "SELECT fill_from, fill_end FROM waitlists WHERE campaign_id = ?1")
        referrer = try session.prepare(
            """
            SELECT referred_by, email, joined_at, erased_at IS NOT NULL FROM participants
            WHERE id = ?1
            """)
    }

    // MARK: Reading

    /// The signup of a participant.
    package func find(_ id: ID<Participant>) throws(StorageError) -> SignupRow? {
        try byParticipant.bind(1, id.number)
        guard try byParticipant.step() else { return nil }
        defer { byParticipant.reset() }
        return Self.row(byParticipant)
    }

    /// The signup with a UUID, in any account.
    package func find(_ uid: UID) throws(StorageError) -> SignupRow? {
        try byUID.bind(1, uid.bytes)
        guard try byUID.step() else { return nil }
        defer { byUID.reset() }
        return Self.row(byUID)
    }

    /// The position of a waiting signup, from 1; nil for any other.
    package func position(of row: SignupRow) throws(StorageError) -> Int? {
        guard row.status == .waiting else { return nil }
        return try blocks.count(before: row.key) + 1
    }

    /// The number of signups of a waitlist in a state.
    package func count(
        of campaign: ID<Campaign>, _ status: SignupStatus
    ) throws(StorageError) -> Int {
        try blocks.count(of: SignupSegment(campaign: campaign, status: status))
    }

    /// True if the campaign is a waitlist.
    package func isWaitlist(_ campaign: ID<Campaign>) throws(StorageError) -> Bool {
        try filling(of: campaign) != nil
    }

    // MARK: Changes

    /// Adds a signup, which counts for its referrer at once.
    ///
    /// - Parameter referrer: The participant who referred the person.
    package func add(
        _ row: SignupRow, referredBy referrer: ID<Participant>?
    ) throws(StorageError) {
        try store(row)
        try note(.added, row, former: nil)
        if let referrer { try count(1, for: referrer, of: row.campaign) }
    }

    /// Changes the status of a signup. A rejected one does not count for its referrer.
    ///
    /// - Returns: The signup after the change; nil if there is none.
    package func set(
        _ status: SignupStatus, of id: ID<Participant>
    ) throws(StorageError) -> SignupRow? {
        guard let row = try find(id) else { return nil }
        guard row.status != status else { return row }
        var after = row
        after.status = status
        try move(row, to: after, .changed(from: row.status))
        if (row.status == .rejected) != (status == .rejected), try isCounted(id, in: row.campaign),
            let referrer = try person(id)?.referrer
        {
            try count(status == .rejected ? -1 : 1, for: referrer, of: row.campaign)
        }
        return after
    }

    /// Counts a signup for a referrer who is known only now.
    package func noteReferrer(
        _ referrer: ID<Participant>, of id: ID<Participant>
    ) throws(StorageError) {
        guard let row = try find(id), row.status != .rejected, try isCounted(id, in: row.campaign)
        else { return }
        try count(1, for: referrer, of: row.campaign)
    }

    /// Removes the signup of a participant who is being deleted, before the participant's row
    /// changes.
    package func remove(_ id: ID<Participant>) throws(StorageError) {
        guard let row = try find(id) else { return }
        let person = try person(id)
        let former = try trackedPosition(of: row)
        try delete.bind(1, id.number)
        try delete.run()
        try blocks.remove(row.key)
        if isTracked(row.campaign) {
            moves.append(
                SignupMove(row: row, cause: .deleted, former: former, email: person?.email))
        }
        guard row.status != .rejected, let referrer = person?.referrer,
            try isCounted(id, in: row.campaign)
        else { return }
        try count(-1, for: referrer, of: row.campaign)
    }

    private func store(_ row: SignupRow) throws(StorageError) {
        try insert.bind(1, row.campaign.number)
        try insert.bind(2, row.uid.bytes)
        try insert.bind(3, row.status.rawValue)
        try insert.bind(4, -row.referralCount)
        try insert.bind(5, row.joinedAt.microseconds)
        try insert.bind(6, row.metadata)
        try insert.bind(7, row.participant.number)
        try insert.run()
        try blocks.insert(row.key)
    }

    /// Adds to a referrer's number of referrals.
    private func count(
        _ change: Int, for referrer: ID<Participant>, of campaign: ID<Campaign>
    ) throws(StorageError) {
        var found = try find(referrer)
        if found == nil { found = try addUnreached(referrer, to: campaign) }
        guard let row = found else { return }
        var after = row
        after.referralCount += change
        try move(row, to: after, .counted)
    }

    private func move(
        _ row: SignupRow, to after: SignupRow, _ cause: SignupMove.Cause
    ) throws(StorageError) {
        let former = try trackedPosition(of: row)
        try change.bind(1, row.participant.number)
        try change.bind(2, after.status.rawValue)
        try change.bind(3, -after.referralCount)
        try change.run()
        try blocks.remove(row.key)
        try blocks.insert(after.key)
        try note(cause, after, former: former)
    }

    // MARK: Tracking

    /// Takes out the changes of the open transaction so far.
    package func takeMoves() -> [SignupMove] {
        defer { moves = [] }
        return moves
    }

    /// Drops the changes of the transaction before.
    package func transactionBegan(othersCommitted: Bool) {
        moves = []
        blocks.forget()
    }

    /// Drops the changes of the open transaction.
    package func transactionRolledBack() {
        moves = []
        blocks.forget()
    }

    private func trackedPosition(of row: SignupRow) throws(StorageError) -> Int? {
        guard !isFilling, isTracked(row.campaign) else { return nil }
        return try position(of: row)
    }

    private func note(
        _ cause: SignupMove.Cause, _ row: SignupRow, former: Int?
    ) throws(StorageError) {
        guard !isFilling, isTracked(row.campaign) else { return }
        moves.append(
            SignupMove(
                row: row, cause: cause, former: former, position: try position(of: row)))
    }

    // MARK: People enrolled before

    /// The participants who are not yet signups, or are not yet counted: those above `from`, up to
    /// `end`.
    struct Filling {
        var from: Int64
        var end: Int64

        var isComplete: Bool { from >= end }
    }

    /// Nil if the campaign is no waitlist.
    func filling(of campaign: ID<Campaign>) throws(StorageError) -> Filling? {
        try progress.bind(1, campaign.number)
        guard try progress.step() else { return nil }
        defer { progress.reset() }
        return Filling(from: progress.integer(0), end: progress.integer(1))
    }

    private func isCounted(
        _ id: ID<Participant>, in campaign: ID<Campaign>
    ) throws(StorageError) -> Bool {
        guard let filling = try filling(of: campaign) else { return true }
        return id.number <= filling.from || id.number > filling.end
    }

    private struct Person {
        var referrer: ID<Participant>?
        var email: String?
        var joinedAt: Instant
        var isErased: Bool
    }

    private func person(_ id: ID<Participant>) throws(StorageError) -> Person? {
        try referrer.bind(1, id.number)
        guard try referrer.step() else { return nil }
        defer { referrer.reset() }
        return Person(
            referrer: referrer.optionalInteger(0).map { ID($0) },
            email: referrer.optionalText(1),
            joinedAt: Instant(clampingMicroseconds: referrer.integer(2)),
            isErased: referrer.integer(3) != 0)
    }

    /// Makes a participant a signup who was enrolled before, and who is not reached yet. Returns nil
    /// for a deleted person.
    private func addUnreached(
        _ id: ID<Participant>, to campaign: ID<Campaign>
    ) throws(StorageError) -> SignupRow? {
        guard let filling = try filling(of: campaign), !filling.isComplete,
            let person = try person(id), !person.isErased
        else { return nil }
        let row = SignupRow(
            participant: id, campaign: campaign, uid: formerUID(id, person.joinedAt),
            joinedAt: person.joinedAt)
        try store(row)
        return row
    }

    /// The signup of a participant who belongs to a waitlist; it is added if the participant was
    /// enrolled before and is not reached yet.
    package func reach(
        _ id: ID<Participant>, of campaign: ID<Campaign>
    ) throws(StorageError) -> SignupRow? {
        if let row = try find(id) { return row }
        return try addUnreached(id, to: campaign)
    }

    /// The first waitlist with participants who are not yet signups.
    package func firstUnfilled(
        after last: ID<Campaign> = ID(0)
    ) throws(StorageError) -> ID<Campaign>? {
        let statement = try session.prepare(
            """
            SELECT campaign_id FROM waitlists WHERE fill_from < fill_end AND campaign_id > ?1
            ORDER BY campaign_id LIMIT 1
            """)
        try statement.bind(1, last.number)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return ID(statement.integer(0))
    }

    /// Makes signups of some participants who were enrolled before the campaign was a waitlist, or
    /// by an earlier release. No notification is sent.
    package func fillSome(of campaign: ID<Campaign>) throws(StorageError) {
        guard let filling = try filling(of: campaign), !filling.isComplete else { return }
        isFilling = true
        defer { isFilling = false }
        let stretch = try session.prepare(
            """
            SELECT id, campaign_id = ?3 AND erased_at IS NULL FROM participants
            WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT 64
            """)
        try stretch.bind(1, filling.from)
        try stretch.bind(2, filling.end)
        try stretch.bind(3, campaign.number)
        var people: [ID<Participant>] = []
        var (last, count) = (filling.from, 0)
        while try stretch.step() {
            (last, count) = (stretch.integer(0), count + 1)
            if stretch.integer(1) != 0 { people.append(ID(last)) }
        }
        for id in people {
            var row = try find(id)
            if row == nil { row = try addUnreached(id, to: campaign) }
            if let row, row.status != .rejected, let referrer = try person(id)?.referrer {
                try self.count(1, for: referrer, of: campaign)
            }
        }
        let update = try session.prepare(
            "UPDATE waitlists SET fill_from = ?2 WHERE campaign_id = ?1")
        try update.bind(1, campaign.number)
        try update.bind(2, count < 64 ? filling.end : last)
        try update.run()
    }

    static func row(_ statement: any Statement) -> SignupRow {
        SignupRow(
            participant: ID(statement.integer(0)), campaign: ID(statement.integer(1)),
            uid: UID(stored: statement.bytes(2)),
            status: SignupStatus(rawValue: statement.text(3)) ?? .rejected,
            referralCount: Int(-statement.integer(4)),
            joinedAt: Instant(clampingMicroseconds: statement.integer(5)),
            metadata: statement.optionalText(6))
    }
}
