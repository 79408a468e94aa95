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

        -- `behind` is the number of referrals, negated: positions ascend with (behind, joined_at, participant_id). Without a
        -- rowid, as SQLite compares no rowid as the last of several columns of an index: many signups of one import
        -- have the same time.
        CREATE TABLE signups(
            participant_id INTEGER NOT NULL PRIMARY KEY,
            campaign_id INTEGER NOT NULL,
            uid BLOB NOT NULL UNIQUE,
            status TEXT NOT NULL CHECK (status IN ('waiting', 'approved', 'rejected')),
            behind INTEGER NOT NULL,
            joined_at INTEGER NOT NULL,
            metadata TEXT
        ) STRICT, WITHOUT ROWID;
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

        -- Changes of the order from which the shifts of other signups follow, until those are in `signup_changes`.
        -- Positions are NULL where the signup had none, or has none any more.
        CREATE TABLE signup_moves(
            id INTEGER PRIMARY KEY,
            campaign_id INTEGER NOT NULL,
            participant_id INTEGER NOT NULL,
            former INTEGER,
            position INTEGER,
            moved_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX signup_moves_list ON signup_moves(campaign_id, id);

        -- Signups whose subscribers are to be notified of another position, with the position that they know.
        -- `is_shift` is 1 for the webhooks that are notified of all shifts, 0 for those notified of movers only.
        CREATE TABLE signup_changes(
            participant_id INTEGER NOT NULL,
            is_shift INTEGER NOT NULL,
            campaign_id INTEGER NOT NULL,
            position INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            PRIMARY KEY (participant_id, is_shift)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX signup_changes_due ON signup_changes(due_at);
        CREATE INDEX signup_changes_list ON signup_changes(campaign_id, is_shift);

        -- What notifications of signups say. An address is here only while the notification of a deletion waits.
        CREATE TABLE signup_notices(
            id INTEGER PRIMARY KEY,
            participant_id INTEGER NOT NULL,
            uid BLOB NOT NULL,
            former INTEGER,
            position INTEGER,
            email TEXT
        ) STRICT;
        CREATE INDEX signup_notices_addresses ON signup_notices(id) WHERE email IS NOT NULL;
        """
}
