import HTTP
import Sockets
import TLS

/// An HTTP/1.1 client on one loop. Connections are kept and reused by calls of the same pool, every
/// address is checked before it is connected to, redirects are not followed, and each call has one
/// deadline for all its stages.
///
/// The client and the closures it calls belong to its loop's thread.
package final class HTTPClient {
    /// The limits of calls and connections.
    package struct Limits: Sendable {
        package var response = ResponseLimits()
        /// The time to connect to one address if there are others to try.
        package var connecting = Duration.seconds(3)
        /// The time for a lookup, after which previously found addresses are used.
        package var lookup = Duration.seconds(1)
        /// The time for which a connection is kept for the next call.
        package var idle = Duration.seconds(15)
        /// The most idle connections of one pool to one place.
        package var mostIdle = 32
        /// The most connections in total, including idle ones.
        package var mostConnections = 1024

        package init() {}
    }

    /// The response, or the reason why there is none.
    package typealias Outcome = Result<ReceivedResponse, CallFailure>

    /// The key of reuse: connections of the same pool to the same place serve each other's calls,
    /// and no others.
    struct Place: Hashable {
        var pool: Int64
        var host: Destination.Host
        var port: UInt16
        var isSecure: Bool
    }

    /// A deadline noticed this late means that the loop was stalled.
    private static let stall = Duration.seconds(1)

    let loop: Loop
    let limits: Limits
    private let rules: DestinationRules
    private let lookup: NameLookup
    private let makeTLS: () throws(TLSError) -> ClientContext
    private var tls: ClientContext?
    private let dial: (Address) throws(SystemError) -> Socket
    private var kept: KeptConnections
    private var calls: [ObjectIdentifier: Call] = [:]
    private var isSweeping = false
    /// The number of open connections; each connection counts itself.
    var connections = 0
    /// Lent to the connection that reads.
    var input = [UInt8](repeating: 0, count: 32 << 10)
    /// Lent to the connection that checks for unsolicited input.
    var probe = [UInt8](repeating: 0, count: 4 << 10)

    /// - Parameters:
    ///   - tls: creates the context that all sessions share, at the first call over TLS, and again
    ///     after a failure.
    ///   - dial: starts to connect; tests pass their own to see the addresses.
    package init(
        loop: Loop, rules: DestinationRules, lookup: NameLookup,
        tls: @escaping () throws(TLSError) -> ClientContext = { () throws(TLSError) in
            try ClientContext()
        },
        limits: Limits = Limits(),
        dial: @escaping (Address) throws(SystemError) -> Socket = {
            (address) throws(SystemError) in try Socket(connectingTo: address)
        }
    ) {
        self.loop = loop
        self.rules = rules
        self.lookup = lookup
        makeTLS = tls
        self.limits = limits
        self.dial = dial
        kept = KeptConnections(limits)
    }

    /// Sends a request that `OutgoingHead` made for the same destination. `done` is called once,
    /// after this method has returned.
    ///
    /// - Parameter pool: identifies the calls that may share kept connections.
    package func call(
        _ destination: Destination, _ request: [UInt8], of pool: Int64, within patience: Duration,
        done: @escaping (Outcome) -> Void
    ) {
        let call = Call(destination, request, pool: pool, done)
        calls[ObjectIdentifier(call)] = call
        call.dueAt = loop.now + patience
        call.deadline = loop.schedule(after: patience) { self.timeIsUp(call) }
        let place = call.place
        while let connection = kept.take(for: place, at: loop.now) {
            if connection.start(call) { return }
        }
        connect(call)
    }

    /// Ends all calls and closes all connections.
    package func close() {
        for connection in kept.removeAll() { connection.close() }
        for call in calls.values { finish(call, .failure(.stopped)) }
    }

    /// The number of calls without an outcome.
    package var open: Int { calls.count }

    /// The number of open connections, including idle ones.
    package var openConnections: Int { connections }

    // MARK: To a connection

    /// Resolves the host, checks its addresses, and tries one after another.
    func connect(_ call: Call) {
        call.stage = .lookup
        switch call.destination.host {
        case .address(let address): connect(call, toAnyOf: [address])
        case .name(let name): find(name, for: call)
        }
    }

    private func find(_ name: String, for call: Call) {
        let id = ObjectIdentifier(call)
        let loop = loop
        let box = HTTPClientBox(self)
        let isRemembered = lookup.find(name) { found in
            loop.execute { box.client.found(found, for: id) }
        }
        guard !isRemembered, let known = lookup.lastKnown(name) else { return }
        // A call whose lookup has ended by then is in a later stage.
        loop.schedule(after: limits.lookup) { [weak call] in
            guard let call else { return }
            self.found(.success(known), for: ObjectIdentifier(call))
        }
    }

    private func found(_ found: NameLookup.Found, for id: ObjectIdentifier) {
        // The call's deadline may have passed meanwhile. Calls stay alive until they are removed,
        // so no other one can have the same identity.
        guard let call = calls[id], call.stage == .lookup else { return }
        call.hasStarted = true
        switch found {
        case .success(let addresses) where addresses.isEmpty:
            finish(call, .failure(.dns("no address")))
        case .success(let addresses): connect(call, toAnyOf: addresses)
        case .failure(let failure): finish(call, .failure(CallFailure(failure)))
        }
    }

    private func connect(_ call: Call, toAnyOf addresses: [Address]) {
        do throws(DestinationFault) {
            call.addresses = try rules.vet(addresses, of: call.destination).map { address in
                Address(high: address.high, low: address.low, port: call.destination.port)
            }
        } catch {
            return finish(call, .failure(.addressRefused(error)))
        }
        call.failure = nil
        connectToNext(call, after: nil)
    }

    /// - Parameter failure: of the previous address; it becomes the call's failure if there are no
    ///   more.
    func connectToNext(_ call: Call, after failure: CallFailure?) {
        var failure = failure
        while true {
            if let failure {
                if case .lacking = failure {} else { call.failure = failure }
                guard !call.addresses.isEmpty else { return giveUp(call, after: failure) }
            }
            call.stage = .connecting
            let address = call.addresses.removeFirst()
            do throws(SystemError) {
                guard makeRoom() else { return giveUp(call, after: .lacking(.connections)) }
                let socket = try socket(to: address)
                let connection = CallConnection(socket, to: call.place, of: self)
                try connection.open(for: call)
                guard !call.addresses.isEmpty else { return }
                loop.schedule(after: limits.connecting) { [weak connection] in
                    connection?.connectingTakesTooLong()
                }
                return
            } catch {
                failure = CallFailure(dialling: error)
            }
        }
    }

    private func giveUp(_ call: Call, after failure: CallFailure) {
        if call.failure != nil { forgetAddresses(of: call) }
        finish(call, .failure(call.failure ?? failure))
    }

    /// The addresses of the name may have changed since the lookup.
    private func forgetAddresses(of call: Call) {
        if case .name(let name) = call.destination.host { lookup.forget(name) }
    }

    /// Returns false if all connections are in use. An idle one is closed for a new one.
    private func makeRoom() -> Bool {
        if connections < limits.mostConnections { return true }
        kept.takeOldest()?.close()
        return connections < limits.mostConnections
    }

    /// Opens a socket. If descriptors are scarce, an idle connection is closed for it.
    private func socket(to address: Address) throws(SystemError) -> Socket {
        while true {
            do throws(SystemError) { return try dial(address) } catch {
                guard error.isExhaustion, let idle = kept.takeOldest() else { throw error }
                idle.close()
            }
        }
    }

    /// A session for a connection just established; nil for plain HTTP.
    func session(for place: Place) throws(TLSError) -> ClientSession? {
        guard place.isSecure else { return nil }
        let context: ClientContext
        if let tls { context = tls } else { context = try makeTLS() }
        tls = context
        switch place.host {
        case .name(let name): return try ClientSession(context, host: name, isAddress: false)
        case .address(let address):
            return try ClientSession(context, host: address.host, isAddress: true)
        }
    }

    // MARK: Outcomes

    private func timeIsUp(_ call: Call) {
        call.deadline = nil
        call.hasStarted = true
        if loop.now - call.dueAt >= Self.stall, !call.wasStalled {
            // Pending input is read first; a pause of this program does not count against the peer.
            call.wasStalled = true
            call.deadline = loop.schedule(after: .seconds(1)) { self.timeIsUp(call) }
            return
        }
        if call.stage == .connecting { forgetAddresses(of: call) }
        finish(call, .failure(failureInTime(call)))
    }

    private func failureInTime(_ call: Call) -> CallFailure {
        if call.wasStalled { return .lacking(.time) }
        guard call.stage == .lookup, case .name(let name) = call.destination.host else {
            return .timeout(call.stage)
        }
        // The name servers are responsible only for the time that the lookup was running.
        guard let began = lookup.began(name), call.dueAt - began >= limits.lookup else {
            return .lacking(.lookupPlaces)
        }
        return .timeout(.lookup)
    }

    /// Ends a call with its outcome. Its connection, if it still has one, is closed.
    func finish(_ call: Call, _ outcome: Outcome) {
        guard calls.removeValue(forKey: ObjectIdentifier(call)) != nil else { return }
        if let deadline = call.deadline { loop.cancel(deadline) }
        call.connection?.close()
        call.connection = nil
        // The next context reads the trusted certificates again.
        if case .failure(.lacking(.trust)) = outcome { tls = nil }
        if call.hasStarted {
            call.done(outcome)
        } else {
            loop.schedule(after: .zero) { call.done(outcome) }
        }
    }

    // MARK: Kept connections

    /// Keeps a connection whose response has been read completely, or closes it.
    func keep(_ connection: CallConnection) {
        connection.idleSince = loop.now
        guard kept.keep(connection, at: loop.now) else { return connection.close() }
        sweepLater()
    }

    func forget(_ connection: CallConnection) { kept.remove(connection) }

    /// Marks a place that sent unsolicited data: from now on each call to it gets a new connection.
    func distrust(_ place: Place) {
        for connection in kept.distrust(place, at: loop.now) { connection.close() }
        sweepLater()
    }

    private func sweepLater() {
        guard !isSweeping else { return }
        isSweeping = true
        loop.schedule(after: limits.idle / 4) {
            self.isSweeping = false
            for connection in self.kept.sweep(at: self.loop.now) { connection.close() }
            if !self.kept.isEmpty { self.sweepLater() }
        }
    }
}

/// Carries the client through another thread back to its own.
// Sendable because it is opened on the client's loop only.
private struct HTTPClientBox: @unchecked Sendable {
    let client: HTTPClient

    init(_ client: HTTPClient) { self.client = client }
}
