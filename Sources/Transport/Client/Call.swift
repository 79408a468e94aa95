import Sockets

/// One request of a client, from the call to its outcome.
final class Call {
    let destination: Destination
    /// The pool whose kept connections it may use.
    let pool: Int64
    let request: [UInt8]
    let done: (HTTPClient.Outcome) -> Void
    var deadline: Loop.TimerToken?
    var dueAt = MonotonicTime.never
    var stage = CallFailure.Stage.lookup
    /// The permitted addresses that have not been tried.
    var addresses: [Address] = []
    /// The failure of an address that was tried before, if its cause was the peer. It takes
    /// precedence over a resource that this machine lacked for another address.
    var failure: CallFailure?
    var connection: CallConnection?
    /// True once the loop has had a turn since the call, so that an outcome never comes before the
    /// call has returned.
    var hasStarted = false
    /// True if its deadline passed while the loop was stalled; it got another second.
    var wasStalled = false

    init(
        _ destination: Destination, _ request: [UInt8], pool: Int64,
        _ done: @escaping (HTTPClient.Outcome) -> Void
    ) {
        self.destination = destination
        self.request = request
        self.pool = pool
        self.done = done
    }

    var place: HTTPClient.Place {
        HTTPClient.Place(
            pool: pool, host: destination.host, port: destination.port,
            isSecure: destination.isSecure)
    }
}
