extension Schema {
    /// The number of waiting events of each source. A counter is kept, because counting them takes
    /// longer the more there are.
    static let parkedCounts = """
        CREATE TABLE parked_counts(
            source INTEGER PRIMARY KEY,
            count INTEGER NOT NULL
        ) STRICT;

        ALTER TABLE parked ADD COLUMN source INTEGER NOT NULL DEFAULT 0;
        UPDATE parked SET source = coalesce((SELECT source FROM events WHERE id = parked.event_id), 0);
        INSERT INTO parked_counts SELECT source, count(*) FROM parked GROUP BY source;

        CREATE TRIGGER parked_added AFTER INSERT ON parked BEGIN
            INSERT INTO parked_counts VALUES (NEW.source, 1)
            ON CONFLICT DO UPDATE SET count = count + 1;
        END;
        CREATE TRIGGER parked_removed AFTER DELETE ON parked BEGIN
            UPDATE parked_counts SET count = count - 1 WHERE source = OLD.source;
        END;
        """
}
