extension Schema {
    /// The conversions of a referrer that count for nothing, so that those that count are counted without a look at
    /// each. Most conversions are not in the index.
    static let referrerCounts = """
        CREATE INDEX conversions_uncounted ON conversions(referrer_id, lead_id)
            WHERE status NOT IN ('approved', 'pending');
        """
}
