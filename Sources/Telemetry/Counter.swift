import Synchronization

/// A number that only grows. Any thread may count; each addition is one atomic operation.
package final class Counter: Sendable {
    private let count = Atomic<UInt64>(0)

    package init() {}

    /// Adds an amount.
    package func increment(by amount: UInt64 = 1) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    /// The current sum.
    package var value: UInt64 { count.load(ordering: .relaxed) }
}
