import Database
import Referrals

extension Invariant {
    static let ofDeliveries: [Invariant] = [
        Invariant(
            "a delivery is for a webhook",
            """
            SELECT format('Deliveries for webhook %s, which is not there: %s.',
                webhook_id, count(*))
            FROM deliveries GROUP BY webhook_id
            HAVING NOT EXISTS (SELECT 1 FROM webhooks WHERE id = webhook_id)
            """),
        // A trial's subject is number 0, and its text is there from the start.
        Invariant(
            "a delivery has a known status and tells of what is there",
            """
            SELECT CASE
                WHEN d.status NOT IN (\(statuses)) THEN format(
                    'Delivery %s of webhook %s is “%s”, which is no state of a delivery.',
                    d.id, d.webhook_id, d.status)
                WHEN d.type NOT IN (\(words(NotificationType.allCases))) THEN format(
                    'Delivery %s of webhook %s tells “%s”, which is nothing it could tell.',
                    d.id, d.webhook_id, d.type)
                ELSE format(
                    'Delivery %s of webhook %s tells “%s” of number %s, which is not there.',
                    d.id, d.webhook_id, d.type, d.subject)
                END
            FROM deliveries AS d
            WHERE d.status NOT IN (\(statuses)) OR (d.subject <> 0 OR d.body IS NULL) AND CASE
                WHEN d.type IN ('conversion.created', 'lead.qualified', 'conversion.updated')
                    THEN NOT EXISTS (SELECT 1 FROM conversions WHERE id = d.subject)
                WHEN d.type IN ('reward.issued', 'reward.updated')
                    THEN NOT EXISTS (SELECT 1 FROM rewards WHERE id = d.subject)
                WHEN d.type IN ('lead.created', 'affiliate.created', 'affiliate.updated')
                    THEN NOT EXISTS (SELECT 1 FROM participants WHERE id = d.subject)
                WHEN d.type IN ('coupon_pool.low', 'coupon_pool.exhausted')
                    THEN NOT EXISTS (SELECT 1 FROM campaigns WHERE id = d.subject)
                WHEN d.type = 'event.parked'
                    THEN NOT EXISTS (SELECT 1 FROM events WHERE id = d.subject)
                ELSE d.type NOT IN (\(words(NotificationType.allCases))) END
            """),
    ]

    private static let statuses =
        "'pending', 'delivered', 'sending', 'failed', 'skipped', 'cancelled'"

    private static func words(_ types: [NotificationType]) -> String {
        types.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }
}
