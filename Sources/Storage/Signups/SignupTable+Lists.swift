import Database
import Referrals

extension SignupTable {
    /// The order of the states in a list.
    private static let order: [SignupStatus] = [.waiting, .approved, .rejected]

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
