import Inbound
import Sockets

/// How a process that changes a database shares it with a gateway that serves it: it holds the lock for a short
/// turn, then leaves it alone for at least as long.
package struct Pacing: Sendable {
    let turn: Duration
    let clock: Turn.Clock
    private let wait: @Sendable (Duration) -> Void

    package static let usual = Pacing(
        turn: .milliseconds(8),
        wait: { time in _ = WakeUp().wait(milliseconds: Int(time.inNanoseconds / 1_000_000)) })

    package init(
        turn: Duration, clock: @escaping Turn.Clock = MonotonicTime.now,
        wait: @escaping @Sendable (Duration) -> Void
    ) {
        self.turn = turn
        self.clock = clock
        self.wait = wait
    }

    /// Leaves the lock alone, rounded up to whole milliseconds.
    func pause(_ held: Duration) { wait(held + .milliseconds(1)) }
}
