import HTTP
import Sockets
import Synchronization

/// What the receiver has got: kept for whoever waits for it, and handed on at once when nobody will any more.
final class Mailbox: Sendable {
    private struct State {
        /// Not asked for yet.
        var fresh: [Receiver.Delivery] = []
        var valid: Set<String> = []
        var invalid = 0
        var isGivenUp = false
        var forward: (@Sendable (Receiver.Delivery) -> Void)?
    }

    private let state = Mutex(State())
    private let wakeUp = WakeUp()

    func put(_ delivery: Receiver.Delivery) {
        let forward = state.withLock { state in
            // A webhook's path and its notification's id make one; attempts may repeat it.
            let name = "\(delivery.request.target.pathText) \(delivery.id ?? "")"
            if delivery.verdict == .valid {
                state.valid.insert(name)
            } else {
                state.invalid += 1
            }
            if state.forward == nil { state.fresh.append(delivery) }
            return state.forward
        }
        forward?(delivery)
        wakeUp.signal()
    }

    /// How many different ones came with right signatures, and how many came with wrong ones.
    var counts: (valid: Int, invalid: Int) { state.withLock { ($0.valid.count, $0.invalid) } }

    /// Waits until so many different ones have come, and gives what was not given before. When one comes
    /// that is not valid, or the time given has passed, it waits no longer, now or later.
    func collect(until count: Int, patience: Duration) -> [Receiver.Delivery] {
        let deadline = ContinuousClock.now + patience
        while state.withLock({ $0.valid.count < count && $0.invalid == 0 && !$0.isGivenUp }) {
            let left = deadline - ContinuousClock.now
            if left > .zero {
                _ = wakeUp.wait(milliseconds: Int(left / .milliseconds(1)) + 1)
            } else {
                state.withLock { $0.isGivenUp = true }
            }
        }
        return state.withLock { state in
            defer { state.fresh = [] }
            return state.fresh
        }
    }

    /// Hands on what comes from now on, and first what nobody has asked for.
    func forward(to take: @escaping @Sendable (Receiver.Delivery) -> Void) {
        let fresh = state.withLock { state in
            state.forward = take
            defer { state.fresh = [] }
            return state.fresh
        }
        for delivery in fresh { take(delivery) }
    }
}
