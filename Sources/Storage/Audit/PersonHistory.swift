import Database
import Referrals
import Time

/// Participants as they were when a decision read them.
package final class PersonHistory {
    /// The result of looking for a revision.
    package enum Found: Sendable {
        case row(ParticipantRow)
        /// The person was deleted; nothing about them is left.
        case erased
        /// The revision is neither current nor stored.
        case missing
    }

    private let statement: any Statement

    init(_ session: any Session) throws(StorageError) {
        statement = try session.prepare(
            """
            SELECT p.campaign_id, p.account_id, p.referral_code, p.erased_at, p.revision = ?2,
                v.document IS NOT NULL, p.email, p.first_name, p.source, p.joined_at,
                v.document ->> 'email', v.document ->> 'first_name', v.document ->> 'source',
                v.document ->> 'joined_at'
            FROM participants AS p LEFT JOIN participant_revisions AS v
                ON v.participant_id = p.id AND v.revision = ?2
            WHERE p.id = ?1
            """)
    }

    /// A participant in a revision, with the parts that conditions read: names, address, times.
    package func find(_ id: ID<Participant>, revision: Int64) throws(StorageError) -> Found {
        try statement.bind(1, id)
        try statement.bind(2, revision)
        guard try statement.step() else { return .missing }
        defer { statement.reset() }
        guard statement.isNull(3) else { return .erased }
        let isCurrent = statement.integer(4) != 0
        guard isCurrent || statement.integer(5) != 0 else { return .missing }
        let first: Int32 = isCurrent ? 6 : 10
        return .row(
            ParticipantRow(
                participant: Participant(
                    id: id, campaign: statement.id(0),
                    email: statement.optionalText(first),
                    joinedAt: Instant(clampingMicroseconds: statement.integer(first + 3))),
                account: statement.id(1), revision: revision, code: statement.text(2),
                firstName: statement.optionalText(first + 1),
                source: statement.optionalText(first + 2)))
    }
}
