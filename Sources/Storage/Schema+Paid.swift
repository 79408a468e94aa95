extension Schema {
    /// What a buyer paid, where rewards count another amount: refunds are a share of it.
    static let gross = """
        ALTER TABLE conversions ADD COLUMN paid INTEGER;
        """
}
