import Referrals
import Time

extension OutboxTable {
    /// A delivery that may be sent.
    package struct Due: Equatable, Sendable {
        /// The number of the notification.
        package var id: Int64
        /// The type of the notification.
        package var type: Stored<NotificationType>
        /// The number of the subject; see `DeliveryTable.Entry`.
        package var subject: Int64
        /// The time of queueing.
        package var createdAt: Instant
        /// The number of attempts made.
        package var attempts: Int
        /// The number of those attempts that do not count.
        package var uncounted: Int
        /// The body of the first attempt, if that failed.
        package var body: [UInt8]?

        package init(
            id: Int64, type: Stored<NotificationType>, subject: Int64, createdAt: Instant,
            attempts: Int = 0,
            uncounted: Int = 0, body: [UInt8]? = nil
        ) {
            self.id = id
            self.type = type
            self.subject = subject
            self.createdAt = createdAt
            self.attempts = attempts
            self.uncounted = uncounted
            self.body = body
        }
    }
}
