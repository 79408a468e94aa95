extension Schema {
    /// The codes, addresses and keys in events, by which people search for them. Events with a
    /// conversion are found by the conversion, so that the main path writes nothing here.
    static let eventNames = """
        -- `name` is the beginning of a digest (see EventName): no second place holds addresses.
        CREATE TABLE event_names(
            account_id INTEGER NOT NULL,
            name INTEGER NOT NULL,
            event_id INTEGER NOT NULL,
            PRIMARY KEY (account_id, name, event_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX event_names_event ON event_names(event_id);

        -- Events up to this number were received by a former release, and are still to be looked at.
        INSERT INTO meta SELECT 'event_names_left', id FROM events
            WHERE id = (SELECT max(id) FROM events);
        """
}
