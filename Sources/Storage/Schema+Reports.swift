extension Schema {
    /// The counters of reports. A change of state is counted when it happens, so that past days
    /// never change, and a report reads counters, not rows.
    static let reports = """
        -- How often something changed from state `was` to `became` in a span of time that begins at `start`: an
        -- hour, a day or a month in UTC. `was` is empty for what is new. `detail` is the reasons of an event or
        -- the kind of a reward. `amount` is in `unit`: a currency, or points (see Transition).
        -- Campaign and source are 0 where there is none.
        CREATE TABLE report_counts(
            span TEXT NOT NULL CHECK (span IN ('hour', 'day', 'month')),
            start INTEGER NOT NULL,
            account_id INTEGER NOT NULL,
            campaign_id INTEGER NOT NULL,
            source INTEGER NOT NULL,
            subject TEXT NOT NULL,
            was TEXT NOT NULL,
            became TEXT NOT NULL,
            detail TEXT NOT NULL,
            unit TEXT NOT NULL,
            count INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            PRIMARY KEY (span, start, account_id, campaign_id, source, subject, was, became, detail, unit)
        ) STRICT, WITHOUT ROWID;

        -- Rows of a former release are still to be counted, each at its own time (see ReportHistory).
        INSERT INTO meta SELECT 'report_history', 'participants:0'
            WHERE EXISTS (SELECT 1 FROM participants) OR EXISTS (SELECT 1 FROM events);
        """
}
