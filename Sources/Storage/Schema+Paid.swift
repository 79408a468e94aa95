extension Schema {
    /// The sum that a buyer paid, if rewards count another amount: refunds are a share of it.
    static let gross = """
        ALTER TABLE conversions ADD COLUMN paid INTEGER;
        """
}
