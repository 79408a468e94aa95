import Sockets
import Time

/// The time that the writer may spend in one transaction. Longer work stops when `isOver` becomes
/// true and continues in a later transaction, so that messages are processed in between.
package struct Turn: Sendable {
    /// Reads the monotonic clock. Passed in, so that a test can decide the length of a piece of
    /// work.
    package typealias Clock = @Sendable () -> MonotonicTime

    /// The length of a turn: well below the 20 ms that one may take, as the last piece of work and
    /// the commit are added.
    package static let length = Duration.milliseconds(6)

    private let clock: Clock
    let began: MonotonicTime
    private let end: MonotonicTime

    /// Begins a turn now.
    package init(_ length: Duration = Turn.length, clock: @escaping Clock = MonotonicTime.now) {
        self.clock = clock
        began = clock()
        end = began + length
    }

    /// A turn that never ends, for use when no message can wait.
    package static var unlimited: Turn {
        Turn(.seconds(1 << 30), clock: { MonotonicTime(nanoseconds: 0) })
    }

    /// True if the time is over.
    package var isOver: Bool { clock() >= end }

    /// The time since the turn began.
    package var elapsed: Duration { clock() - began }
}
