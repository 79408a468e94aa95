/// The status of a delivery, as stored and as the API names it.
package enum DeliveryStatus: String, CaseIterable, Sendable {
    /// The delivery waits for an attempt.
    case pending
    /// An attempt is under way.
    case sending
    /// The receiver accepted the notification.
    case delivered
    /// The last attempt failed, and no other follows.
    case failed
    /// The webhook was deleted before the delivery came to its end.
    case cancelled
}
