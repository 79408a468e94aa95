extension Schema {
    /// Visits of referral links: one row for each participant, visitor and day, by which repeats
    /// are recognised, and the count of each participant. The rows of days that are over are
    /// deleted; the counts stay.
    ///
    /// A visitor is the beginning of a keyed digest of the address, so that the database holds no
    /// address of a visitor.
    static let visits = """
        CREATE TABLE visits(
            day INTEGER NOT NULL,
            participant_id INTEGER NOT NULL REFERENCES participants(id),
            visitor BLOB NOT NULL,
            PRIMARY KEY (day, participant_id, visitor)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE visit_counts(
            participant_id INTEGER PRIMARY KEY REFERENCES participants(id),
            visits INTEGER NOT NULL CHECK (visits > 0)
        ) STRICT;
        """
}
