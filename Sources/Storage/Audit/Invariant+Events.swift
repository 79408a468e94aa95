import Database

extension Invariant {
    static let ofEvents: [Invariant] = [
        Invariant(
            "a source uses an id for one event",
            """
            SELECT format('Source %s has %s events with the id of event %s.',
                source, count(*), min(id))
            FROM events GROUP BY source, event_id HAVING count(*) > 1
            """),
        Invariant(
            "an event without a conversion names an existing participant",
            """
            SELECT format('Event %s names participant %s, who does not exist.',
                e.id, e.participant_id)
            FROM events AS e
            WHERE e.conversion_id IS NULL AND e.participant_id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM participants AS p WHERE p.id = e.participant_id)
            """),
        Invariant(
            "a later event names an existing conversion",
            """
            SELECT format('Event %s names conversion %s, which does not exist.',
                e.id, e.conversion_id)
            FROM events AS e
            WHERE e.conversion_id <> e.id
                AND NOT EXISTS (SELECT 1 FROM conversions AS c WHERE c.id = e.conversion_id)
            """),
        Invariant(
            "a digest belongs to an event of its source",
            """
            SELECT format('A digest of source %s belongs to event %s, which is %s.', d.source,
                d.event, CASE WHEN e.id IS NULL THEN 'missing' ELSE 'of another source' END)
            FROM event_digests AS d LEFT JOIN events AS e ON e.id = d.event
            WHERE e.source IS DISTINCT FROM d.source
            """),
        Invariant(
            "a waiting event is parked",
            """
            SELECT format('Event %s waits for its %s, but %s.', p.event_id,
                replace(p.awaits, '_', ' '), CASE WHEN e.id IS NULL THEN 'the event does not exist'
                    ELSE 'its outcome is ' || e.outcome END)
            FROM parked AS p LEFT JOIN events AS e ON e.id = p.event_id
            WHERE e.outcome IS DISTINCT FROM 'parked'
            """),
        Invariant(
            "an event waits in the account of its source",
            """
            SELECT format('Event %s waits in account %s, but its source belongs to account %s.',
                p.event_id, p.account_id, s.account_id)
            FROM parked AS p JOIN events AS e ON e.id = p.event_id
                JOIN sources AS s ON s.number = e.source
            WHERE s.account_id <> p.account_id
            """),
    ]
}
