/// The queues of deliveries that one transaction has made longer, or has asked to try at once.
package struct QueueChanges: Equatable, Sendable {
    /// A request to send to a webhook at once, also while its breaker is open.
    package struct Probe: Equatable, Sendable {
        package let webhook: Int64
        /// The delivery that goes before all others of the queue; nil for the first one.
        package let delivery: Int64?
    }

    /// Webhooks with new deliveries.
    package private(set) var grown: Set<Int64> = []
    /// In the order in which they were asked for.
    package var probes: [Probe] = []

    package init() {}

    package var isEmpty: Bool { grown.isEmpty && probes.isEmpty }

    mutating func noteGrowth(of webhook: Int64) { grown.insert(webhook) }
}
