import Database
import Referrals

/// The addresses of deleted signups, kept only while the notifications of their deletion wait.
final class DeletedSignups {
    private let sent, address: any Statement

    init(_ session: any Session) throws(StorageError) {
        sent = try session.prepare(
            """
            UPDATE deliveries SET body = NULL
            WHERE webhook_id = ?1 AND id = ?2 AND body IS NOT NULL AND type = 'signup.deleted'
                AND status NOT IN ('pending', 'sending')
            """)
        address = try session.prepare(
            """
            UPDATE signup_notices SET email = NULL WHERE id = (SELECT subject FROM deliveries
                    WHERE webhook_id = ?1 AND id = ?2 AND type = 'signup.deleted')
                AND NOT EXISTS (SELECT 1 FROM webhooks AS w CROSS JOIN deliveries AS d
                    WHERE d.webhook_id = w.id AND d.id = ?2
                        AND d.status IN ('pending', 'sending'))
            """)
    }

    /// Forgets the address once no delivery of the notification waits. A delivery of any type may be
    /// given.
    func forget(after delivery: Int64, to webhook: ID<Webhook>) throws(StorageError) {
        for statement in [sent, address] {
            try statement.bind(1, webhook)
            try statement.bind(2, delivery)
            try statement.run()
        }
    }
}
