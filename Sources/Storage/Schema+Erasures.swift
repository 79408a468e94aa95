extension Schema {
    /// The progress of erasing the data of deleted people, which takes many transactions if there
    /// is much.
    static let erasures = """
        -- Deleted people whose traces are not all erased, and where that work stands (see Erasure). What a
        -- row stands for is withheld from every reader until it is erased.
        CREATE TABLE erasures(
            participant_id INTEGER PRIMARY KEY,
            stage TEXT NOT NULL,
            first INTEGER NOT NULL DEFAULT -1,
            second INTEGER NOT NULL DEFAULT -1,
            key TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX erasures_stage ON erasures(stage);

        -- Events about a participant beside those that made a conversion: what left none, and what names an
        -- earlier one. Neither grows with qualifications.
        DROP INDEX events_without_conversion;
        CREATE INDEX events_beside_conversions ON events(participant_id)
            WHERE participant_id IS NOT NULL AND (conversion_id IS NULL OR conversion_id <> id);

        -- Attempts of people who were deleted before may still hold texts that name them.
        INSERT INTO erasures(participant_id, stage)
            SELECT id, 'events' FROM participants WHERE erased_at IS NOT NULL;
        -- Texts are found along the queues now.
        DROP INDEX deliveries_texts;
        """
}
