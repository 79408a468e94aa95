import Synchronization
import Time

/// Counts what each of many asks for in spans of a fixed length, all loops together.
///
/// The spans begin with the clock's seconds or minutes, the same ones for everybody, so that what was counted
/// is forgotten with its span. The many that a span may bring beyond a bound share one count.
package final class Rates<Key: Hashable & Sendable>: Sendable {
    /// How one stands after one more request.
    package struct Standing: Equatable, Sendable {
        /// Requests in this span, this one among them.
        package let count: Int
        package let limit: Int
        /// Until the span ends; at least one.
        package let secondsLeft: Int64

        package init(count: Int, limit: Int, secondsLeft: Int64) {
            self.count = count
            self.limit = limit
            self.secondsLeft = secondsLeft
        }

        package var isWithin: Bool { count <= limit }
        package var remaining: Int { max(0, limit - count) }
    }

    private struct Span {
        var number: Int64 = .min
        var counts: [Key?: Int] = [:]
    }

    package let limit: Int
    package let seconds: Int64
    private let mostKeys: Int
    private let span = Mutex(Span())

    package init(limit: Int, seconds: Int64, mostKeys: Int = 100_000) {
        precondition(limit > 0, "a limit of none is no limit")
        precondition(seconds > 0, "a span takes time")
        self.limit = limit
        self.seconds = seconds
        self.mostKeys = mostKeys
    }

    /// Counts one more request.
    package func take(_ key: Key, at now: Instant) -> Standing {
        let number = now.seconds / seconds
        let count = span.withLock { span in
            if span.number != number {
                span.number = number
                span.counts.removeAll(keepingCapacity: true)
            }
            let isKnown = span.counts[key] != nil || span.counts.count < mostKeys
            let count = (span.counts[isKnown ? key : nil] ?? 0) + 1
            span.counts[isKnown ? key : nil] = count
            return count
        }
        return Standing(
            count: count, limit: limit,
            secondsLeft: max(1, (number + 1) * seconds - now.seconds))
    }
}
