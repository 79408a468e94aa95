import Synchronization

/// A distribution of durations in fixed buckets. Any thread may observe; each observation is two
/// atomic additions.
package final class Histogram: Sendable {
    /// The greatest number of bounds a histogram can have.
    package static let mostBounds = 23

    /// Bounds from 100 µs to 10 s, three per decade.
    package static let latencyBounds: [Duration] = [
        .microseconds(100), .microseconds(250), .microseconds(500),
        .milliseconds(1), .microseconds(2500), .milliseconds(5),
        .milliseconds(10), .milliseconds(25), .milliseconds(50),
        .milliseconds(100), .milliseconds(250), .milliseconds(500),
        .seconds(1), .milliseconds(2500), .seconds(5), .seconds(10),
    ]

    /// Upper bounds in nanoseconds, each inclusive and above the one before.
    private let bounds: [Int64]
    /// One count for each bound, then one for durations above them all.
    private let counts: InlineArray<24, Atomic<UInt64>> = InlineArray { _ in Atomic(0) }
    private let nanoseconds = Atomic<Int64>(0)

    /// - Parameter bounds: inclusive upper bounds in ascending order, at most `mostBounds`.
    package init(bounds: [Duration] = Histogram.latencyBounds) {
        precondition(bounds.count <= Self.mostBounds, "a histogram has room for \(Self.mostBounds)")
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds ascend")
        self.bounds = bounds.map(Self.nanoseconds)
    }

    /// Counts one duration.
    package func observe(_ duration: Duration) { observe(nanoseconds: Self.nanoseconds(duration)) }

    /// Counts one duration. A negative one, measured when a clock was set back, counts as 0.
    package func observe(nanoseconds: Int64) {
        let nanoseconds = max(0, nanoseconds)
        var bucket = 0
        while bucket < bounds.count, bounds[bucket] < nanoseconds { bucket += 1 }
        counts[bucket].wrappingAdd(1, ordering: .relaxed)
        self.nanoseconds.wrappingAdd(nanoseconds, ordering: .relaxed)
    }

    /// The observations so far. While other threads observe, the sum may be ahead of the counts or
    /// behind.
    package var snapshot: Snapshot {
        var total: UInt64 = 0
        let cumulative = (0...bounds.count).map { bucket in
            total += counts[bucket].load(ordering: .relaxed)
            return total
        }
        return Snapshot(
            bounds: bounds.map { .nanoseconds($0) }, cumulative: cumulative,
            sum: .nanoseconds(nanoseconds.load(ordering: .relaxed)))
    }

    /// The content of a histogram at one time.
    package struct Snapshot: Equatable, Sendable {
        /// The inclusive upper bounds, ascending.
        package let bounds: [Duration]
        /// The number of durations up to each bound, and last the number of all.
        package let cumulative: [UInt64]
        /// The sum of all durations.
        package let sum: Duration
        /// The number of all durations.
        package var count: UInt64 { cumulative.last ?? 0 }
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        Int64(clamping: duration.attoseconds / 1_000_000_000)
    }
}
