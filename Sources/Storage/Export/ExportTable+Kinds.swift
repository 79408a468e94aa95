import Database
import Referrals

extension ExportTable {
    /// The table of a kind.
    package init(_ kind: Kind) {
        switch kind {
        case .participants: self = .participants
        case .conversions: self = .conversions
        case .rewards: self = .rewards
        case .coupons: self = .coupons
        case .events: self = .events
        case .deliveries: self = .deliveries
        case .signups: self = .signups
        }
    }

    /// The first columns are those that a workspace's file of participants may have.
    private static let participants = ExportTable(
        columns: [
            Column("campaign", .campaign), Column("email"), Column("first_name"),
            Column("referral_code"), Column("referred_by"), Column("source"), Column("customer"),
            Column("id", .id), Column("status"), Column("number", .integer),
            Column("joined_at", .time),
            Column("erased_at", .time), Column("payout_destination"),
        ],
        // One participant, or all of the account if no number is bound.
        sql: """
            SELECT p.campaign_id, p.email, p.first_name, p.referral_code, r.referral_code, p.source,
                k.customer, p.external_id, CASE WHEN p.is_disabled <> 0 THEN 'disabled' ELSE 'active' END, p.id,
                p.joined_at, p.erased_at, d.destination
            FROM participants p LEFT JOIN participants r ON r.id = p.referred_by
            LEFT JOIN participant_customers k ON k.participant_id = p.id
            LEFT JOIN payout_destinations d ON d.participant_id = p.id
            WHERE \(sqlite: "+")p.account_id = ?1
                AND p.id BETWEEN coalesce(?2, 0) AND coalesce(?2, 9223372036854775807)
            ORDER BY p.id
            """)

    /// The columns of participants without their numbers, which mean nothing in another database.
    package static let participantColumns = participants.columns.filter(isKept)

    private static func isKept(_ column: Column) -> Bool { column.name != "number" }

    /// Calls the closure with the `participantColumns` of some participants, in the order of `ids`.
    package static func forEach(
        ofParticipants numbers: some Sequence<Int64>, account: ID<Account>, in store: Store,
        _ body: ([Cell]) -> Void
    ) throws(StorageError) {
        let statement = try store.session.prepare(participants.sql)
        for number in numbers {
            try statement.bind(1, account)
            try statement.bind(2, number)
            if try statement.step() {
                let cells = zip(participants.columns, participants.cells(of: statement))
                body(cells.filter { isKept($0.0) }.map(\.1))
            }
            statement.reset()
        }
    }

    private static let conversions = ExportTable(
        columns: [
            Column("id", .integer), Column("campaign", .campaign), Column("lead"),
            Column("referrer"), Column("status"), Column("amount", .integer), Column("currency"),
            Column("occurred_at", .time), Column("created_at", .time), Column("updated_at", .time),
        ],
        sql: """
            SELECT c.id, c.campaign_id, l.referral_code, r.referral_code, c.status, c.amount,
                c.currency, c.occurred_at, c.created_at, c.updated_at
            FROM conversions c LEFT JOIN participants l ON l.id = c.lead_id
            LEFT JOIN participants r ON r.id = c.referrer_id
            WHERE \(sqlite: "+")c.campaign_id IN (SELECT id FROM campaigns WHERE account_id = ?1)
            ORDER BY c.id
            """)

    /// The present worth of a reward is its amount plus the changes in its ledger.
    private static let rewards = ExportTable(
        columns: [
            Column("id", .integer), Column("conversion", .integer), Column("campaign", .campaign),
            Column("campaign_reward", .integer), Column("beneficiary"), Column("status"),
            Column("reasons"), Column("amount", .integer), Column("worth_now", .integer),
            Column("unit"), Column("text"), Column("coupon_code"), Column("held_until", .time),
            Column("issued_at", .time), Column("updated_at", .time),
        ],
        sql: """
            SELECT w.id, w.id / 16, g.campaign_id, w.campaign_reward_id, p.referral_code, w.status,
                w.reasons, w.amount, w.amount + coalesce(
                    (SELECT sum(amount) FROM ledger WHERE reward_id = w.id), 0),
                w.unit, w.text, k.code, w.held_until, w.issued_at, w.updated_at
            FROM rewards w LEFT JOIN campaign_rewards g ON g.id = w.campaign_reward_id
            LEFT JOIN participants p ON p.id = w.beneficiary_id
            LEFT JOIN coupons k ON k.reward_id = w.id AND k.state <> 'voided'
                AND k.state <> 'reserved'
            WHERE \(sqlite: "+")w.campaign_reward_id IN (SELECT x.id
                FROM campaign_rewards AS x JOIN campaigns AS c ON c.id = x.campaign_id
                WHERE c.account_id = ?1)
            ORDER BY w.id
            """)

    private static let coupons = ExportTable(
        columns: [
            Column("id", .integer), Column("campaign", .campaign), Column("code"),
            Column("state"), Column("reward", .integer),
        ],
        sql: """
            SELECT id, campaign_id, code, state, reward_id FROM coupons
            WHERE \(sqlite: "+")campaign_id IN (SELECT id FROM campaigns WHERE account_id = ?1)
            ORDER BY id
            """)

    /// Without the received bodies: they are no cells, and may hold data that was not asked for.
    private static let events = ExportTable(
        columns: [
            Column("id", .integer), Column("source", .source), Column("event_id"),
            Column("received_at", .time), Column("outcome"), Column("reasons"),
            Column("participant"), Column("conversion", .integer),
        ],
        sql: """
            SELECT e.id, s.id, e.event_id, e.received_at, e.outcome, e.reasons, p.referral_code,
                e.conversion_id
            FROM events e LEFT JOIN sources s ON s.number = e.source
            LEFT JOIN participants p ON p.id = e.participant_id
            WHERE \(sqlite: "+")e.source IN (SELECT number FROM sources WHERE account_id = ?1)
            ORDER BY e.id
            """)

    /// In the order of the positions, which only waiting signups have. A campaign of an earlier
    /// release has signups once the gateway has made them.
    private static let signups = ExportTable(
        columns: [
            Column("uid", .uid), Column("campaign", .campaign), Column("email"),
            Column("first_name"), Column("referral_code"), Column("referred_by"),
            Column("status"), Column("position", .integer), Column("referral_count", .integer),
            Column("joined_at", .time), Column("metadata"),
        ],
        sql: """
            SELECT s.uid, s.campaign_id, p.email, p.first_name, p.referral_code, r.referral_code,
                s.status, CASE WHEN s.status = 'waiting' THEN row_number() OVER (
                    PARTITION BY s.campaign_id, s.status
                    ORDER BY s.behind, s.joined_at, s.participant_id) END,
                -s.behind, s.joined_at, s.metadata
            FROM signups s JOIN participants p ON p.id = s.participant_id
            LEFT JOIN participants r ON r.id = p.referred_by
            WHERE \(sqlite: "+")p.account_id = ?1
            ORDER BY s.campaign_id, s.status, s.behind, s.joined_at, s.participant_id
            """)

    private static let deliveries = ExportTable(
        columns: [
            Column("id", .integer), Column("webhook"), Column("type"),
            Column("subject", .subject), Column("created_at", .time), Column("status"),
            Column("attempts", .integer), Column("next_attempt_at", .nextAttempt),
        ],
        sql: """
            SELECT d.id, w.name, d.type, d.subject, d.created_at, d.status, d.attempts,
                d.next_attempt_at, d.status, d.webhook_id
            FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id
            WHERE \(sqlite: "+")w.account_id = ?1 ORDER BY d.webhook_id, d.id
            """)
}
