import Referrals

/// The public id of one delivery: the number of its notification, which all webhooks share, and that of its
/// webhook in one integer.
package struct DeliveryNumber {
    package let notification: Int64
    package let webhook: ID<Webhook>

    private static let webhooks: Int64 = 1 << 16
    /// The highest number of a webhook that has room in a delivery number.
    package static let highestWebhook = webhooks - 1

    package init(notification: Int64, webhook: ID<Webhook>) {
        self.notification = notification
        self.webhook = webhook
    }

    /// Takes a public id apart.
    package init(_ number: Int64) {
        notification = number / Self.webhooks
        webhook = ID(number % Self.webhooks)
    }

    /// The public id.
    package var number: Int64 { notification * Self.webhooks + webhook.number }
}
