import Referrals

/// The queues of deliveries that one transaction has extended, or has asked to try at once.
package struct QueueChanges: Equatable, Sendable {
    /// A request to send to a webhook at once, even while its breaker is open.
    package struct Probe: Equatable, Sendable {
        /// The webhook's number.
        package let webhook: ID<Webhook>
        /// The delivery that goes before all others of the queue; nil for the first one.
        package let delivery: Int64?
    }

    /// Webhooks with new deliveries.
    package private(set) var grown: Set<ID<Webhook>> = []
    /// The requests in their order.
    package var probes: [Probe] = []

    /// Makes a record without changes.
    package init() {}

    /// True if no queue has changed.
    package var isEmpty: Bool { grown.isEmpty && probes.isEmpty }

    mutating func noteGrowth(of webhook: ID<Webhook>) { grown.insert(webhook) }
}
