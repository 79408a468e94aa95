import Database

extension Invariant {
    /// The counters of reports and the rows that they count. Run only if the rows are consistent:
    /// otherwise the counters differ from them too, which says nothing new.
    package static let ofReports: [Invariant] = [
        counted(
            "participant", "participants", by: "campaign_id",
            """
            SELECT campaign_id AS owner,
                CASE WHEN referred_by IS NULL THEN 'referrer' ELSE 'lead' END AS state,
                count(*) AS count
            FROM participants GROUP BY campaign_id, referred_by IS NULL
            """),
        counted(
            "event", "events", by: "account_id",
            """
            SELECT s.account_id AS owner, e.outcome AS state, count(*) AS count
            FROM events AS e JOIN sources AS s ON s.number = e.source
            GROUP BY s.account_id, e.outcome
            """),
        counted(
            "conversion", "conversions", by: "campaign_id",
            """
            SELECT campaign_id AS owner, status AS state, count(*) AS count
            FROM conversions GROUP BY campaign_id, status
            """),
        counted(
            "reward", "rewards", by: "campaign_id",
            """
            SELECT k.campaign_id AS owner, r.status AS state, count(*) AS count
            FROM rewards AS r JOIN campaign_rewards AS k ON k.id = r.campaign_reward_id
            GROUP BY k.campaign_id, r.status
            """),
        Invariant(
            "the amounts of reports are what the rewards are worth",
            """
            SELECT format('Reports sum the %s rewards of campaign %s up to %s %s, and they are worth %s.',
                coalesce(c.state, w.state), coalesce(c.campaign, w.campaign),
                coalesce(c.amount, 0), coalesce(c.unit, w.unit), coalesce(w.amount, 0))
            FROM (SELECT campaign, state, unit, sum(CAST(amount AS REAL)) AS amount
                    FROM (SELECT campaign_id AS campaign, became AS state, unit, amount
                        FROM report_counts WHERE span = 'hour' AND subject = 'reward' AND unit <> ''
                        UNION ALL SELECT campaign_id, was, unit, -amount FROM report_counts
                        WHERE span = 'hour' AND subject = 'reward' AND unit <> '' AND was <> ''
                            AND was <> became)
                    WHERE state IN (\(live)) GROUP BY campaign, state, unit) AS c
                FULL JOIN (SELECT k.campaign_id AS campaign, r.status AS state, r.unit AS unit,
                        sum(CAST(r.amount AS REAL) + coalesce((SELECT sum(amount) FROM ledger
                            WHERE reward_id = r.id), 0)) AS amount
                    FROM rewards AS r JOIN campaign_rewards AS k ON k.id = r.campaign_reward_id
                    WHERE r.amount IS NOT NULL AND r.status IN (\(live))
                    GROUP BY k.campaign_id, r.status, r.unit) AS w
                ON w.campaign = c.campaign AND w.state = c.state AND w.unit = c.unit
            WHERE coalesce(c.amount, 0) <> coalesce(w.amount, 0)
                AND coalesce(c.amount, 0) BETWEEN -4e15 AND 4e15
                AND coalesce(w.amount, 0) BETWEEN -4e15 AND 4e15
            """),
        Invariant(
            "the counters of days are those of months, and not above those of hours",
            """
            SELECT format('Reports of account %s count %s changes by the hour, %s by the day, and %s by the month.',
                account_id, hours, days, months)
            FROM (SELECT account_id, sum(CASE span WHEN 'hour' THEN count ELSE 0 END) AS hours,
                    sum(CASE span WHEN 'day' THEN count ELSE 0 END) AS days,
                    sum(CASE span WHEN 'month' THEN count ELSE 0 END) AS months
                FROM report_counts GROUP BY account_id)
            WHERE days <> months OR days > hours
            """),
    ]

    /// The statuses in which a reward holds its slot (RewardStatus.holdsSlot).
    private static let live = "'in_review', 'pending', 'waiting_stock', 'issued', 'redeemed'"

    /// The changes into a state, minus those out of it, are the rows in it.
    private static func counted(
        _ subject: String, _ plural: String, by owner: String, _ stored: String
    ) -> Invariant {
        Invariant(
            "reports count each of the \(plural) once, in its state",
            """
            SELECT format('Reports count %s \(plural) as %s in \(owner) %s, and there are %s.',
                coalesce(c.count, 0), coalesce(c.state, s.state), coalesce(c.owner, s.owner),
                coalesce(s.count, 0))
            FROM (SELECT owner, state, sum(count) AS count
                    FROM (SELECT \(owner) AS owner, became AS state, count FROM report_counts
                        WHERE span = 'hour' AND subject = '\(subject)'
                        UNION ALL SELECT \(owner), was, -count FROM report_counts
                        WHERE span = 'hour' AND subject = '\(subject)' AND was <> '')
                    GROUP BY owner, state) AS c
                FULL JOIN (\(stored)) AS s ON s.owner = c.owner AND s.state = c.state
            WHERE coalesce(c.count, 0) <> coalesce(s.count, 0)
            """)
    }
}
