import Sockets

/// One call on its way.
final class Call {
    let destination: Destination
    /// Whose kept connections it may use.
    let pool: Int64
    let request: [UInt8]
    let done: (Caller.Outcome) -> Void
    var deadline: Loop.TimerToken?
    var dueAt = Moment.never
    var stage = CallFailure.Stage.lookup
    /// Those that were judged and not tried yet.
    var addresses: [Address] = []
    /// Why an address that was tried before is not connected to, where that is the peer's affair. It
    /// counts more than what this machine lacked for another address.
    var failure: CallFailure?
    var connection: CallConnection?
    /// Whether the loop has had a turn since, so that an outcome cannot come before its call has returned.
    var hasStarted = false
    /// Its deadline passed while the loop stood still; it got another second.
    var wasStalled = false

    init(
        _ destination: Destination, _ request: [UInt8], pool: Int64,
        _ done: @escaping (Caller.Outcome) -> Void
    ) {
        self.destination = destination
        self.request = request
        self.pool = pool
        self.done = done
    }

    var place: Caller.Place {
        Caller.Place(
            pool: pool, host: destination.host, port: destination.port,
            isSecure: destination.isSecure)
    }
}
