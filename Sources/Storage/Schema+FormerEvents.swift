extension Schema {
    /// The last event that a former release decided: its presets read other fields, and its rules
    /// granted rewards that today's do not.
    static let formerEvents = """
        INSERT INTO meta SELECT 'former_events', id FROM events WHERE id = (SELECT max(id) FROM events);
        """
}
