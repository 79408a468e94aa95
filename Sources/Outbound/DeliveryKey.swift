/// The key of a delivery: a webhook and the number of a notification.
struct DeliveryKey: Hashable, Sendable {
    var webhook: Int64
    var delivery: Int64
}
