import Time

extension OutboxTable {
    /// The state of a delivery after an attempt.
    package enum Outcome: Equatable, Sendable {
        case delivered
        case failed
        case again(at: Instant)
        /// The attempt was cut off and does not count.
        case cutOff(at: Instant)

        /// The status of the delivery.
        var status: DeliveryStatus {
            switch self {
            case .delivered: .delivered
            case .failed: .failed
            case .again, .cutOff: .pending
            }
        }
    }
}
