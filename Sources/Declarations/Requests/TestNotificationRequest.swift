import JSON
import Reading
import Referrals
import Schemas
import Time
import Webhooks

/// The body of a request for a test notification.
package struct TestNotificationRequest: Equatable, Sendable {
    /// The type to send; nil for one that the webhook subscribes to.
    package var type: NotificationType?

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> TestNotificationRequest {
        try request(body) { TestNotificationRequest(type: $0.choice("type")) }
    }

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "TestNotificationRequest",
        .closed([
            .optional(
                "type",
                .choice(NotificationType.self).nullable.described(
                    "The type to send; one that the webhook subscribes to if left out."))
        ]))
}
