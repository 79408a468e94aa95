import Referrals
import SQLite
import Time

/// Who is enrolled: found by code, number, e-mail or the partner's customer id.
package final class ParticipantTable {
    private let byCode, byID, byEmail, byCustomer, inAnyCampaign: Statement
    private let insert, rememberCustomer, markReferrer, keepRevision: Statement

    private static let columns = """
        id, campaign_id, account_id, revision, referral_code, email, first_name, source, referred_by,
        has_referred, is_disabled, external_id, joined_at
        """

    init(_ connection: Connection) throws(SQLiteError) {
        let select = "SELECT \(Self.columns) FROM participants "
        byCode = try connection.prepare(select + "WHERE account_id = ?1 AND referral_code = ?2")
        byID = try connection.prepare(select + "WHERE id = ?1")
        byEmail = try connection.prepare(select + "WHERE campaign_id = ?1 AND email = ?2")
        byCustomer = try connection.prepare(
            select + """
                WHERE id = (SELECT participant_id FROM customers
                    WHERE campaign_id = ?1 AND customer = ?2)
                """)
        inAnyCampaign = try connection.prepare(
            select + """
                WHERE id = (
                    SELECT participant_id FROM customers
                        WHERE campaign_id IN (SELECT id FROM campaigns WHERE account_id = ?1)
                        AND customer = ?2
                    UNION ALL
                    SELECT id FROM participants
                        WHERE campaign_id IN (SELECT id FROM campaigns WHERE account_id = ?1)
                        AND email = ?3
                    LIMIT 1)
                """)
        insert = try connection.prepare(
            """
            INSERT INTO participants(campaign_id, account_id, referral_code, email, first_name, source,
                referred_by, is_disabled, external_id, joined_at, id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """)
        rememberCustomer = try connection.prepare(
            "INSERT INTO customers VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
        markReferrer = try connection.prepare(
            """
            UPDATE participants SET has_referred = 1, revision = revision + 1
            WHERE id = ?1 AND has_referred = 0
            """)
        keepRevision = try connection.prepare(
            """
            INSERT INTO participant_revisions
            SELECT id, revision, json_object('email', email, 'first_name', first_name,
                'source', source, 'referred_by', referred_by, 'has_referred', has_referred,
                'is_disabled', is_disabled, 'joined_at', joined_at)
            FROM participants WHERE id = ?1
            """)
    }

    package func find(code: String, account: Int64) throws(SQLiteError) -> ParticipantRow? {
        try byCode.bind(1, account)
        try byCode.bind(2, code)
        return try first(byCode)
    }

    package func find(_ id: ID<Participant>) throws(SQLiteError) -> ParticipantRow? {
        try byID.bind(1, id.number)
        return try first(byID)
    }

    /// Finds a person by customer id or, failing that, by e-mail; in one campaign, or where that is nil in
    /// any of the account.
    package func find(
        customer: String?, email: String?, campaign: ID<Campaign>?, account: Int64
    ) throws(SQLiteError) -> ParticipantRow? {
        guard let campaign else {
            try inAnyCampaign.bind(1, account)
            try inAnyCampaign.bind(2, customer)
            try inAnyCampaign.bind(3, email)
            return try first(inAnyCampaign)
        }
        if let customer {
            try byCustomer.bind(1, campaign.number)
            try byCustomer.bind(2, customer)
            if let row = try first(byCustomer) { return row }
        }
        guard let email else { return nil }
        try byEmail.bind(1, campaign.number)
        try byEmail.bind(2, email)
        return try first(byEmail)
    }

    /// Enrols a participant; `row.participant.id` is taken as it is unless it is 0. Returns the number.
    /// Throws a constraint error where the code, e-mail or external id is taken.
    package func enrol(_ row: ParticipantRow) throws(SQLiteError) -> ID<Participant> {
        let person = row.participant
        try insert.bind(1, person.campaign.number)
        try insert.bind(2, row.account)
        try insert.bind(3, row.code)
        try insert.bind(4, person.email)
        try insert.bind(5, row.firstName)
        try insert.bind(6, row.source)
        try insert.bind(7, person.referredBy?.number)
        try insert.bind(8, person.isDisabled ? 1 : 0)
        try insert.bind(9, row.externalID)
        try insert.bind(10, person.joinedAt.microseconds)
        try insert.bind(11, person.id.number == 0 ? nil : person.id.number)
        return ID(try insert.runReturningRowID())
    }

    /// Notes that this participant has referred somebody; true where it is the first time.
    package func noteReferral(by id: ID<Participant>) throws(SQLiteError) -> Bool {
        guard let row = try find(id), !row.participant.hasReferred else { return false }
        try keepState(of: id)
        try markReferrer.bind(1, id.number)
        return try markReferrer.runCountingChanges() == 1
    }

    /// Keeps what the row says now for the decisions that saw it; to be called before it changes.
    package func keepState(of id: ID<Participant>) throws(SQLiteError) {
        try keepRevision.bind(1, id.number)
        try keepRevision.run()
    }

    /// The first one to bear a customer id keeps it.
    package func remember(
        customer: String, as id: ID<Participant>, in campaign: ID<Campaign>
    ) throws(SQLiteError) {
        try rememberCustomer.bind(1, campaign.number)
        try rememberCustomer.bind(2, customer)
        try rememberCustomer.bind(3, id.number)
        try rememberCustomer.run()
    }

    private func first(_ statement: Statement) throws(SQLiteError) -> ParticipantRow? {
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return ParticipantRow(
            participant: Participant(
                id: ID(statement.integer(0)), campaign: ID(statement.integer(1)),
                email: statement.optionalText(5),
                joinedAt: Instant(clampingMicroseconds: statement.integer(12)),
                isDisabled: statement.integer(10) != 0,
                referredBy: statement.optionalInteger(8).map { ID($0) },
                hasReferred: statement.integer(9) != 0),
            account: statement.integer(2), revision: statement.integer(3), code: statement.text(4),
            firstName: statement.optionalText(6), source: statement.optionalText(7),
            externalID: statement.optionalText(11))
    }
}
