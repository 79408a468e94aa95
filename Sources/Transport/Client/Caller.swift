import HTTP
import Sockets
import TLS

/// An HTTP/1.1 client on one loop: connections are kept and used again, every address is judged before it
/// is connected to, redirects are not followed, and a call has one deadline for all of it.
///
/// Belongs to its loop's thread, as do the closures it calls.
package final class Caller {
    package struct Limits: Sendable {
        package var response = ResponseLimits()
        /// For one address to be connected to, where there are others to try.
        package var connecting = Duration.seconds(3)
        /// How long a connection is kept for the next call.
        package var idle = Duration.seconds(15)
        /// Idle connections to one place.
        package var mostIdle = 64

        package init() {}
    }

    package typealias Outcome = Result<ReceivedResponse, CallFailure>

    /// Connections to the same place serve each other's calls.
    struct Place: Hashable {
        var host: Destination.Host
        var port: UInt16
        var isSecure: Bool
    }

    let loop: Loop
    let limits: Limits
    private let rules: DestinationRules
    private let lookup: NameLookup
    private let tls: ClientContext?
    private let dial: (Address) throws(SystemError) -> Socket
    private var idle: [Place: [CallConnection]] = [:]
    private var calls: [ObjectIdentifier: Call] = [:]
    private var isSweeping = false
    /// Lent to the connection that reads.
    var input = [UInt8](repeating: 0, count: 32 << 10)

    /// - Parameters:
    ///   - tls: nil where only plain HTTP is spoken.
    ///   - dial: starts to connect; tests watch whom.
    package init(
        loop: Loop, rules: DestinationRules, lookup: NameLookup, tls: ClientContext?,
        limits: Limits = Limits(),
        dial: @escaping (Address) throws(SystemError) -> Socket = {
            (address) throws(SystemError) in try Socket(connectingTo: address)
        }
    ) {
        self.loop = loop
        self.rules = rules
        self.lookup = lookup
        self.tls = tls
        self.limits = limits
        self.dial = dial
    }

    /// Sends a request, which `OutgoingHead` made for the same destination. `done` is called once, after
    /// this has returned.
    package func call(
        _ destination: Destination, _ request: [UInt8], within patience: Duration,
        done: @escaping (Outcome) -> Void
    ) {
        let call = Call(destination, request, done)
        calls[ObjectIdentifier(call)] = call
        call.deadline = loop.schedule(after: patience) { self.timeIsUp(call) }
        let place = call.place
        if let connection = idle[place]?.popLast() {
            if idle[place]?.isEmpty ?? false { idle[place] = nil }
            connection.start(call)
        } else {
            connect(call)
        }
    }

    /// Ends all calls and connections.
    package func close() {
        for connection in idle.values.joined() { connection.close() }
        idle = [:]
        for call in calls.values { finish(call, .failure(.stopped)) }
    }

    /// Calls that have no outcome yet.
    package var open: Int { calls.count }

    // MARK: To a connection

    /// Finds out whom to connect to, judges it, and tries one address after another.
    func connect(_ call: Call) {
        call.stage = .lookup
        switch call.destination.host {
        case .address(let address): connect(call, toAnyOf: [address])
        case .name(let name):
            let id = ObjectIdentifier(call)
            let loop = loop
            let box = CallerBox(self)
            lookup.find(name) { found in loop.execute { box.caller.found(found, for: id) } }
        }
    }

    private func found(_ found: NameLookup.Found, for id: ObjectIdentifier) {
        // It may have had its deadline meanwhile. Calls stay alive until they are taken out, so that no
        // other one can have got the same identity.
        guard let call = calls[id], call.stage == .lookup else { return }
        switch found {
        case .success(let addresses) where addresses.isEmpty:
            finish(call, .failure(.dns("no address")))
        case .success(let addresses): connect(call, toAnyOf: addresses)
        case .failure(let failure): finish(call, .failure(.dns(failure.reason)))
        }
    }

    private func connect(_ call: Call, toAnyOf addresses: [Address]) {
        var fault: DestinationFault?
        call.addresses = []
        for address in addresses {
            do throws(DestinationFault) {
                try rules.vet(address)
                var address = address
                address.port = call.destination.port
                call.addresses.append(address)
            } catch {
                fault = error
            }
        }
        if call.addresses.isEmpty, let fault {
            finish(call, .failure(.addressRefused(fault)))
        } else {
            connectToNext(call, after: .unreachable(SystemError("connect", 0)))
        }
    }

    /// - Parameter failure: of the address before, which is the call's if there are no more.
    func connectToNext(_ call: Call, after failure: CallFailure) {
        guard !call.addresses.isEmpty else { return finish(call, .failure(failure)) }
        let address = call.addresses.removeFirst()
        call.stage = .connecting
        do throws(SystemError) {
            let socket = try dial(address)
            let connection = CallConnection(socket, to: call.place, of: self)
            try connection.open(for: call)
            guard !call.addresses.isEmpty else { return }
            loop.schedule(after: limits.connecting) { [weak connection] in
                connection?.connectingTakesTooLong()
            }
        } catch {
            connectToNext(call, after: CallFailure(error, at: .connecting))
        }
    }

    /// A session for a connection that was just made; nil for a plain one.
    func session(for place: Place) throws(TLSError) -> ClientSession? {
        guard place.isSecure else { return nil }
        guard let tls else { throw .library }
        switch place.host {
        case .name(let name): return try ClientSession(tls, host: name, isAddress: false)
        case .address(let address):
            return try ClientSession(tls, host: address.host, isAddress: true)
        }
    }

    // MARK: Outcomes

    private func timeIsUp(_ call: Call) {
        call.deadline = nil
        finish(call, .failure(.timeout(call.stage)))
    }

    /// Gives a call its outcome. Its connection, if it still has one, is of no more use.
    func finish(_ call: Call, _ outcome: Outcome) {
        guard calls.removeValue(forKey: ObjectIdentifier(call)) != nil else { return }
        if let deadline = call.deadline { loop.cancel(deadline) }
        call.connection?.close()
        call.connection = nil
        if call.hasStarted {
            call.done(outcome)
        } else {
            loop.schedule(after: .zero) { call.done(outcome) }
        }
    }

    /// Keeps a connection whose answer has been read to its end.
    func keep(_ connection: CallConnection) {
        guard idle[connection.place]?.count ?? 0 < limits.mostIdle else {
            return connection.close()
        }
        connection.idleSince = loop.now
        idle[connection.place, default: []].append(connection)
        sweepLater()
    }

    func forget(_ connection: CallConnection) {
        guard var kept = idle[connection.place] else { return }
        kept.removeAll { $0 === connection }
        idle[connection.place] = kept.isEmpty ? nil : kept
    }

    private func sweepLater() {
        guard !isSweeping else { return }
        isSweeping = true
        loop.schedule(after: limits.idle / 4) {
            self.isSweeping = false
            for connection in self.idle.values.joined()
            where self.loop.now - connection.idleSince >= self.limits.idle {
                self.forget(connection)
                connection.close()
            }
            if !self.idle.isEmpty { self.sweepLater() }
        }
    }
}

/// Carries the caller through another thread back to its own.
// Sendable because it is opened on the caller's loop alone.
private struct CallerBox: @unchecked Sendable {
    let caller: Caller

    init(_ caller: Caller) { self.caller = caller }
}

/// One call on its way.
final class Call {
    let destination: Destination
    let request: [UInt8]
    let done: (Caller.Outcome) -> Void
    var deadline: Loop.TimerToken?
    var stage = CallFailure.Stage.lookup
    /// Those that were judged and not tried yet.
    var addresses: [Address] = []
    var connection: CallConnection?
    /// Whether the loop has had a turn since, so that an outcome cannot come before its call has returned.
    var hasStarted = false

    init(
        _ destination: Destination, _ request: [UInt8], _ done: @escaping (Caller.Outcome) -> Void
    ) {
        self.destination = destination
        self.request = request
        self.done = done
    }

    var place: Caller.Place {
        Caller.Place(
            host: destination.host, port: destination.port, isSecure: destination.isSecure)
    }
}
