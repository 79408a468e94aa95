import Database
import Referrals

// Waitlists, and the UUIDs by which campaigns are found.
extension Catalog {
    /// The campaign with a UUID, in any account.
    package func campaign(_ uid: UID) throws(StorageError) -> CampaignRow? {
        let statement = try session.prepare("SELECT id FROM campaigns WHERE uid = ?1")
        try statement.bind(1, uid.bytes)
        guard try statement.step() else { return nil }
        let id = ID<Campaign>(statement.integer(0))
        statement.reset()
        return try campaign(id)
    }

    /// The first campaign without a stored UUID.
    package func firstWithoutUID() throws(StorageError) -> ID<Campaign>? {
        let statement = try session.prepare(
            "SELECT id FROM campaigns WHERE uid IS NULL ORDER BY id LIMIT 1")
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return ID(statement.integer(0))
    }

    /// Stores the UUID of a campaign of an earlier release.
    package func set(uid: UID, of id: ID<Campaign>) throws(StorageError) {
        let statement = try session.prepare("UPDATE campaigns SET uid = ?2 WHERE id = ?1")
        try statement.bind(1, id.number)
        try statement.bind(2, uid.bytes)
        try statement.run()
    }

    /// Notes whether a campaign is a waitlist in its current version. The participants of a campaign
    /// that becomes one are made signups later.
    func noteKind(of id: ID<Campaign>, isNew: Bool) throws(StorageError) {
        let insert = try session.prepare(
            """
            INSERT INTO waitlists(campaign_id, fill_from, fill_end)
            SELECT c.id, 0, CASE WHEN ?2 = 1 THEN 0
                ELSE coalesce((SELECT max(id) FROM participants), 0) END
            FROM campaigns AS c JOIN campaign_versions AS v
                ON v.campaign_id = c.id AND v.version = c.version
            WHERE c.id = ?1 AND v.document ->> 'kind' = 'waitlist'
            ON CONFLICT DO NOTHING
            """)
        try insert.bind(1, id.number)
        try insert.bind(2, isNew ? 1 : 0)
        try insert.run()
        let delete = try session.prepare(
            """
            DELETE FROM waitlists WHERE campaign_id = ?1 AND NOT EXISTS (
                SELECT 1 FROM campaigns AS c JOIN campaign_versions AS v
                    ON v.campaign_id = c.id AND v.version = c.version
                WHERE c.id = ?1 AND v.document ->> 'kind' = 'waitlist')
            """)
        try delete.bind(1, id.number)
        try delete.run()
    }
}
