extension Schema {
    /// Business keys without white space around them, as they are read from now on. If two keys
    /// become one, the one that was already in that form stays.
    static let trimmedKeys = """
        UPDATE OR IGNORE business_keys SET key = trim(key, char(9, 10, 11, 12, 13, 32))
            WHERE key <> trim(key, char(9, 10, 11, 12, 13, 32));
        UPDATE OR IGNORE parked SET key = trim(key, char(9, 10, 11, 12, 13, 32))
            WHERE awaits = 'business_key' AND key <> trim(key, char(9, 10, 11, 12, 13, 32));
        """
}
