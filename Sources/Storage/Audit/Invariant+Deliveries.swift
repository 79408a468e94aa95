import Referrals

extension Invariant {
    static let ofDeliveries: [Invariant] = [
        Invariant(
            "a delivery is for a webhook",
            """
            SELECT format('%d deliveries are for webhook %d, which is not there.',
                count(*), webhook_id)
            FROM deliveries GROUP BY webhook_id
            HAVING NOT EXISTS (SELECT 1 FROM webhooks WHERE id = webhook_id)
            """),
        Invariant(
            "what a delivery tells of is there",
            """
            SELECT format('Delivery %d of webhook %d tells “%s” of number %d, which is not there.',
                d.id, d.webhook_id, d.type, d.subject)
            FROM deliveries AS d
            WHERE CASE
                WHEN d.type IN ('conversion.created', 'conversion.updated', 'lead.qualified')
                    THEN NOT EXISTS (SELECT 1 FROM conversions WHERE id = d.subject)
                WHEN d.type IN ('reward.issued', 'reward.updated')
                    THEN NOT EXISTS (SELECT 1 FROM rewards WHERE id = d.subject)
                WHEN d.type IN ('lead.created', 'affiliate.created', 'affiliate.updated')
                    THEN NOT EXISTS (SELECT 1 FROM participants WHERE id = d.subject)
                WHEN d.type IN ('coupon_pool.low', 'coupon_pool.exhausted')
                    THEN NOT EXISTS (SELECT 1 FROM campaigns WHERE id = d.subject)
                WHEN d.type = 'event.parked'
                    THEN NOT EXISTS (SELECT 1 FROM events WHERE id = d.subject)
                ELSE 0 END
            """),
        Invariant(
            "a delivery has a type and a status that are known",
            """
            SELECT format('Delivery %d of webhook %d has the type “%s” and the status “%s”.',
                id, webhook_id, type, status)
            FROM deliveries
            WHERE type NOT IN (\(words(NotificationType.allCases)))
                OR status NOT IN
                    ('pending', 'sending', 'delivered', 'failed', 'skipped', 'cancelled')
            """),
    ]

    private static func words(_ types: [NotificationType]) -> String {
        types.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }
}
