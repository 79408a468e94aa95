import Sockets
import Time

/// The time that the writer may spend in one transaction. Work that needs longer stops where `isOver` becomes
/// true and goes on in a later transaction, so that messages are settled in between.
package struct Turn: Sendable {
    /// Reads the monotonic clock. Passed in, so that a test can decide how long a piece of work takes.
    package typealias Clock = @Sendable () -> MonotonicTime

    /// Well below the 20 ms that one turn may take: the last piece of work and the commit come on top.
    package static let length = Duration.milliseconds(6)

    private let clock: Clock
    let began: MonotonicTime
    private let end: MonotonicTime

    package init(_ length: Duration = Turn.length, clock: @escaping Clock = MonotonicTime.now) {
        self.clock = clock
        began = clock()
        end = began + length
    }

    /// A turn that never ends, where nobody waits.
    package static var unlimited: Turn {
        Turn(.seconds(1 << 30), clock: { MonotonicTime(nanoseconds: 0) })
    }

    package var isOver: Bool { clock() >= end }

    /// The time since the turn began.
    package var elapsed: Duration { clock() - began }
}
