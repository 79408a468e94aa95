import Database

extension Invariant {
    static let ofPeople: [Invariant] = [
        Invariant(
            "a participant belongs to a campaign of the account, as does the referrer",
            """
            SELECT CASE
                WHEN k.account_id IS DISTINCT FROM p.account_id THEN format(
                    'Participant %s belongs to campaign %s and account %s, which do not belong '
                    || 'together.', p.id, p.campaign_id, p.account_id)
                WHEN r.id IS NULL THEN format(
                    'Participant %s was referred by participant %s, who does not exist.',
                    p.id, p.referred_by)
                WHEN r.id = p.id THEN format('Participant %s is their own referrer.', p.id)
                ELSE format('Participant %s was referred by participant %s of another campaign.',
                    p.id, p.referred_by)
                END
            FROM participants AS p LEFT JOIN campaigns AS k ON k.id = p.campaign_id
                LEFT JOIN participants AS r ON r.id = p.referred_by
            WHERE k.account_id IS DISTINCT FROM p.account_id OR (p.referred_by IS NOT NULL
                AND (r.campaign_id IS DISTINCT FROM p.campaign_id OR r.id = p.id))
            """),
        Invariant(
            "a referral code belongs to one participant",
            """
            SELECT format('Participants %s and %s have the same referral code.', min(id), max(id))
            FROM participants GROUP BY account_id, referral_code HAVING count(*) > 1
            """),
        Invariant(
            "no personal data of a deleted person is left",
            """
            SELECT format('Participant %s was deleted, but a name or an address is left.', id)
            FROM participants
            WHERE erased_at IS NOT NULL AND (email IS NOT NULL OR first_name IS NOT NULL
                OR (NOT EXISTS (SELECT 1 FROM erasures AS x WHERE x.participant_id = id)
                    AND EXISTS (SELECT 1 FROM participant_revisions WHERE participant_id = id
                        AND coalesce(document ->> 'email', document ->> 'first_name') IS NOT NULL)))
            """),
        Invariant(
            "a stored revision of a participant is older than the current one",
            """
            SELECT format('Revision %s of participant %s is stored, %s.', v.revision,
                v.participant_id, CASE WHEN p.id IS NULL THEN 'who does not exist'
                ELSE format('whose revision is %s', p.revision) END)
            FROM participant_revisions AS v LEFT JOIN participants AS p ON p.id = v.participant_id
            WHERE p.id IS NULL OR v.revision >= p.revision
            """),
        Invariant(
            "a customer id names a participant of its campaign",
            """
            SELECT format('A customer id of campaign %s names participant %s, who is %s.',
                c.campaign_id, c.participant_id,
                CASE WHEN p.id IS NULL THEN 'missing' ELSE 'in another campaign' END)
            FROM customers AS c LEFT JOIN participants AS p ON p.id = c.participant_id
            WHERE p.campaign_id IS DISTINCT FROM c.campaign_id
            """),
        Invariant(
            "the customers of all conversions are stored, once that is marked",
            """
            SELECT format('The customer of conversion %s is not stored, although marked as '
                || 'stored.', v.id)
            FROM conversions AS v
            WHERE v.customer IS NOT NULL
                AND v.id <= (SELECT value FROM meta WHERE name = 'customers_entered')
                AND NOT EXISTS (SELECT 1 FROM customers AS c
                    WHERE c.campaign_id = v.campaign_id AND c.customer = v.customer)
            """),
        Invariant(
            "the current rules are stored as a version",
            """
            SELECT format('Version %s of campaign %s is in force, but not stored.', version, id)
            FROM campaigns AS k WHERE NOT EXISTS (SELECT 1 FROM campaign_versions
                WHERE campaign_id = k.id AND version = k.version)
            UNION ALL
            SELECT format('Version %s of source %s is in force, but not stored.', version, number)
            FROM sources AS s WHERE NOT EXISTS (SELECT 1 FROM source_versions
                WHERE source = s.number AND version = s.version)
            """),
    ]
}
