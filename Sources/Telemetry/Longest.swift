import Synchronization

/// The longest of some durations. Observed from any thread; costs one atomic load where it is not longer.
package final class Longest: Sendable {
    private let nanoseconds = Atomic<Int64>(0)

    package init() {}

    package func observe(_ duration: Duration) {
        let observed = Int64(clamping: duration.attoseconds / 1_000_000_000)
        guard observed > nanoseconds.load(ordering: .relaxed) else { return }
        nanoseconds.max(observed, ordering: .relaxed)
    }

    package var value: Duration { .nanoseconds(nanoseconds.load(ordering: .relaxed)) }
}
