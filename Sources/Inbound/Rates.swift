import Synchronization
import Time

/// Counts the requests of each key in spans of a fixed length, over all loops together.
///
/// The spans begin with the clock's seconds or minutes, the same for all keys, so that counts are
/// dropped with their span. Keys beyond a bound within a span share one count.
package final class Rates<Key: Hashable & Sendable>: Sendable {
    /// The state of one key's limit after one more request.
    package struct Standing: Equatable, Sendable {
        /// The requests in this span, including this one.
        package let count: Int
        /// The limit of requests per span.
        package let limit: Int
        /// The seconds until the span ends; at least one.
        package let secondsLeft: Int64

        package init(count: Int, limit: Int, secondsLeft: Int64) {
            self.count = count
            self.limit = limit
            self.secondsLeft = secondsLeft
        }

        /// True if the request is within the limit.
        package var isWithin: Bool { count <= limit }
        /// The requests left in this span.
        package var remaining: Int { max(0, limit - count) }
    }

    private struct Span {
        var number: Int64 = .min
        var counts: [Key?: Int] = [:]
    }

    /// The limit of requests of one key per span.
    package let limit: Int
    /// The length of a span in seconds.
    package let seconds: Int64
    private let mostKeys: Int
    private let span = Mutex(Span())

    /// - Parameter mostKeys: The number of keys with counts of their own in one span.
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
