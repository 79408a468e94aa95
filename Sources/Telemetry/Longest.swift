import Synchronization

/// The longest of the observed durations. Any thread may observe; an observation that is not the
/// longest costs one atomic load.
package final class Longest: Sendable {
    private let nanoseconds = Atomic<Int64>(0)

    package init() {}

    /// Keeps the duration if it is the longest so far.
    package func observe(_ duration: Duration) {
        let observed = Int64(clamping: duration.attoseconds / 1_000_000_000)
        guard observed > nanoseconds.load(ordering: .relaxed) else { return }
        nanoseconds.max(observed, ordering: .relaxed)
    }

    /// The longest duration so far; zero before the first.
    package var value: Duration { .nanoseconds(nanoseconds.load(ordering: .relaxed)) }
}
