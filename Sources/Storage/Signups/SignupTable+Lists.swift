import Database
import Referrals

extension SignupTable {
    /// The order of the states in a list.
    private static let order: [SignupStatus] = [.waiting, .approved, .rejected]

    /// The number of waitlists with more waiting signups than a bound.
    package func longWaitlists(beyond most: Int) throws(StorageError) -> Int {
        try blocks.write()
        let statement = try session.prepare(
            """
            SELECT count(*) FROM (SELECT campaign_id FROM signup_blocks WHERE status = 'waiting'
                GROUP BY campaign_id HAVING sum(size) > ?1) AS o
            """)
        try statement.bind(1, most)
        guard try statement.step() else { return 0 }
        defer { statement.reset() }
        return Int(statement.integer(0))
    }

    /// True if the campaign has a signup in any state.
    package func hasAny(of campaign: ID<Campaign>) throws(StorageError) -> Bool {
        let statement = try session.prepare("SELECT 1 FROM signups WHERE campaign_id = ?1 LIMIT 1")
        try statement.bind(1, campaign.number)
        defer { statement.reset() }
        return try statement.step()
    }

    /// A part of a waitlist in its order: the waiting signups by position, then the approved and the
    /// rejected ones in the same order among themselves.
    ///
    /// - Parameters:
    ///   - status: The state of the signups; nil is all.
    ///   - offset: The number of signups before the part.
    package func page(
        of campaign: ID<Campaign>, _ status: SignupStatus? = nil, offset: Int, limit: Int
    ) throws(StorageError) -> [SignupRow] {
        var rows: [SignupRow] = []
        var offset = offset
        for state in Self.order where status == nil || status == state {
            guard rows.count < limit else { break }
            let segment = SignupSegment(campaign: campaign, status: state)
            if let place = try blocks.place(after: offset, in: segment) {
                rows += try page(
                    of: segment, from: place.rank, skipping: place.skipped,
                    limit: limit - rows.count)
                offset = 0
            } else {
                offset -= try blocks.count(of: segment)
            }
        }
        return rows
    }

    private func page(
        of segment: SignupSegment, from rank: SignupRank, skipping skipped: Int, limit: Int
    ) throws(StorageError) -> [SignupRow] {
        let statement = try session.prepare(
            """
            SELECT \(Self.columns) FROM signups
            WHERE campaign_id = ?1 AND status = ?2
                AND (behind, joined_at, participant_id) >= (?3, ?4, ?5)
            ORDER BY behind, joined_at, participant_id LIMIT ?6 OFFSET ?7
            """)
        try statement.bind(1, segment.campaign.number)
        try statement.bind(2, segment.status.rawValue)
        try statement.bind(3, rank.behind)
        try statement.bind(4, rank.joinedAt)
        try statement.bind(5, rank.participant)
        try statement.bind(6, limit)
        try statement.bind(7, skipped)
        var rows: [SignupRow] = []
        while try statement.step() { rows.append(Self.row(statement)) }
        return rows
    }
}
