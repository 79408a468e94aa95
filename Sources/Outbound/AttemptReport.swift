import Referrals

/// The result of one attempt to deliver a notification, for metrics and the log.
package struct AttemptReport: Equatable, Sendable {
    /// The webhook's id.
    package var webhook: ID<Webhook>
    /// The number of the delivery.
    package var delivery: Int64
    /// The `webhook-id` that the receiver sees.
    package var id: String
    /// The consequence of the attempt for its delivery.
    package var consequence: AttemptConsequence
    /// The status of the response, or the code of the failure.
    package var code: String
    /// The time from the start of the attempt to its end.
    package var took: Duration
}
