import Declarations
import Referrals
import Schemas
import Time

/// The description of the notifications that webhooks receive, for the API's reference.
package enum NotificationReference {
    /// The body of one type in one dialect.
    package struct Body: Sendable {
        /// The name of the dialect.
        package let name: String
        /// The schema of the body.
        package let schema: JSONSchema
        /// The dotted names of the fields of its data, of which a webhook may choose.
        package let fields: [String]
        /// A body as it is sent, as compact JSON.
        package let example: [UInt8]
    }

    /// A header field of every notification.
    package struct Field: Sendable {
        /// The name of the field.
        package let name: String
        /// The meaning of the field.
        package let summary: String
    }

    /// The body of a type in each dialect.
    package static func dialects(of type: NotificationType) -> [Body] {
        WebhookDeclaration.Dialect.allCases.map { dialect in
            Body(
                name: dialect.rawValue, schema: NotificationSchema.body(of: type, in: dialect),
                fields: NotificationSchema.fields(of: type, in: dialect),
                example: NotificationBody.example(of: type).body(in: NotificationForm(dialect)))
        }
    }

    /// The header fields of every notification.
    package static let fields: [Field] = [
        Field(name: "webhook-id", summary: "The id of the notification, the same in each attempt."),
        Field(name: "webhook-timestamp", summary: "The time of the attempt in Unix seconds."),
        Field(name: "webhook-signature", summary: "The signatures of Standard Webhooks."),
        Field(
            name: "X-Webhook-Signature",
            summary: "`sha256=` and the HMAC of the body in hex; its key is the secret's text."),
    ]
}
