import Referrals

/// The key of a delivery: a webhook and the number of a notification.
struct DeliveryKey: Hashable, Sendable {
    var webhook: ID<Webhook>
    var delivery: Int64
}
