import Database
import Referrals
import Time

/// Participants: found by code, number, e-mail or the partner's customer id.
package final class ParticipantTable {
    private let session: any Session
    private let customers: CustomerTable
    private let tombstones: Tombstones
    private let counters: ReportCounters
    private let hasAny, byCode, byID, byEmail, byEmailAnywhere, byExternalID: any Statement
    private let insert, insertIfNew, change, markReferrer, keepRevision: any Statement

    private static let columns = """
        id, campaign_id, account_id, revision, referral_code, email, first_name, source, referred_by,
        has_referred, is_disabled, external_id, joined_at
        """

    init(
        _ session: any Session, _ customers: CustomerTable, _ tombstones: Tombstones,
        _ counters: ReportCounters
    ) throws(StorageError) {
        self.tombstones = tombstones
        self.counters = counters
        self.session = session
        self.customers = customers
        hasAny = try session.prepare("SELECT 1 FROM participants WHERE account_id = ?1 LIMIT 1")
        byCode = try session.prepare(
            """
            SELECT \(Self.columns) FROM participants WHERE account_id = ?1 AND referral_code = ?2
            """)
        byID = try session.prepare("SELECT \(Self.columns) FROM participants WHERE id = ?1")
        byEmail = try session.prepare(
            "SELECT \(Self.columns) FROM participants WHERE campaign_id = ?1 AND email = ?2")
        byEmailAnywhere = try session.prepare(
            """
            SELECT \(Self.columns) FROM participants
            WHERE campaign_id IN (SELECT id FROM campaigns WHERE account_id = ?1)
                AND email = ?2 LIMIT 1
            """)
        byExternalID = try session.prepare(
            """
            SELECT \(Self.columns) FROM participants WHERE campaign_id = ?1 AND external_id = ?2
            """)
        insert = try session.prepare(
            """
            INSERT INTO participants(campaign_id, account_id, referral_code, email, first_name, source,
                referred_by, is_disabled, external_id, joined_at, id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """)
        insertIfNew = try session.prepare(
            """
            INSERT INTO participants(campaign_id, account_id, referral_code, email, first_name, source,
                referred_by, is_disabled, external_id, joined_at, id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING
            """)
        change = try session.prepare(
            """
            UPDATE participants SET revision = revision + 1, email = ?2, first_name = ?3, source = ?4,
                referred_by = ?5, is_disabled = ?6, external_id = ?7
            WHERE id = ?1
            """)
        markReferrer = try session.prepare(
            """
            UPDATE participants SET has_referred = 1 WHERE id = ?1 AND has_referred = 0
            """)
        keepRevision = try session.prepare(
            """
            INSERT INTO participant_revisions(participant_id, revision, document)
            SELECT id, revision, \(sqlite: "json_object", postgres: "json_build_object")('email', email, 'first_name', first_name,
                'source', source, 'referred_by', referred_by, 'has_referred', has_referred,
                'is_disabled', is_disabled, 'joined_at', joined_at)
            FROM participants WHERE id = ?1
            """)
    }

    /// The participant with a referral code, including deleted ones.
    package func find(code: String, account: ID<Account>) throws(StorageError) -> ParticipantRow? {
        try byCode.bind(1, account)
        try byCode.bind(2, code)
        return try first(byCode)
    }

    /// The participant with a number, including deleted ones.
    package func find(_ id: ID<Participant>) throws(StorageError) -> ParticipantRow? {
        try byID.bind(1, id)
        return try first(byID)
    }

    /// Finds a person by customer id or, failing that, by e-mail; in one campaign or, if that is
    /// nil, in any of the account.
    package func find(
        customer: String?, email: String?, campaign: ID<Campaign>?, account: ID<Account>
    ) throws(StorageError) -> ParticipantRow? {
        if let customer {
            let known =
                if let campaign { try customers.find(customer, in: campaign) } else {
                    try customers.find(customer, account: account)
                }
            if let known, let row = try find(known) { return row }
        }
        guard let email else { return nil }
        guard let campaign else {
            try byEmailAnywhere.bind(1, account)
            try byEmailAnywhere.bind(2, email)
            return try first(byEmailAnywhere)
        }
        try byEmail.bind(1, campaign)
        try byEmail.bind(2, email)
        return try first(byEmail)
    }

    /// The participant with an external id in a campaign.
    package func find(
        externalID: String, campaign: ID<Campaign>
    ) throws(StorageError) -> ParticipantRow? {
        try byExternalID.bind(1, campaign)
        try byExternalID.bind(2, externalID)
        return try first(byExternalID)
    }

    /// True if the account has a participant.
    package func hasAny(of account: ID<Account>) throws(StorageError) -> Bool {
        try hasAny.bind(1, account)
        defer { hasAny.reset() }
        return try hasAny.step()
    }

    /// Enrols a participant; `row.participant.id` is used as it is unless it is 0. Returns the
    /// number. Throws a constraint error if the code, e-mail or external id is taken.
    ///
    /// - Parameters:
    ///   - source: The source of the event that enrols the person, for reports.
    ///   - now: The time of the enrolment for reports; nil is the time of joining.
    package func enrol(
        _ row: ParticipantRow, by source: ID<Source>? = nil, at now: Instant? = nil
    ) throws(StorageError) -> ID<Participant> {
        try bind(row, to: insert)
        let id = ID<Participant>(try insert.runReturningRowID())
        try link(row, id)
        try counters.enrolled(row, by: source, at: now ?? row.participant.joinedAt)
        return id
    }

    /// Enrols a participant; returns nil if its number, code, e-mail or external id is taken.
    ///
    /// - Parameter now: The time of the enrolment for reports; nil is the time of joining.
    package func enrolIfNew(
        _ row: ParticipantRow, at now: Instant? = nil
    ) throws(StorageError) -> ID<Participant>? {
        try bind(row, to: insertIfNew)
        guard try insertIfNew.runCountingChanges() == 1 else { return nil }
        let id = ID<Participant>(insertIfNew.lastInsertedRowID)
        try link(row, id)
        try counters.enrolled(row, by: nil, at: now ?? row.participant.joinedAt)
        return id
    }

    /// Links a person to those deleted people who had the same address or external id.
    private func link(_ row: ParticipantRow, _ id: ID<Participant>) throws(StorageError) {
        try tombstones.link(
            id,
            [
                row.participant.email.map { .email($0) },
                row.externalID.map { .externalID($0) },
            ], in: row.participant.campaign)
    }

    /// Marks a person who was just enrolled as deleted, because they were deleted in the database
    /// they come from.
    package func markErased(_ id: ID<Participant>, at time: Instant) throws(StorageError) {
        let update = try session.prepare(
            "UPDATE participants SET erased_at = ?2, is_disabled = 1 WHERE id = ?1")
        try update.bind(1, id)
        try update.bind(2, time.microseconds)
        try update.run()
    }

    private func bind(_ row: ParticipantRow, to statement: any Statement) throws(StorageError) {
        let person = row.participant
        try statement.bind(1, person.campaign)
        try statement.bind(2, row.account)
        try statement.bind(3, row.code)
        try statement.bind(4, person.email)
        try statement.bind(5, row.firstName)
        try statement.bind(6, row.source)
        try statement.bind(7, person.referredBy)
        try statement.bind(8, person.isDisabled ? 1 : 0)
        try statement.bind(9, row.externalID)
        try statement.bind(10, person.joinedAt.microseconds)
        try statement.bind(11, person.id.number == 0 ? nil : person.id)
    }

    /// Changes a participant, and keeps the former state for the decisions that read it. Code,
    /// campaign and time of joining never change.
    package func update(_ row: ParticipantRow) throws(StorageError) {
        try keepState(of: row.participant.id)
        try change.bind(1, row.participant.id)
        try change.bind(2, row.participant.email)
        try change.bind(3, row.firstName)
        try change.bind(4, row.source)
        try change.bind(5, row.participant.referredBy)
        try change.bind(6, row.participant.isDisabled ? 1 : 0)
        try change.bind(7, row.externalID)
        try change.run()
        try link(row, row.participant.id)
    }

    /// Notes that this participant has referred a person; returns true the first time. No condition
    /// reads this, and decisions store it themselves, so it makes no new state of the row.
    package func noteReferral(by id: ID<Participant>) throws(StorageError) -> Bool {
        try markReferrer.bind(1, id)
        return try markReferrer.runCountingChanges() == 1
    }

    /// Stores the present state of the row for the decisions that read it; must be called before it
    /// changes.
    package func keepState(of id: ID<Participant>) throws(StorageError) {
        try keepRevision.bind(1, id)
        try keepRevision.run()
    }

    private func first(_ statement: any Statement) throws(StorageError) -> ParticipantRow? {
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return ParticipantRow(
            participant: Participant(
                id: statement.id(0), campaign: statement.id(1),
                email: statement.optionalText(5),
                joinedAt: Instant(clampingMicroseconds: statement.integer(12)),
                isDisabled: statement.integer(10) != 0,
                referredBy: statement.optionalID(8),
                hasReferred: statement.integer(9) != 0),
            account: statement.id(2), revision: statement.integer(3), code: statement.text(4),
            firstName: statement.optionalText(6), source: statement.optionalText(7),
            externalID: statement.optionalText(11))
    }
}
