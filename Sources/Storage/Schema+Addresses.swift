extension Schema {
    /// Addresses in one form. SQL cannot convert them, so marks in `meta` state the remaining work:
    /// the progress of `AddressUpdate`, and that sources remain to be checked for texts of former
    /// presets.
    static let addresses = """
        -- Participants whose stored address is not in the one form and could not be brought there. Another one
        -- has it (`kept_by`), or it cannot be read (NULL).
        CREATE TABLE address_conflicts(
            participant_id INTEGER PRIMARY KEY,
            kept_by INTEGER
        ) STRICT;

        INSERT INTO meta SELECT 'addresses_checked', 0 WHERE EXISTS (SELECT 1 FROM participants);
        INSERT INTO meta SELECT 'presets_former', 1 WHERE EXISTS (SELECT 1 FROM sources);
        """
}
