extension Schema {
    /// The conversions of a referrer that do not count, so that those that do are counted without
    /// reading each. Most conversions are not in the index.
    static let referrerCounts = """
        CREATE INDEX conversions_uncounted ON conversions(referrer_id, lead_id)
            WHERE status NOT IN ('approved', 'pending');
        """
}
