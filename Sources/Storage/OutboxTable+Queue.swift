import Referrals
import Time

extension OutboxTable {
    /// The state of a webhook's queue.
    package struct Queue: Equatable, Sendable {
        /// The webhook's number.
        package var webhook: ID<Webhook>
        /// The number of the first delivery that may not have ended.
        package var head: Int64
        /// The number from which no delivery has been attempted.
        package var seen: Int64
        /// The number of failures in a row.
        package var failures: Int
        /// The time of the first of those failures.
        package var failingSince: Instant?
        /// The beginning of the breaker's wait for a probe; nil while it is closed.
        package var openedAt: Instant?
        /// The number of failed probes since the breaker opened.
        package var rounds: Int
        /// The time at which the breaker opened; nil while it is closed.
        package var openSince: Instant?

        /// A value of `openedAt` longer ago than any wait, so that a probe is due.
        package static let longAgo = Instant(clampingMicroseconds: 0)

        package init(
            webhook: ID<Webhook>, head: Int64 = 0, seen: Int64 = 0, failures: Int = 0,
            failingSince: Instant? = nil, openedAt: Instant? = nil, rounds: Int = 0,
            openSince: Instant? = nil
        ) {
            self.webhook = webhook
            self.head = head
            self.seen = seen
            self.failures = failures
            self.failingSince = failingSince
            self.openedAt = openedAt
            self.rounds = rounds
            self.openSince = openSince
        }
    }
}
