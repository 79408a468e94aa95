import Database

extension Invariant {
    /// The running counts, the multiples of rewards, and the rewards that wait for goals.
    static let ofHistory: [Invariant] = [
        Invariant(
            "a running count of a referrer is the number of their approved conversions",
            """
            SELECT format('The running count of referrer %s is %s, but %s conversions are approved.',
                n.holder, n.counted, n.found)
            FROM (SELECT k.holder, k.ref & 2147483647 AS counted,
                    (SELECT count(*) FROM claims AS o JOIN conversions AS c ON c.id = o.ref
                        WHERE o.holder = k.holder AND o.rule = 0 AND c.status = 'approved') AS found
                FROM claims AS k
                WHERE k.rule = -1 AND k.holder <> 0 AND k.subject = 0 AND k.slot = 0) AS n
            WHERE n.counted <> n.found
            """),
        Invariant(
            "a running count of a lead is the number of their approved conversions",
            """
            SELECT format('The running count of lead %s is %s, but %s conversions are approved.',
                n.subject, n.counted, n.found)
            FROM (SELECT k.subject, k.ref & 2147483647 AS counted,
                    (SELECT count(*) FROM claims AS o JOIN conversions AS c ON c.id = o.ref
                        WHERE o.holder = k.holder AND o.rule = 0 AND o.subject = k.subject
                        AND c.status = 'approved') AS found
                FROM claims AS k
                WHERE k.rule = -1 AND k.holder <> 0 AND k.subject <> 0 AND k.slot = 0) AS n
            WHERE n.counted <> n.found
            """),
        Invariant(
            "a running count of a campaign is the number of its approved conversions",
            """
            SELECT format('The running count of campaign %s is %s, but %s conversions are approved.',
                n.subject, n.counted, n.found)
            FROM (SELECT k.subject, k.ref & 2147483647 AS counted,
                    (SELECT count(*) FROM conversions AS c
                        WHERE c.campaign_id = k.subject AND c.status = 'approved') AS found
                FROM claims AS k
                WHERE k.rule = -1 AND k.holder = 0 AND k.slot = 0) AS n
            WHERE n.counted <> n.found
            """),
        Invariant(
            "a running count of rewards is the number of the referrer's rewards that hold a slot",
            """
            SELECT format('The running count of rewards of referrer %s is %s, but %s hold a slot.',
                n.holder, n.counted, n.found)
            FROM (SELECT k.holder, k.ref & 2147483647 AS counted,
                    (SELECT count(*) FROM claims AS o JOIN rewards AS r
                            ON r.id >= o.ref * 16 AND r.id < (o.ref + 1) * 16
                        WHERE o.holder = k.holder AND o.rule = 0 AND r.beneficiary_id = k.holder
                        AND \(RunningCounts.holdsSlot("r"))) AS found
                FROM claims AS k WHERE k.rule = -2 AND k.slot = 0) AS n
            WHERE n.counted <> n.found
            """),
        Invariant(
            "a multiple is held by a reward of its rule that holds its place",
            """
            SELECT format('Multiple %s of campaign reward %s names reward %s, which is %s.', m.slot,
                m.rule, m.reward_id, coalesce(r.status, 'missing'))
            FROM milestones AS m LEFT JOIN rewards AS r
                ON r.id = m.reward_id AND r.campaign_reward_id = m.rule
                LEFT JOIN conversions AS c ON c.id = m.reward_id / 16
            WHERE r.id IS NULL OR m.holder <> c.referrer_id OR m.subject NOT IN (0, c.lead_id)
                OR r.status NOT IN ('in_review', 'pending', 'waiting_stock', 'issued', 'redeemed')
            """),
        // A used reward whose multiple is no longer reached waits for an operator, and keeps it.
        Invariant(
            "a multiple that a reward holds is reached",
            """
            SELECT format('Reward %s holds multiple %s of campaign reward %s, but %s are approved.',
                m.reward_id, m.slot, m.rule, coalesce(k.ref & 2147483647, 0))
            FROM milestones AS m JOIN rewards AS r ON r.id = m.reward_id
                LEFT JOIN claims AS k ON k.holder = m.holder AND k.rule = -1
                    AND k.subject = m.subject AND k.slot = 0
            WHERE r.status <> 'in_review' AND m.slot > coalesce(k.ref & 2147483647, 0)
            """),
        Invariant(
            "a reward that waits for a goal is held, and is of a conversion of the lead",
            """
            SELECT format('Reward %s waits for the goal %s of participant %s, but is %s.', w.reward_id,
                w.goal, w.participant_id, coalesce(r.status, 'missing'))
            FROM awaited_goals AS w LEFT JOIN rewards AS r ON r.id = w.reward_id
                LEFT JOIN conversions AS c ON c.id = w.reward_id / 16
            WHERE r.id IS NULL OR r.status NOT IN ('pending', 'waiting_stock')
                OR c.lead_id IS DISTINCT FROM w.participant_id
            """),
        Invariant(
            "a change of an approval belongs to a conversion",
            """
            SELECT format('Change %s of the approval of conversion %s: there is no such conversion.',
                a.entry, a.conversion_id)
            FROM approvals AS a LEFT JOIN conversions AS c ON c.id = a.conversion_id
            WHERE c.id IS NULL
            """),
    ]
}
