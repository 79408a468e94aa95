import Database

extension Invariant {
    static let ofCoupons: [Invariant] = [
        Invariant(
            "a coupon that is not available belongs to a reward of its campaign that may have one",
            """
            SELECT CASE
                WHEN u.state NOT IN ('available', 'reserved', 'assigned', 'redeemed', 'voided')
                    THEN format('Coupon %s is “%s”, which is not a state of a coupon.', u.id, u.state)
                WHEN u.state = 'available' THEN format(
                    'Coupon %s is available, but names reward %s.', u.id, u.reward_id)
                WHEN u.reward_id IS NULL THEN format(
                    'Coupon %s is %s, but names no reward.', u.id, u.state)
                WHEN r.id IS NULL THEN format('Coupon %s is %s for reward %s, which does not exist.',
                    u.id, u.state, u.reward_id)
                WHEN c.campaign_id IS DISTINCT FROM u.campaign_id THEN format(
                    'Coupon %s of campaign %s is %s for reward %s of another campaign.',
                    u.id, u.campaign_id, u.state, u.reward_id)
                ELSE format('Coupon %s is %s for reward %s, which is %s.',
                    u.id, u.state, u.reward_id, r.status)
                END
            FROM coupons AS u LEFT JOIN rewards AS r ON r.id = u.reward_id
                LEFT JOIN conversions AS c ON c.id = u.reward_id / 16
            WHERE CASE u.state
                WHEN 'available' THEN u.reward_id IS NOT NULL
                WHEN 'voided' THEN u.reward_id IS NOT NULL AND r.id IS NULL
                WHEN 'reserved' THEN r.status IS NULL OR c.campaign_id IS DISTINCT FROM u.campaign_id
                    OR r.status NOT IN ('in_review', 'pending')
                WHEN 'assigned' THEN r.status IS NULL OR c.campaign_id IS DISTINCT FROM u.campaign_id
                    OR r.status NOT IN ('in_review', 'pending', 'issued', 'redeemed')
                WHEN 'redeemed' THEN r.status IS NULL OR c.campaign_id IS DISTINCT FROM u.campaign_id
                    OR r.status NOT IN ('issued', 'redeemed', 'in_review', 'revoked', 'rejected')
                ELSE 1 END
            """),
        Invariant(
            "a reward has at most one coupon",
            """
            SELECT format('Reward %s has %s coupons.', reward_id, count(*)) FROM coupons
            WHERE reward_id IS NOT NULL AND state <> 'voided'
            GROUP BY reward_id HAVING count(*) > 1
            """),
        Invariant(
            "a coupon code appears once in its pool",
            """
            SELECT format('Coupons %s and %s of campaign %s have the same code.',
                min(id), max(id), campaign_id)
            FROM coupons GROUP BY campaign_id, code HAVING count(*) > 1
            """),
        Invariant(
            "the counts of a pool are those of its coupons",
            """
            SELECT format('Campaign %s has counted %s more coupons that are %s than it has.',
                campaign_id, sum(n), state)
            FROM (SELECT campaign_id, state, count AS n FROM coupon_counts
                UNION ALL SELECT campaign_id, state, -count(*) FROM coupons
                    GROUP BY campaign_id, state) AS counts
            GROUP BY campaign_id, state HAVING sum(n) <> 0
            """),
        Invariant(
            "a coupon belongs to a campaign",
            """
            SELECT format('Coupons of campaign %s, which does not exist: %s.',
                campaign_id, count(*))
            FROM coupons GROUP BY campaign_id
            HAVING NOT EXISTS (SELECT 1 FROM campaigns WHERE id = campaign_id)
            """),
    ]
}
