extension Schema {
    /// The digests of deleted people, so that limits per person apply to them when they return.
    static let tombstones = """
        -- A digest of each address, id and customer id that a deleted person had, and an empty one for the person.
        -- The digests' key is sealed in `meta`.
        CREATE TABLE tombstones(
            campaign_id INTEGER NOT NULL,
            digest BLOB NOT NULL,
            participant_id INTEGER NOT NULL,
            PRIMARY KEY (campaign_id, digest, participant_id)
        ) STRICT, WITHOUT ROWID;

        -- Participants who were deleted and named again: they use up what their predecessors have used.
        CREATE TABLE successors(
            participant_id INTEGER NOT NULL,
            predecessor_id INTEGER NOT NULL,
            PRIMARY KEY (participant_id, predecessor_id)
        ) STRICT, WITHOUT ROWID;
        """
}
