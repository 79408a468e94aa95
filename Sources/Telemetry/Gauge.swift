import Synchronization

/// A number that goes up and down, such as the number of open connections. Any thread may change
/// it.
package final class Gauge: Sendable {
    private let level = Atomic<Int>(0)

    package init() {}

    /// Replaces the value.
    package func set(_ value: Int) { level.store(value, ordering: .relaxed) }
    /// Adds an amount, which may be negative.
    package func add(_ amount: Int) { level.wrappingAdd(amount, ordering: .relaxed) }

    /// The current value.
    package var value: Int { level.load(ordering: .relaxed) }
}
