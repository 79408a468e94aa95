import Database
import Referrals

/// Converts the addresses of a database from an earlier release to the form in which they are
/// compared now. The work is done in slices, each a transaction of its own, and continues after an
/// interruption.
///
/// Two participants of a campaign may turn out to have one address. The one who joined first keeps
/// it; the other's address stays in the history of their row, and `address_conflicts` lists them.
struct AddressUpdate {
    private static let mark = "addresses_checked"
    private static let slice = 1_000

    private let store: Store
    private var session: any Session { store.session }

    /// Nil if nothing is left to do.
    init?(_ store: Store) throws(StorageError) {
        guard try store.catalog.meta(Self.mark) != nil else { return nil }
        self.store = store
    }

    func run() throws(StorageError) {
        var isDone = false
        while !isDone {
            isDone = try session.transaction { () throws(StorageError) in try updateSlice() }
        }
    }

    /// Updates one slice. Returns true if it was the last one.
    private func updateSlice() throws(StorageError) -> Bool {
        // Read again: another process may have continued meanwhile.
        guard let text = try store.catalog.meta(Self.mark), let start = Int64(text) else {
            return true
        }
        let select = try session.prepare(
            """
            SELECT id, email FROM participants WHERE id > ?1 AND email IS NOT NULL
            ORDER BY id LIMIT ?2
            """)
        try select.bind(1, start)
        try select.bind(2, Self.slice)
        var rows: [(id: Int64, email: String)] = []
        while try select.step() { rows.append((select.integer(0), select.text(1))) }
        for row in rows { try update(ID(row.id), row.email) }
        guard let last = rows.last, rows.count == Self.slice else {
            try store.catalog.remove(meta: Self.mark)
            return true
        }
        try store.catalog.set(meta: Self.mark, to: String(last.id))
        return false
    }

    private func update(_ id: ID<Participant>, _ email: String) throws(StorageError) {
        guard let address = EmailAddress(email) else { return try note(id, keptBy: nil) }
        guard !address.canonical.utf8.elementsEqual(email.utf8),
            let row = try store.participants.find(id), row.participant.email != nil
        else { return }
        let other = try store.participants.find(
            customer: nil, email: address.canonical, campaign: row.participant.campaign,
            account: row.account)
        guard let other, other.participant.id != id else {
            return try set(address.canonical, of: row)
        }
        let isOlder =
            (row.participant.joinedAt, id.number)
            < (other.participant.joinedAt, other.participant.id.number)
        let (older, younger) = isOlder ? (row, other) : (other, row)
        try set(nil, of: younger)
        try note(younger.participant.id, keptBy: older.participant.id)
        if isOlder { try set(address.canonical, of: row) }
    }

    private func set(_ email: String?, of row: ParticipantRow) throws(StorageError) {
        var row = row
        row.participant.email = email
        try store.participants.update(row)
    }

    private func note(
        _ id: ID<Participant>, keptBy other: ID<Participant>?
    ) throws(StorageError) {
        let insert = try session.prepare(
            """
            INSERT INTO address_conflicts(participant_id, kept_by) VALUES (?1, ?2)
            ON CONFLICT (participant_id) DO UPDATE SET kept_by = excluded.kept_by
            """)
        try insert.bind(1, id)
        try insert.bind(2, other)
        try insert.run()
    }
}

extension Catalog {
    /// A participant without an address, whose address from an earlier release another participant
    /// has.
    package struct AddressConflict: Equatable, Sendable {
        /// The participant without an address.
        package let participant: Int64
        /// The participant who has the address; nil if it cannot be read.
        package let keptBy: Int64?
    }

    /// The unresolved conflicts: an operator has neither given the participant another address nor
    /// deleted them.
    package func addressConflicts() throws(StorageError) -> [AddressConflict] {
        let statement = try session.prepare(
            """
            SELECT a.participant_id, a.kept_by FROM address_conflicts a
            JOIN participants p ON p.id = a.participant_id
            WHERE p.erased_at IS NULL AND (a.kept_by IS NULL OR p.email IS NULL)
            ORDER BY a.participant_id
            """)
        var conflicts: [AddressConflict] = []
        while try statement.step() {
            conflicts.append(
                AddressConflict(
                    participant: statement.integer(0), keptBy: statement.optionalInteger(1)))
        }
        return conflicts
    }
}
