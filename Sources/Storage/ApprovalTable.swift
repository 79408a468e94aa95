import Database
import Referrals
import Time

/// The changes of counted conversions after their events: approvals, reversals, reinstatements.
package struct ApprovalTable {
    private let session: any Session

    init(_ session: any Session) { self.session = session }

    /// One change.
    package struct Row: Sendable {
        /// 1 if the conversion became approved, -1 if it is approved no longer.
        package var change: Int64
        /// The running counts after the change; nil for those that are not kept.
        package var referrer: Tally?
        /// The lead's count.
        package var lead: Tally?
        /// The campaign's count.
        package var campaign: Tally?
        /// The facts of the decision about rewards of multiples; nil if there was none.
        package var facts: FactsRecord?
        /// The time of the change.
        package var at: Instant
        /// True for the approval by the event itself, of counts that the event's facts do not hold.
        package var isByEvent = false

        package init(
            change: Int64, referrer: Tally? = nil, lead: Tally? = nil, campaign: Tally? = nil,
            facts: FactsRecord? = nil, at: Instant
        ) {
            self.change = change
            self.referrer = referrer
            self.lead = lead
            self.campaign = campaign
            self.facts = facts
            self.at = at
        }
    }

    /// Stores a change of a conversion, after its earlier ones.
    package func append(
        _ row: Row, to conversion: ID<Conversion>
    ) throws(StorageError) {
        let insert = try session.prepare(
            """
            INSERT INTO approvals(conversion_id, entry, change, referrer_step, referrer_count,
                lead_step, lead_count, campaign_step, campaign_count, facts, created_at)
            VALUES (?1, CASE WHEN ?11 = 1 THEN -1 ELSE
                    (SELECT coalesce(max(entry) + 1, 0) FROM approvals WHERE conversion_id = ?1) END,
                ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """)
        try insert.bind(1, conversion)
        try insert.bind(2, row.change)
        try insert.bind(3, row.referrer?.step)
        try insert.bind(4, row.referrer?.count)
        try insert.bind(5, row.lead?.step)
        try insert.bind(6, row.lead?.count)
        try insert.bind(7, row.campaign?.step)
        try insert.bind(8, row.campaign?.count)
        try insert.bind(9, row.facts?.bytes)
        try insert.bind(10, row.at.microseconds)
        try insert.bind(11, row.isByEvent ? 1 : 0)
        try insert.run()
    }

    static let columns = """
        conversion_id, change, referrer_step, referrer_count, lead_step, lead_count,
        campaign_step, campaign_count, facts, created_at, entry
        """

    static func row(_ statement: any Statement) -> Row {
        func tally(_ column: Int32) -> Tally? {
            guard let step = statement.optionalInteger(column) else { return nil }
            return Tally(step: step, count: statement.integer(column + 1))
        }
        var row = Row(
            change: statement.integer(1), referrer: tally(2), lead: tally(4), campaign: tally(6),
            facts: statement.optionalBytes(8).map { FactsRecord(bytes: $0) },
            at: Instant(clampingMicroseconds: statement.integer(9)))
        row.isByEvent = statement.integer(10) < 0
        return row
    }
}
