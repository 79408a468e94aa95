import Database
import Referrals

extension Invariant {
    static let ofDeliveries: [Invariant] = [
        Invariant(
            "a delivery belongs to a webhook",
            """
            SELECT format('Deliveries for webhook %s, which does not exist: %s.',
                webhook_id, count(*))
            FROM deliveries GROUP BY webhook_id
            HAVING NOT EXISTS (SELECT 1 FROM webhooks WHERE id = webhook_id)
            """),
        // A test notification's subject is number 0, and its body is there from the start.
        Invariant(
            "a delivery has a known status, a known type and an existing subject",
            """
            SELECT CASE
                WHEN d.status NOT IN (\(statuses: DeliveryStatus.allCases)) THEN format(
                    'Delivery %s of webhook %s is “%s”, which is not a status of a delivery.',
                    d.id, d.webhook_id, d.status)
                WHEN d.type NOT IN (\(NotificationType.words(NotificationType.allCases)))
                THEN format(
                    'Delivery %s of webhook %s has the unknown type “%s”.',
                    d.id, d.webhook_id, d.type)
                ELSE format(
                    'Delivery %s of webhook %s has the type “%s” and the subject %s, which does not exist.',
                    d.id, d.webhook_id, d.type, d.subject)
                END
            FROM deliveries AS d
            WHERE d.status NOT IN (\(statuses: DeliveryStatus.allCases))
                OR (d.subject <> 0 OR d.body IS NULL) AND CASE
                \(isMissing)
                ELSE d.type NOT IN (\(NotificationType.words(NotificationType.allCases))) END
            """),
    ]

    /// For each kind of subject, whether the row of that number is not there.
    private static let isMissing = NotificationType.Subject.allCases.map { subject in
        """
        WHEN d.type IN (\(NotificationType.words(about: subject)))
            THEN NOT EXISTS (SELECT 1 FROM \(subject.table) WHERE id = d.subject)
        """
    }.joined(separator: "\n")
}
