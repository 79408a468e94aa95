import Database

extension Invariant {
    static let ofConversions: [Invariant] = [
        Invariant(
            "a conversion has a lead and a referrer of its campaign",
            """
            SELECT CASE
                WHEN c.lead_id = c.referrer_id THEN format(
                    'Conversion %s has participant %s as lead and as referrer.', c.id, c.lead_id)
                WHEN k.id IS NULL THEN format(
                    'Conversion %s belongs to campaign %s, which does not exist.', c.id, c.campaign_id)
                WHEN l.campaign_id IS DISTINCT FROM c.campaign_id THEN format(
                    'The lead of conversion %s, participant %s, is not in its campaign.',
                    c.id, c.lead_id)
                ELSE format(
                    'The referrer of conversion %s, participant %s, is not in its campaign.',
                    c.id, c.referrer_id)
                END
            FROM conversions AS c LEFT JOIN campaigns AS k ON k.id = c.campaign_id
                LEFT JOIN participants AS l ON l.id = c.lead_id
                LEFT JOIN participants AS r ON r.id = c.referrer_id
            WHERE k.id IS NULL OR l.campaign_id IS DISTINCT FROM c.campaign_id
                OR r.campaign_id IS DISTINCT FROM c.campaign_id OR c.lead_id = c.referrer_id
            """),
        Invariant(
            "a conversion that was created long after the arrival of its event is listed as late",
            """
            SELECT format('Conversion %s was created late, and is not listed as such.', c.id)
            FROM conversions AS c JOIN events AS e ON e.id = c.id
            WHERE c.created_at > e.received_at + 30000000 AND NOT EXISTS
                (SELECT 1 FROM late_conversions AS l
                WHERE l.created_at = c.created_at AND l.conversion_id = c.id)
            """),
        Invariant(
            "a claim on a lead belongs to a conversion",
            """
            SELECT format('The claim of participant %s on lead %s, slot %s, names conversion %s, '
                || 'which is %s.', k.holder, k.subject, k.slot, k.ref,
                CASE WHEN c.id IS NULL THEN 'missing'
                WHEN c.referrer_id <> k.holder OR c.lead_id <> k.subject
                    THEN format('of lead %s and referrer %s', c.lead_id, c.referrer_id)
                ELSE 'neither the slot of a first conversion nor its own' END)
            FROM claims AS k LEFT JOIN conversions AS c ON c.id = k.ref
            WHERE k.rule = 0 AND (c.id IS NULL OR c.referrer_id <> k.holder
                OR c.lead_id <> k.subject OR k.slot NOT IN (0, k.ref))
            """),
        // The key of claims begins with the holder, so it prevents a lead from converting twice
        // only under one referrer. Of two referrers at most one is the lead's own: the other's
        // claims are checked.
        Invariant(
            "a lead has at most one first conversion over all referrers",
            """
            SELECT format('Lead %s has converted %s times where it may once.', k.subject,
                count(*) + EXISTS (SELECT 1 FROM claims AS o WHERE o.holder = p.referred_by
                    AND o.rule = 0 AND o.subject = k.subject AND o.slot = 0))
            FROM claims AS k JOIN participants AS p ON p.id = k.subject
            WHERE k.rule = 0 AND k.slot = 0 AND p.referred_by IS DISTINCT FROM k.holder
            GROUP BY k.subject
            HAVING count(*) + EXISTS (SELECT 1 FROM claims AS o WHERE o.holder = p.referred_by
                AND o.rule = 0 AND o.subject = k.subject AND o.slot = 0) > 1
            """),
        Invariant(
            "a business key names a conversion of its campaign and account",
            """
            SELECT format('Business key “%s” of campaign %s names conversion %s, which is %s.',
                b.key, b.campaign_id, b.conversion_id,
                CASE WHEN c.id IS NULL THEN 'missing'
                WHEN c.campaign_id <> b.campaign_id THEN 'of another campaign'
                ELSE 'of another account' END)
            FROM business_keys AS b LEFT JOIN conversions AS c ON c.id = b.conversion_id
                LEFT JOIN campaigns AS k ON k.id = b.campaign_id
            WHERE c.campaign_id IS DISTINCT FROM b.campaign_id OR k.account_id IS DISTINCT FROM b.account_id
            """),
        Invariant(
            "a reversal belongs to the conversion that its event names",
            """
            SELECT format('Reversal %s of conversion %s comes from event %s, %s.', v.entry,
                v.conversion_id, v.event_id,
                CASE WHEN c.id IS NULL THEN 'but there is no such conversion'
                WHEN e.id IS NULL THEN 'which does not exist'
                ELSE 'which does not name that conversion' END)
            FROM reversals AS v LEFT JOIN conversions AS c ON c.id = v.conversion_id
                LEFT JOIN events AS e ON e.id = v.event_id
            WHERE c.id IS NULL OR e.conversion_id IS DISTINCT FROM v.conversion_id
            """),
        Invariant(
            "no reversal is missing",
            """
            SELECT format('Reversals of conversion %s are missing: there are %s, and the last is number '
                || '%s (they count from 0).', conversion_id, count(*), max(entry))
            FROM reversals GROUP BY conversion_id
            HAVING min(entry) <> 0 OR max(entry) <> count(*) - 1
            """),
    ]
}
