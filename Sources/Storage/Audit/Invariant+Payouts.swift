import Database

extension Invariant {
    static let ofPayouts: [Invariant] = [
        Invariant(
            "a payout comes to the sum of its lines",
            """
            SELECT format('Payout %s has %s rewards and comes to %s, but it has %s lines, which come to %s.',
                p.id, p.rewards, p.total, coalesce(l.count, 0), coalesce(l.amount, 0))
            FROM payouts AS p LEFT JOIN (SELECT payout_id, count(*) AS count, sum(amount) AS amount
                FROM payout_lines GROUP BY payout_id) AS l ON l.payout_id = p.id
            WHERE p.rewards <> coalesce(l.count, 0) OR p.total <> coalesce(l.amount, 0)
            """),
        Invariant(
            "a reward is in one payout that has not failed",
            """
            SELECT format('Reward %s is in %s payouts that have not failed.', reward_id, count(*))
            FROM payout_lines WHERE state <> 'freed' GROUP BY reward_id HAVING count(*) > 1
            """),
        Invariant(
            "a line of a payout is a reward in its currency, in a state that the payout allows",
            """
            SELECT format('Payout %s, which is %s, has reward %s, which is %s, with the amount %s, %s.',
                l.payout_id, coalesce(p.status, 'missing'), l.reward_id,
                coalesce(r.status, 'missing'), l.amount, l.state)
            FROM payout_lines AS l LEFT JOIN payouts AS p ON p.id = l.payout_id
                LEFT JOIN rewards AS r ON r.id = l.reward_id
            WHERE p.id IS NULL OR r.id IS NULL OR r.beneficiary_id <> l.participant_id
                OR r.unit IS DISTINCT FROM p.currency
                OR (l.state = 'held' AND p.status NOT IN ('gathering', 'open', 'paying', 'failing'))
                OR (l.state = 'paid' AND p.status NOT IN ('paying', 'paid'))
                OR (l.state = 'freed' AND p.status NOT IN ('failing', 'failed'))
                OR (l.state = 'held' AND p.status IN ('gathering', 'open') AND (r.status <> 'issued'
                    OR l.amount <> r.amount + coalesce((SELECT sum(amount) FROM ledger
                        WHERE reward_id = r.id), 0)))
            """),
        Invariant(
            "a reward that waits for a payout is issued and in none",
            """
            SELECT format('Reward %s waits for a payout, but it is %s.', q.reward_id,
                CASE WHEN r.id IS NULL THEN 'missing' WHEN r.status <> 'issued' THEN r.status
                ELSE 'in a payout, or recorded with another currency or time of issue' END)
            FROM payables AS q LEFT JOIN rewards AS r ON r.id = q.reward_id
            WHERE r.status IS DISTINCT FROM 'issued' OR r.issued_at IS DISTINCT FROM q.issued_at
                OR r.unit IS DISTINCT FROM q.currency
                OR EXISTS (SELECT 1 FROM payout_lines AS l
                    WHERE l.reward_id = q.reward_id AND l.state <> 'freed')
            """),
        // Of rules that were never for anything but cash.
        Invariant(
            "an issued cash reward waits for a payout or is in one",
            """
            SELECT format('Reward %s is issued in cash, but neither waits for a payout nor is in one.', r.id)
            FROM rewards AS r JOIN campaign_rewards AS g ON g.id = r.campaign_reward_id
                JOIN campaigns AS k ON k.id = g.campaign_id
            WHERE r.status = 'issued' AND r.amount IS NOT NULL AND r.unit <> 'points'
                AND EXISTS (SELECT 1 FROM campaign_versions AS v WHERE v.campaign_id = k.id
                    AND v.document -> 'rewards' -> g.position ->> 'kind' = 'cash')
                AND NOT EXISTS (SELECT 1 FROM campaign_versions AS v WHERE v.campaign_id = k.id
                    AND coalesce(v.document -> 'rewards' -> g.position ->> 'kind', 'coupon') <> 'cash')
                AND NOT EXISTS (SELECT 1 FROM payables AS q WHERE q.account_id = k.account_id
                    AND q.currency = r.unit AND q.issued_at = r.issued_at AND q.reward_id = r.id)
                AND NOT EXISTS (SELECT 1 FROM payout_lines AS l
                    WHERE l.reward_id = r.id AND l.state <> 'freed')
            """),
        Invariant(
            "the totals of a participant are the sums of their paid lines",
            """
            SELECT format('Participant %s was paid %s %s by the totals, and %s by the payouts.',
                coalesce(t.participant_id, l.participant_id), coalesce(t.amount, 0),
                coalesce(t.currency, l.currency), coalesce(l.amount, 0))
            FROM (SELECT participant_id, currency, sum(rewards) AS rewards, sum(amount) AS amount
                    FROM payout_totals GROUP BY participant_id, currency) AS t
                FULL JOIN (SELECT n.participant_id, p.currency, count(*) AS rewards,
                        sum(n.amount) AS amount
                    FROM payout_lines AS n JOIN payouts AS p ON p.id = n.payout_id
                    WHERE n.state = 'paid' GROUP BY n.participant_id, p.currency) AS l
                ON l.participant_id = t.participant_id AND l.currency = t.currency
            WHERE coalesce(t.rewards, 0) <> coalesce(l.rewards, 0)
                OR coalesce(t.amount, 0) <> coalesce(l.amount, 0)
            """),
        Invariant(
            "no payout destination of a deleted person is left",
            """
            SELECT format('Participant %s was deleted, but a payout destination is left.', p.id)
            FROM payout_destinations AS d JOIN participants AS p ON p.id = d.participant_id
            WHERE p.erased_at IS NOT NULL
            """),
    ]
}
