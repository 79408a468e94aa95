import Database
import SQLite

/// The invariants of a refgate database, asked in SQL apart from the product's own code.
package enum Contradictions {
    package static func find(_ connection: Connection) throws -> [String] {
        var found: [String] = []
        if let verdict = try connection.text("PRAGMA integrity_check"), verdict != "ok" {
            found.append("integrity_check: \(verdict)")
        }
        for (sentence, sql) in questions {
            let count = try connection.integer("SELECT count(*) FROM (\(sql))") ?? 0
            if count > 0 { found.append("\(count) × \(sentence)") }
        }
        return found
    }

    /// Each selects what must not be there.
    private static let questions: [(String, String)] = [
        (
            "an event with a conversion of its own that is not there",
            "SELECT 1 FROM events e LEFT JOIN conversions c ON c.id = e.conversion_id "
                + "WHERE e.conversion_id IS NOT NULL AND c.id IS NULL"
        ),
        (
            "a conversion without its event",
            "SELECT 1 FROM conversions c LEFT JOIN events e ON e.id = c.id AND e.conversion_id = c.id "
                + "WHERE e.id IS NULL"
        ),
        (
            "an event said to be rewarded without an issued reward ever",
            "SELECT 1 FROM events e WHERE outcome = 'rewarded' AND conversion_id = id AND NOT EXISTS "
                + "(SELECT 1 FROM rewards r WHERE r.id / 16 = e.id AND r.issued_at IS NOT NULL)"
        ),
        (
            "a reward without its conversion",
            "SELECT 1 FROM rewards r LEFT JOIN conversions c ON c.id = r.id / 16 WHERE c.id IS NULL"
        ),
        (
            "a conversion without the claim of its lead",
            "SELECT 1 FROM conversions c WHERE (SELECT count(*) FROM claims WHERE holder = c.referrer_id "
                + "AND rule = 0 AND subject = c.lead_id AND ref = c.id) <> 1"
        ),
        (
            "a claim without a conversion or a reward",
            "SELECT 1 FROM claims WHERE (rule = 0 AND NOT EXISTS (SELECT 1 FROM conversions WHERE id = ref))"
                + " OR (rule > 0 AND NOT EXISTS (SELECT 1 FROM rewards WHERE id = ref))"
        ),
        (
            "a living reward with another number of slots than one",
            "SELECT 1 FROM rewards r WHERE status NOT IN ('rejected', 'revoked', 'expired', 'in_review') "
                + "AND coalesce(reasons, '') NOT LIKE '%cap_reached%' "
                + "AND (SELECT count(*) FROM claims WHERE rule = r.campaign_reward_id AND ref = r.id) <> 1 "
                + "AND NOT EXISTS (SELECT 1 FROM campaign_rewards cr JOIN campaign_versions v "
                + "ON v.campaign_id = cr.campaign_id WHERE cr.id = r.campaign_reward_id AND "
                + "(json_type(v.document, '$.rewards[' || cr.position || '].cap') = 'array' OR "
                + "json_type(v.document, '$.rewards[' || cr.position || '].every') IS NOT NULL))"
        ),
        (
            "a dead reward that holds a slot",
            "SELECT 1 FROM rewards r WHERE status IN ('rejected', 'revoked', 'expired') AND EXISTS "
                + "(SELECT 1 FROM claims WHERE rule = r.campaign_reward_id AND ref = r.id)"
        ),
        (
            "an issued coupon reward with another number of coupons than one",
            // Of rules that were never for anything else; the audit knows which version a reward is of.
            "SELECT 1 FROM rewards r JOIN campaign_rewards cr ON cr.id = r.campaign_reward_id "
                + "WHERE NOT EXISTS (SELECT 1 FROM campaign_versions v "
                + "WHERE v.campaign_id = cr.campaign_id AND coalesce(json_extract(v.document, "
                + "'$.rewards[' || cr.position || '].kind'), 'coupon') <> 'coupon') "
                + "AND r.status IN ('issued', 'redeemed') AND (SELECT count(*) FROM coupons WHERE "
                + "reward_id = r.id AND state IN ('assigned', 'redeemed')) <> 1"
        ),
        (
            "a coupon given for a reward that has not been issued",
            "SELECT 1 FROM coupons k LEFT JOIN rewards r ON r.id = k.reward_id WHERE k.state IN "
                + "('assigned', 'redeemed') AND (r.id IS NULL OR r.status NOT IN ('issued', 'redeemed', 'in_review')) "
                + "AND (k.state = 'assigned' OR r.redeemed_at IS NULL)"
        ),
        (
            "a coupon reserved for nothing that is held",
            "SELECT 1 FROM coupons k LEFT JOIN rewards r ON r.id = k.reward_id WHERE k.state = 'reserved' "
                + "AND (r.id IS NULL OR r.status NOT IN ('in_review', 'pending'))"
        ),
        (
            "an available coupon that names a reward",
            "SELECT 1 FROM coupons WHERE state = 'available' AND reward_id IS NOT NULL"
        ),
        (
            "a business key of no conversion",
            "SELECT 1 FROM business_keys k LEFT JOIN conversions c ON c.id = k.conversion_id "
                + "WHERE c.id IS NULL"
        ),
        (
            "a parked row whose event is not parked",
            "SELECT 1 FROM parked p LEFT JOIN events e ON e.id = p.event_id "
                + "WHERE e.id IS NULL OR e.outcome <> 'parked'"
        ),
        (
            "a ledger that leaves less than nothing",
            "SELECT 1 FROM rewards r WHERE amount IS NOT NULL AND amount + coalesce("
                + "(SELECT sum(amount) FROM ledger WHERE reward_id = r.id), 0) < 0"
        ),
        (
            "a revoked reward that is still worth something",
            "SELECT 1 FROM rewards r WHERE status = 'revoked' AND amount IS NOT NULL AND amount + coalesce("
                + "(SELECT sum(amount) FROM ledger WHERE reward_id = r.id), 0) <> 0"
        ),
        (
            "a budget that is not the sum of what was granted",
            "SELECT 1 FROM campaign_rewards cr WHERE budget_spent <> coalesce((SELECT sum(CASE WHEN amount IS NOT NULL THEN amount "
                + "WHEN unit = 'unknown' THEN 0 ELSE 1 END) FROM rewards WHERE campaign_reward_id = cr.id), 0) + coalesce((SELECT sum(l.amount) FROM ledger l "
                + "JOIN rewards r ON r.id = l.reward_id WHERE r.campaign_reward_id = cr.id), 0)"
        ),
        (
            "an issued reward that a subscriber is not told of exactly once",
            "SELECT 1 FROM rewards r JOIN webhooks w ON w.document LIKE '%reward.issued%' "
                + "AND w.deleted_at IS NULL AND w.created_at <= r.issued_at "
                + "AND w.account_id = (SELECT c.account_id FROM campaign_rewards cr "
                + "JOIN campaigns c ON c.id = cr.campaign_id WHERE cr.id = r.campaign_reward_id) WHERE r.issued_at IS NOT NULL AND (SELECT count(*) FROM deliveries d WHERE "
                + "d.webhook_id = w.id AND d.type = 'reward.issued' AND d.subject = r.id) <> 1"
        ),
        (
            "a conversion that a subscriber is not told of exactly once",
            "SELECT 1 FROM conversions c JOIN webhooks w ON w.document LIKE '%conversion.created%' "
                + "AND w.deleted_at IS NULL AND w.created_at <= c.created_at "
                + "AND w.account_id = (SELECT account_id FROM campaigns WHERE id = c.campaign_id) "
                + "WHERE NOT EXISTS "
                // Imported from another product, without a notification.
                + "(SELECT 1 FROM events e WHERE e.id = c.id AND e.event_id LIKE 'import:%' "
                + "AND e.body IS NULL) AND (SELECT count(*) FROM deliveries d WHERE "
                + "d.webhook_id = w.id AND d.type = 'conversion.created' AND d.subject = c.id) <> 1"
        ),
        (
            "a delivery about something that is not there",
            "SELECT 1 FROM deliveries d WHERE d.subject <> 0 AND ((type LIKE 'reward.%' AND NOT EXISTS (SELECT 1 FROM rewards "
                + "WHERE id = subject)) OR (type LIKE 'conversion.%' AND NOT EXISTS "
                + "(SELECT 1 FROM conversions WHERE id = subject)))"
        ),
    ]
}
