import Ledger
import Sockets

/// The turns by which a process that changes a database shares it with a running gateway: it holds
/// the lock for a short turn, then releases it for at least as long.
package struct Pacing: Sendable {
    let turn: Duration
    let clock: Turn.Clock
    private let wait: @Sendable (Duration) -> Void

    /// Turns of 8 ms, on the system's clock.
    package static let usual = Pacing(
        turn: .milliseconds(8),
        wait: { time in _ = WakeUp().wait(milliseconds: Int(time.inNanoseconds / 1_000_000)) })

    /// - Parameters:
    ///   - turn: The length of a turn.
    ///   - clock: The monotonic clock.
    ///   - wait: Waits for a duration.
    package init(
        turn: Duration, clock: @escaping Turn.Clock = MonotonicTime.now,
        wait: @escaping @Sendable (Duration) -> Void
    ) {
        self.turn = turn
        self.clock = clock
        self.wait = wait
    }

    /// Releases the lock for the same time, rounded up to whole milliseconds.
    func pause(_ held: Duration) { wait(held + .milliseconds(1)) }
}
