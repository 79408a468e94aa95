import Database

extension Invariant {
    /// The statuses in which a reward holds its slot (RewardStatus.holdsSlot).
    private static let live = "'in_review', 'pending', 'waiting_stock', 'issued', 'redeemed'"

    static let ofRewards: [Invariant] = [
        Invariant(
            "a reward belongs to a conversion, a rule of its campaign, and its lead or referrer",
            """
            SELECT CASE
                WHEN c.id IS NULL THEN format(
                    'Reward %s has no conversion: there is none with the number %s.',
                    r.id, r.id / 16)
                WHEN k.campaign_id IS DISTINCT FROM c.campaign_id THEN format(
                    'Reward %s has campaign reward %s of another campaign.',
                    r.id, r.campaign_reward_id)
                WHEN k.position <> r.id % 16 AND NOT EXISTS
                    (SELECT 1 FROM approvals AS a WHERE a.conversion_id = c.id) THEN format(
                    'Reward %s has campaign reward %s, whose place is %s and not %s.',
                    r.id, r.campaign_reward_id, k.position, r.id % 16)
                ELSE format(
                    'Reward %s is for participant %s, neither lead nor referrer of its conversion.',
                    r.id, r.beneficiary_id)
                END
            FROM rewards AS r LEFT JOIN conversions AS c ON c.id = r.id / 16
                LEFT JOIN campaign_rewards AS k ON k.id = r.campaign_reward_id
            WHERE c.id IS NULL OR k.campaign_id IS DISTINCT FROM c.campaign_id
                OR (k.position <> r.id % 16 AND NOT EXISTS
                    (SELECT 1 FROM approvals AS a WHERE a.conversion_id = c.id))
                OR r.beneficiary_id NOT IN (c.lead_id, c.referrer_id)
            """),
        Invariant(
            "a reward has the times that its status requires",
            """
            SELECT CASE status WHEN 'pending'
                THEN format('Reward %s is held, but the end of its hold is not stored.', id)
                ELSE format('Reward %s is %s, but the time of its issue is not stored.', id, status) END
            FROM rewards
            WHERE (status = 'pending' AND held_until IS NULL)
                OR (status IN ('issued', 'redeemed') AND issued_at IS NULL)
            """),
        Invariant(
            "a line of the ledger belongs to a reward and to an event of its conversion",
            """
            SELECT format('Line %s of the ledger of reward %s %s.', l.entry, l.reward_id,
                CASE WHEN r.id IS NULL THEN 'has no reward' WHEN l.amount = 0 THEN 'changes nothing'
                ELSE format('comes from event %s, which does not name its conversion', l.event_id)
                END)
            FROM ledger AS l LEFT JOIN rewards AS r ON r.id = l.reward_id
                LEFT JOIN events AS e ON e.id = l.event_id
            WHERE r.id IS NULL OR l.amount = 0 OR (l.event_id IS NOT NULL
                AND e.conversion_id IS DISTINCT FROM l.reward_id / 16)
            """),
        Invariant(
            "no line of the ledger is missing",
            """
            SELECT format('The ledger of reward %s has missing lines: there are %s, and the last is number %s '
                || '(they count from 0).', reward_id, count(*), max(entry))
            FROM ledger GROUP BY reward_id HAVING min(entry) <> 0 OR max(entry) <> count(*) - 1
            """),
    ]

    /// Live rewards that hold no slot, or more than one. Expensive: `claims` has no index by
    /// reward, so SQLite sorts them all. Run only if counting has shown that there are such
    /// rewards.
    ///
    /// A reinstated reward whose slot was taken meanwhile has none, and has the reason
    /// `cap_reached`.
    package static let slotsOfRewards: [Invariant] = [
        Invariant(
            "a live reward holds a slot",
            """
            SELECT format('Reward %s is %s, but holds no slot of campaign reward %s.',
                r.id, r.status, r.campaign_reward_id)
            FROM rewards AS r
            WHERE r.status IN (\(live)) AND r.id NOT IN (SELECT ref FROM claims WHERE rule > 0)
                AND ',' || coalesce(r.reasons, '') || ',' NOT LIKE '%,cap_reached,%'
            """),
        Invariant(
            "a reward holds at most one slot",
            """
            SELECT format('Reward %s holds %s slots of campaign reward %s.', ref, count(*), rule)
            FROM claims WHERE rule > 0 GROUP BY rule, ref HAVING count(*) > 1
            """),
    ]
}
