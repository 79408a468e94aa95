import HTTP
import Sockets
import Synchronization

/// The deliveries that the receiver got: kept for a waiting caller, or forwarded at once.
final class Mailbox: Sendable {
    private struct State {
        /// Deliveries that no caller has collected yet.
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
            // A webhook's path and its notification's id identify a delivery; retries repeat both.
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

    /// The number of distinct deliveries with valid signatures, and the number of deliveries with
    /// invalid ones.
    var counts: (valid: Int, invalid: Int) { state.withLock { ($0.valid.count, $0.invalid) } }

    /// Waits until this many distinct deliveries have arrived, and returns those not returned
    /// before. An invalid delivery or the end of the patience ends this wait and all later ones.
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

    /// Forwards later deliveries as they arrive, after those that were not collected.
    func forward(to take: @escaping @Sendable (Receiver.Delivery) -> Void) {
        let fresh = state.withLock { state in
            state.forward = take
            defer { state.fresh = [] }
            return state.fresh
        }
        for delivery in fresh { take(delivery) }
    }
}
