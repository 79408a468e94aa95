import Database
import Referrals
import Time

/// Numbers of rows in the order of a list, the latest first, and the times of rows that only lists
/// show. All of it over a connection that may only read.
package final class Listing {
    private let session: any Session

    init(_ session: any Session) { self.session = session }

    /// The rows that can be listed.
    package enum Table: Sendable {
        case campaigns
        /// Participants, including deleted ones, whose codes stay taken.
        case participantsEver

        fileprivate var name: String {
            switch self {
            case .campaigns: "campaigns"
            case .participantsEver: "participants"
            }
        }
    }

    /// A condition on the rows of a list.
    package enum Filter: Sendable {
        case campaign(Int64)
        case notArchived
        case archived
        /// Campaigns of the kind waitlist.
        case waitlist
        /// The status in the campaign's rules in force.
        case campaignStatus(String)

        fileprivate func add(to conditions: inout Conditions) {
            switch self {
            case .campaign(let id): conditions.add("\(sqlite: "+")t.campaign_id = ?", .integer(id))
            case .notArchived: conditions.add("t.archived_at IS NULL")
            case .waitlist:
                conditions.add("EXISTS (SELECT 1 FROM waitlists WHERE campaign_id = t.id)")
            case .archived: conditions.add("t.archived_at IS NOT NULL")
            case .campaignStatus(let text):
                conditions.add(
                    """
                    (SELECT coalesce(v.document ->> 'status', 'active') FROM campaign_versions AS v
                        WHERE v.campaign_id = t.id AND v.version = t.version) = ?
                    """, .text(text))
            }
        }
    }

    /// The numbers below `before`, the greatest first.
    package func numbers(
        of table: Table, account: ID<Account>, _ filters: [Filter] = [], before: Int64?, limit: Int
    ) throws(StorageError) -> [Int64] {
        var conditions = Conditions()
        // The `+` keeps SQLite from an index whose order differs from that of the list.
        conditions.add("\(sqlite: "+")t.account_id = ?", .integer(account.number))
        conditions.add("t.id < ?", .integer(before ?? Int64.max))
        for filter in filters { filter.add(to: &conditions) }
        let statement = try session.prepare(
            """
            SELECT t.id FROM \(table.name) AS t WHERE \(conditions.sql)
            ORDER BY t.id DESC LIMIT ?\(conditions.nextPlace)
            """)
        try conditions.bind(to: statement)
        try statement.bind(conditions.nextPlace, limit)
        var numbers: [Int64] = []
        while try statement.step() { numbers.append(statement.integer(0)) }
        return numbers
    }

    // MARK: Times

    /// The times of a row.
    package struct Times: Sendable {
        /// The time of creation.
        package var created: Instant
        /// The time of the last change.
        package var updated: Instant
        /// The time at which the row was archived, deleted or erased.
        package var ended: Instant?
    }

    /// The times of a campaign.
    package func times(ofCampaign id: Int64) throws(StorageError) -> Times? {
        try times("SELECT created_at, updated_at, archived_at FROM campaigns WHERE id = ?1", id)
    }

    /// The times of a source.
    package func times(ofSource number: Int64) throws(StorageError) -> Times? {
        try times(
            "SELECT created_at, updated_at, deleted_at FROM sources WHERE number = ?1", number)
    }

    /// The times of a webhook.
    package func times(ofWebhook id: ID<Webhook>) throws(StorageError) -> Times? {
        try times(
            "SELECT created_at, updated_at, deleted_at FROM webhooks WHERE id = ?1", id.number)
    }

    /// The times of a participant.
    package func times(ofParticipant id: Int64) throws(StorageError) -> Times? {
        try times(
            """
            SELECT joined_at, coalesce((SELECT changed_at FROM participant_changes
                WHERE participant_id = id), joined_at), erased_at
            FROM participants WHERE id = ?1
            """, id)
    }

    /// The times of a conversion.
    package func times(ofConversion id: Int64) throws(StorageError) -> Times? {
        try times(
            """
            SELECT created_at, coalesce(updated_at, created_at), NULL FROM conversions WHERE id = ?1
            """, id)
    }

    /// The times of a reward.
    package func times(ofReward id: Int64) throws(StorageError) -> Times? {
        try times(
            """
            SELECT c.created_at, coalesce(r.updated_at, c.created_at), NULL FROM rewards AS r
            JOIN conversions AS c ON c.id = r.id / 16 WHERE r.id = ?1
            """, id)
    }

    private func times(_ sql: SQL, _ id: Int64) throws(StorageError) -> Times? {
        let statement = try session.prepare(sql)
        try statement.bind(1, id)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return Times(
            created: Instant(clampingMicroseconds: statement.integer(0)),
            updated: Instant(clampingMicroseconds: statement.integer(1)),
            ended: statement.optionalInteger(2).map { Instant(clampingMicroseconds: $0) })
    }
}
