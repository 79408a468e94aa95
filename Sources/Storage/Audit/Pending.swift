import Database
import Time

/// Work that is due and not yet done. It is no violation: a running gateway does it within a
/// second, and without a gateway it waits for the next start.
package enum Pending {
    /// Calls the closure with a sentence for each kind of due work, with its number.
    static func check(
        _ session: any Session, at now: Instant, _ report: (String) -> Void
    ) throws(StorageError) {
        for sql in queries {
            let statement = try session.prepare(sql)
            try statement.bind(1, now.microseconds)
            while try statement.step() { report(statement.text(0)) }
        }
    }

    private static let queries: [SQL] = [
        // It binds a time that it does not use, so that all queries are run alike.
        """
        SELECT format('%s rewards of campaign %s wait for a coupon, although %s coupons are unused.',
            waiting, campaign_id, unused)
        FROM (
            SELECT k.campaign_id, count(*) AS waiting, (SELECT count(*) FROM coupons AS u
                WHERE u.campaign_id = k.campaign_id AND u.state = 'available') AS unused
            FROM rewards AS r JOIN campaign_rewards AS k ON k.id = r.campaign_reward_id
            WHERE r.status = 'waiting_stock' AND ?1 IS NOT NULL GROUP BY k.campaign_id)
        WHERE unused > 0
        """,
        """
        SELECT format('%s rewards are held, although their hold has ended.', count(*))
        FROM rewards WHERE status = 'pending' AND held_until <= ?1 HAVING count(*) > 0
        """,
        """
        SELECT format('%s people were deleted, but part of their history is not erased yet.', count(*))
        FROM erasures WHERE ?1 IS NOT NULL HAVING count(*) > 0
        """,
        """
        SELECT format('%s parked events have reached the end of their waiting time.', count(DISTINCT event_id))
        FROM parked WHERE expires_at <= ?1 HAVING count(*) > 0
        """,
        """
        SELECT format('%s parked events can be decided: the record they waited for exists.',
            count(DISTINCT event_id))
        FROM parked AS p
        WHERE expires_at > ?1 AND (
            (awaits = 'code' AND EXISTS (SELECT 1 FROM participants
                WHERE account_id = p.account_id AND referral_code = p.key))
            OR (awaits = 'business_key' AND EXISTS (SELECT 1 FROM business_keys
                WHERE account_id = p.account_id AND key = p.key)))
        HAVING count(*) > 0
        """,
    ]
}
