extension Schema {
    /// Waitlists with their signups, and the blocks by which positions are counted.
    static let signups = """
        -- The UUID of a campaign; NULL until the row of a former release is given the one that it has shown.
        ALTER TABLE campaigns ADD COLUMN uid BLOB;
        CREATE UNIQUE INDEX campaigns_uid ON campaigns(uid) WHERE uid IS NOT NULL;
        CREATE INDEX campaigns_without_uid ON campaigns(id) WHERE uid IS NULL;

        -- The campaigns of the kind waitlist. Participants with numbers above `fill_from`, up to `fill_end`, are not
        -- yet signups, or are not yet counted for their referrers.
        CREATE TABLE waitlists(
            campaign_id INTEGER PRIMARY KEY,
            fill_from INTEGER NOT NULL,
            fill_end INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX waitlists_filling ON waitlists(campaign_id) WHERE fill_from < fill_end;
        INSERT INTO waitlists SELECT c.id, 0, (SELECT coalesce(max(id), 0) FROM participants)
            FROM campaigns AS c JOIN campaign_versions AS v
                ON v.campaign_id = c.id AND v.version = c.version
            WHERE v.document ->> 'kind' = 'waitlist';

        -- `behind` is the number of referrals, negated: positions ascend with (behind, joined_at, participant_id).
        CREATE TABLE signups(
            participant_id INTEGER PRIMARY KEY,
            campaign_id INTEGER NOT NULL,
            uid BLOB NOT NULL UNIQUE,
            status TEXT NOT NULL CHECK (status IN ('waiting', 'approved', 'rejected')),
            behind INTEGER NOT NULL,
            joined_at INTEGER NOT NULL,
            metadata TEXT
        ) STRICT;
        CREATE UNIQUE INDEX signups_order
            ON signups(campaign_id, status, behind, joined_at, participant_id);

        -- The order of `signups_order` in blocks of some hundred signups. A block begins at its key and ends before the
        -- next one's; the first one begins before all signups.
        CREATE TABLE signup_blocks(
            campaign_id INTEGER NOT NULL,
            status TEXT NOT NULL,
            behind INTEGER NOT NULL,
            joined_at INTEGER NOT NULL,
            participant_id INTEGER NOT NULL,
            size INTEGER NOT NULL,
            PRIMARY KEY (campaign_id, status, behind, joined_at, participant_id)
        ) STRICT, WITHOUT ROWID;
        """
}
