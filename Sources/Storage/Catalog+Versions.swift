import Database
import Referrals
import Time

extension Catalog {
    /// A version of a campaign's rules.
    package struct CampaignVersion: Equatable, Sendable {
        /// The number of the version, counted from 1.
        package let version: Int32
        /// The canonical JSON of the declaration.
        package let document: String
        /// The time from which the version was in force.
        package let createdAt: Instant
    }

    /// The versions of a campaign from the newest on, those below a number only.
    ///
    /// - Parameter most: The maximum number of versions.
    package func versions(
        of campaign: ID<Campaign>, below: Int64, atMost most: Int
    ) throws(StorageError) -> [CampaignVersion] {
        let statement = try session.prepare(
            """
            SELECT version, document, created_at FROM campaign_versions
            WHERE campaign_id = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3
            """)
        try statement.bind(1, campaign)
        try statement.bind(2, below)
        try statement.bind(3, Int64(most))
        var versions: [CampaignVersion] = []
        while try statement.step() {
            versions.append(
                CampaignVersion(
                    version: Int32(truncatingIfNeeded: statement.integer(0)),
                    document: statement.text(1),
                    createdAt: Instant(clampingMicroseconds: statement.integer(2))))
        }
        return versions
    }

    /// A version of a campaign; nil if there is none.
    package func version(
        _ version: Int64, of campaign: ID<Campaign>
    ) throws(StorageError) -> CampaignVersion? {
        guard let number = Int32(exactly: version), number > 0 else { return nil }
        return try versions(of: campaign, below: version + 1, atMost: 1)
            .first { $0.version == version }
    }
}
