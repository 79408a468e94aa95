import Database

extension Invariant {
    /// The invariants of waitlists. Lists that are still being filled are compared when that is done.
    static let ofSignups: [Invariant] = [
        Invariant(
            "a participant of a waitlist is a signup, unless deleted, and every signup is a participant",
            """
            SELECT format('Participant %s of waitlist %s is no signup.', p.id, p.campaign_id)
            FROM waitlists AS w JOIN participants AS p ON p.campaign_id = w.campaign_id
            WHERE w.fill_from >= w.fill_end AND p.erased_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM signups WHERE participant_id = p.id)
            UNION ALL
            SELECT format('The signup of participant %s belongs to no participant of campaign %s.',
                s.participant_id, s.campaign_id)
            FROM signups AS s LEFT JOIN participants AS p ON p.id = s.participant_id
            WHERE p.campaign_id IS DISTINCT FROM s.campaign_id OR p.erased_at IS NOT NULL
                OR p.joined_at <> s.joined_at
            """),
        Invariant(
            "a signup counts the signups that it has referred and that are not rejected",
            """
            SELECT format('The signup of participant %s counts %s referrals instead of %s.',
                s.participant_id, -s.behind, coalesce(r.count, 0))
            FROM signups AS s LEFT JOIN (SELECT p.referred_by, count(*) AS count
                    FROM signups AS o JOIN participants AS p ON p.id = o.participant_id
                    WHERE o.status <> 'rejected' AND p.referred_by IS NOT NULL
                    GROUP BY p.referred_by) AS r ON r.referred_by = s.participant_id
            WHERE -s.behind <> coalesce(r.count, 0) AND NOT EXISTS (SELECT 1 FROM waitlists AS w
                WHERE w.campaign_id = s.campaign_id AND w.fill_from < w.fill_end)
            """),
        Invariant(
            "a block of signups counts those from its beginning to the next block's",
            """
            SELECT format('A block of the %s signups of waitlist %s counts %s instead of %s.',
                b.status, b.campaign_id, b.size, b.found)
            FROM (SELECT o.*, (SELECT count(*) FROM signups AS s
                    WHERE s.campaign_id = o.campaign_id AND s.status = o.status
                        AND (s.behind, s.joined_at, s.participant_id)
                            >= (o.behind, o.joined_at, o.participant_id)
                        AND (o.next_behind IS NULL
                            OR (s.behind, s.joined_at, s.participant_id)
                                < (o.next_behind, o.next_joined, o.next_participant))) AS found
                FROM (SELECT campaign_id, status, behind, joined_at, participant_id, size,
                        lead(behind) OVER place AS next_behind,
                        lead(joined_at) OVER place AS next_joined,
                        lead(participant_id) OVER place AS next_participant
                    FROM signup_blocks
                    WINDOW place AS (PARTITION BY campaign_id, status
                        ORDER BY behind, joined_at, participant_id)) AS o) AS b
            WHERE b.size <> b.found
            """),
        Invariant(
            "every signup lies in a block",
            """
            SELECT format('The %s signups of waitlist %s are %s, and their blocks count %s.',
                s.status, s.campaign_id, s.count, coalesce(b.count, 0))
            FROM (SELECT campaign_id, status, count(*) AS count FROM signups
                    GROUP BY campaign_id, status) AS s
                LEFT JOIN (SELECT campaign_id, status, sum(size) AS count FROM signup_blocks
                    GROUP BY campaign_id, status) AS b
                ON b.campaign_id = s.campaign_id AND b.status = s.status
            WHERE s.count <> coalesce(b.count, 0)
            """),
    ]
}
