import SQLite
import Time

/// Numbers of rows in the order of a list, the latest first, and the times of rows that nothing but a list
/// tells. All of it over a connection that may only read.
package final class Listing {
    private let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// What is listed, and how its rows belong to an account (`?1`).
    package enum Table: Sendable {
        case campaigns, participants, conversions, rewards, coupons, webhooks, sources

        // The `+` keeps SQLite from an index whose order is another one than that of the list.
        fileprivate var sql: (from: String, number: String) {
            switch self {
            case .campaigns: ("campaigns AS t WHERE +t.account_id = ?1", "id")
            case .participants:
                ("participants AS t WHERE +t.account_id = ?1 AND t.erased_at IS NULL", "id")
            case .conversions:
                (
                    """
                    conversions AS t
                    WHERE +t.campaign_id IN (SELECT id FROM campaigns WHERE account_id = ?1)
                    """, "id"
                )
            case .rewards:
                (
                    """
                    rewards AS t WHERE +t.campaign_reward_id IN (SELECT r.id
                        FROM campaign_rewards AS r JOIN campaigns AS c ON c.id = r.campaign_id
                        WHERE c.account_id = ?1)
                    """, "id"
                )
            case .coupons:
                (
                    """
                    coupons AS t
                    WHERE +t.campaign_id IN (SELECT id FROM campaigns WHERE account_id = ?1)
                    """, "id"
                )
            case .webhooks:
                ("webhooks AS t WHERE +t.account_id = ?1 AND t.deleted_at IS NULL", "id")
            case .sources:
                ("sources AS t WHERE +t.account_id = ?1 AND t.deleted_at IS NULL", "number")
            }
        }
    }

    /// What a list may be narrowed by.
    package enum Filter: Sendable {
        case campaign(Int64)
        case campaignOfReward(Int64)
        case status(String)
        case state(String)
        case lead(Int64)
        case referrer(Int64)
        case referredBy(Int64)
        case beneficiary(Int64)
        case notArchived
        case archived
        /// What the campaign's rules in force say.
        case campaignStatus(String)
        case isLead(Bool)

        /// - Parameter place: the number of the parameter that holds the value.
        fileprivate func sql(_ place: Int32) -> String {
            switch self {
            case .campaign: "+t.campaign_id = ?\(place)"
            case .campaignOfReward:
                """
                +t.campaign_reward_id IN
                    (SELECT id FROM campaign_rewards WHERE campaign_id = ?\(place))
                """
            case .status: "+t.status = ?\(place)"
            case .state: "+t.state = ?\(place)"
            case .lead: "t.lead_id = ?\(place)"
            case .referrer: "t.referrer_id = ?\(place)"
            case .referredBy: "t.referred_by = ?\(place)"
            case .beneficiary: "t.beneficiary_id = ?\(place)"
            case .notArchived: "t.archived_at IS NULL"
            case .archived: "t.archived_at IS NOT NULL"
            case .campaignStatus:
                """
                (SELECT coalesce(v.document ->> 'status', 'active') FROM campaign_versions AS v
                    WHERE v.campaign_id = t.id AND v.version = t.version) = ?\(place)
                """
            case .isLead(true): "t.referred_by IS NOT NULL"
            case .isLead(false): "(t.referred_by IS NULL OR t.has_referred)"
            }
        }

        fileprivate func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
            switch self {
            case .campaign(let id), .campaignOfReward(let id), .lead(let id), .referrer(let id),
                .referredBy(let id), .beneficiary(let id):
                try statement.bind(index, id)
            case .status(let text), .state(let text), .campaignStatus(let text):
                try statement.bind(index, text)
            case .notArchived, .archived, .isLead: break
            }
        }

        fileprivate var takesValue: Bool {
            switch self {
            case .notArchived, .archived, .isLead: false
            default: true
            }
        }
    }

    /// The numbers below `before`, the greatest first.
    package func numbers(
        of table: Table, account: Int64, _ filters: [Filter] = [], before: Int64?, limit: Int
    ) throws(SQLiteError) -> [Int64] {
        let (from, number) = table.sql
        var sql = "SELECT t.\(number) FROM \(from) AND t.\(number) < ?2"
        var place: Int32 = 4
        var places: [Int32] = []
        for filter in filters {
            places.append(place)
            sql += " AND " + filter.sql(place)
            place += 1
        }
        let statement = try connection.prepare(sql + " ORDER BY t.\(number) DESC LIMIT ?3")
        try statement.bind(1, account)
        try statement.bind(2, before ?? Int64.max)
        try statement.bind(3, limit)
        for (filter, place) in zip(filters, places) where filter.takesValue {
            try filter.bind(to: statement, at: place)
        }
        var numbers: [Int64] = []
        while try statement.step() { numbers.append(statement.integer(0)) }
        return numbers
    }

    // MARK: Times

    package struct Times: Sendable {
        package var created: Instant
        package var updated: Instant
        /// When it was archived, deleted or erased.
        package var ended: Instant?
    }

    package func times(ofCampaign id: Int64) throws(SQLiteError) -> Times? {
        try times("SELECT created_at, updated_at, archived_at FROM campaigns WHERE id = ?1", id)
    }

    package func times(ofSource number: Int64) throws(SQLiteError) -> Times? {
        try times(
            "SELECT created_at, updated_at, deleted_at FROM sources WHERE number = ?1", number)
    }

    package func times(ofWebhook id: Int64) throws(SQLiteError) -> Times? {
        try times("SELECT created_at, updated_at, deleted_at FROM webhooks WHERE id = ?1", id)
    }

    package func times(ofParticipant id: Int64) throws(SQLiteError) -> Times? {
        try times(
            """
            SELECT joined_at, coalesce((SELECT changed_at FROM participant_changes
                WHERE participant_id = id), joined_at), erased_at
            FROM participants WHERE id = ?1
            """, id)
    }

    package func times(ofConversion id: Int64) throws(SQLiteError) -> Times? {
        try times(
            """
            SELECT created_at, coalesce(updated_at, created_at), NULL FROM conversions WHERE id = ?1
            """, id)
    }

    package func times(ofReward id: Int64) throws(SQLiteError) -> Times? {
        try times(
            """
            SELECT c.created_at, coalesce(r.updated_at, c.created_at), NULL FROM rewards AS r
            JOIN conversions AS c ON c.id = r.id / 16 WHERE r.id = ?1
            """, id)
    }

    private func times(_ sql: String, _ id: Int64) throws(SQLiteError) -> Times? {
        let statement = try connection.prepare(sql)
        try statement.bind(1, id)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return Times(
            created: Instant(clampingMicroseconds: statement.integer(0)),
            updated: Instant(clampingMicroseconds: statement.integer(1)),
            ended: statement.optionalInteger(2).map { Instant(clampingMicroseconds: $0) })
    }
}
