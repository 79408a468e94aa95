import HTTP
import Sockets
import Synchronization

/// The server's part of one loop: accepts connections, keeps them, and passes their requests to the
/// handler.
// Sendable because replies reach it from other threads; apart from its constants and counters it is
// used on its loop's thread only.
final class ServerLoop: Watcher, @unchecked Sendable {
    let loop: Loop
    let limits: ServerLimits
    let headLimits: HeadLimits
    let patience: Patience
    /// The number of requests that the handler works on; any thread may read it.
    let inFlight = Atomic<Int>(0)
    /// The number of open connections; any thread may read it.
    let openConnections = Atomic<Int>(0)

    private let makeHandler: @Sendable (Loop) -> any Handler
    private let whenStopped: @Sendable () -> Void
    private let wallClock: @Sendable () -> Int64
    /// This loop's share of the server's limit.
    private let maxConnections: Int
    private let maxConnectionsPerPeer: Int
    private let maxInFlight: Int
    /// The limit for bytes of requests, and for bytes of responses.
    let maxBuffered: Int

    private var handler: (any Handler)?
    private var hearsEveryAnswer = false
    private var listener: Listener?
    private var token: Loop.Token?
    private(set) var connections: [Connection] = []
    var peers: PeerShares
    /// Connections with responses to send, while a batch is recorded.
    private var due: [Connection] = []
    var roomCursor = 0
    private var busy = 0
    private var hasHandled = false
    private(set) var isStopping = false
    private var hasStopped = false

    /// The buffer of one read; shared, because one connection is read at a time.
    private var input = [UInt8](repeating: 0, count: 64 << 10)
    /// The buffer of one write; shared likewise and empty between writes.
    var scratch: [UInt8] = []
    private var date: [UInt8] = []
    private var dateIsGoodUntil = MonotonicTime(nanoseconds: .min)

    init(
        loop: Loop, listener: consuming Listener, limits: ServerLimits, shares: Int,
        wallClock: @escaping @Sendable () -> Int64,
        handler: @escaping @Sendable (Loop) -> any Handler,
        whenStopped: @escaping @Sendable () -> Void
    ) {
        self.loop = loop
        self.listener = consume listener
        self.limits = limits
        headLimits = limits.head
        patience = Patience(limits)
        maxConnections = max(1, limits.maxConnections / shares)
        maxConnectionsPerPeer = max(1, limits.connectionsPerPeer / shares)
        maxInFlight = max(1, limits.maxInFlight / shares)
        maxBuffered = max(1, limits.maxBuffered / shares)
        peers = PeerShares(trusted: limits.trustedProxies)
        self.wallClock = wallClock
        makeHandler = handler
        self.whenStopped = whenStopped
    }

    // MARK: Start and stop, on the loop's thread

    func open() {
        scratch.reserveCapacity(16 << 10)
        let made = makeHandler(loop)
        handler = made
        hearsEveryAnswer = made.hearsEveryAnswer
        // Strong references, here and in the timers below: a weak one would make each of the many
        // retains of this object a slow one. The loop releases them when it ends.
        loop.atEndOfTurn { self.endTurn() }
        watchListener()
        scheduleSweep()
    }

    /// Accepts no more connections; closes idle ones now, others after their responses, and all of
    /// them after the grace period.
    func stop() {
        guard !isStopping else { return }
        isStopping = true
        closeListener()
        for connection in connections.reversed() { connection.stop() }
        loop.schedule(after: limits.grace) {
            for connection in self.connections.reversed() { connection.close() }
        }
        checkStopped()
    }

    private func checkStopped() {
        guard isStopping, !hasStopped, connections.isEmpty else { return }
        hasStopped = true
        handler = nil
        whenStopped()
    }

    // MARK: Connections

    func ready(_ readiness: Readiness) {
        // A limited number per event, so that a rush of new clients does not starve the old ones.
        for _ in 0..<64 where !isStopping {
            guard let accepted = listener?.accept() else { return }
            switch consume accepted {
            case .connection(let socket, let address):
                add(socket, from: address)
            case .lost:
                continue
            case .none:
                return
            case .exhausted:
                if !makeRoom(for: nil) {
                    pauseAccepting()
                    return
                }
            }
        }
    }

    private func add(_ socket: consuming Socket, from address: Address) {
        let share = peers.share(of: address)
        if !share.owner.isProxy, share.connections >= maxConnectionsPerPeer {
            turnAway(socket, .tooManyConnectionsOfPeer)
            return
        }
        if connections.count >= maxConnections, !makeRoom(for: share) {
            turnAway(socket, .tooManyConnections)
            return
        }
        let peer = Peer(high: address.high, low: address.low, port: address.port)
        let connection = Connection(socket, from: peer, share: share, serverLoop: self)
        connection.index = connections.count
        connections.append(connection)
        peers.enter(share)
        openConnections.store(connections.count, ordering: .relaxed)
        do throws(SystemError) {
            try connection.open()
        } catch {
            // The kernel has no memory to watch it, so it cannot be served.
            connection.close()
        }
    }

    /// Refuses a connection with a single write, best effort.
    private func turnAway(_ socket: borrowing Socket, _ error: RequestError) {
        answer(with: error, to: nil).write(
            to: &scratch, framing: AnswerFraming(closes: true), dateLine: dateLine)
        _ = socket.send(scratch)
        clearScratch()
    }

    func remove(_ connection: Connection) {
        let last = connections.removeLast()
        if last !== connection {
            connections[connection.index] = last
            last.index = connection.index
        }
        if connection.share !== connection.ownShare { peers.leave(connection.share) }
        peers.leave(connection.ownShare)
        openConnections.store(connections.count, ordering: .relaxed)
        checkStopped()
    }

    /// Pauses accepting without descriptors: a level-triggered listener would spin, so it tries
    /// again later.
    private func pauseAccepting() {
        guard let token else { return }
        handler?.acceptingPaused()
        loop.rewatch(token, for: .nothing)
        loop.schedule(after: .milliseconds(100)) {
            if let token = self.token { self.loop.rewatch(token, for: .readable) }
        }
    }

    private func watchListener() {
        guard let number = listener?.number else { return }
        do throws(SystemError) {
            token = try loop.watch(number, for: .readable, self)
        } catch {
            // As above: memory may become available again.
            loop.schedule(after: .milliseconds(100)) { self.watchListener() }
        }
    }

    private func closeListener() {
        if let token { loop.unwatch(token) }
        token = nil
        listener = nil
    }

    private func scheduleSweep() {
        loop.schedule(after: patience.sweepInterval) {
            guard !self.hasStopped else { return }
            // From the end, because a closed connection is replaced by the last.
            for connection in self.connections.reversed() { connection.sweep(at: self.loop.now) }
            self.giveBackMemory()
            self.scheduleSweep()
        }
    }

    // MARK: Requests

    func admit(_ head: Request, from connection: Connection) -> Admission {
        if connection.ownShare.owner.isProxy {
            let share = peers.share(behindProxy: head)
            if share !== connection.share, !share.owner.isProxy,
                share.connections >= maxConnectionsPerPeer
            {
                return .answer(RequestError.tooManyConnectionsOfPeer.response)
            }
            attribute(connection, to: share)
        }
        guard let handler, !isStopping else { return .answer(RequestError.stopping.response) }
        if busy >= maxInFlight { return .answer(RequestError.overloaded.response) }
        // RFC 9110 section 9.3.7: this concerns the server as a whole, which has no options to
        // report.
        if head.method == .options, head.target.pathEquals("*") {
            var fields = Fields()
            fields.append("allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
            return .answer(Response(status: .noContent, fields: fields))
        }
        return handler.admit(head)
    }

    func decide(on head: Request, _ deferral: Deferral) {
        guard let handler else { return deferral.decide(.answer(RequestError.stopping.response)) }
        handler.decide(on: head, deferral)
    }

    func handle(_ request: Request, reply: Reply) {
        busy += 1
        inFlight.store(busy, ordering: .relaxed)
        hasHandled = true
        handler?.handle(request, reply: reply)
    }

    /// Records that the handler has answered one request.
    func finished(_ reply: Reply) {
        let connection = reply.connection
        connection.held.withHandler -= Int(reply.size)
        peers.count(connection.share, buffered: -Int(reply.size), unsent: 0)
        busy -= 1
        inFlight.store(busy, ordering: .relaxed)
    }

    /// Passes a response to the handler's `willAnswer`, if the handler wants it.
    func willAnswer(_ response: inout Response, to label: String?) {
        guard response.isError || label != nil || hearsEveryAnswer else { return }
        handler?.willAnswer(&response, to: label)
    }

    /// The same for the response to a head that has been read.
    func willAnswer(_ response: inout Response, toHead head: Request) {
        guard response.isError || hearsEveryAnswer, let handler else { return }
        handler.willAnswer(&response, to: handler.label(of: head))
    }

    /// The response to a request that cannot be served, or whose handler takes too long.
    func answer(with error: RequestError, to head: Request?) -> Response {
        var response = error.response
        if let head {
            willAnswer(&response, toHead: head)
        } else {
            willAnswer(&response, to: nil)
        }
        return response
    }

    func complete(_ batch: [(Reply, Response)]) {
        for (reply, response) in batch {
            let connection = reply.connection
            precondition(connection.serverLoop === self, "replies go back to their own loop")
            if connection.record(response, for: reply), !connection.isDue {
                connection.isDue = true
                due.append(connection)
            }
        }
        // Removed first: sending may lead to further requests and their responses.
        var sending: [Connection] = []
        swap(&sending, &due)
        for connection in sending {
            connection.isDue = false
            connection.advance()
        }
        sending.removeAll(keepingCapacity: true)
        if due.capacity == 0 { swap(&sending, &due) }
    }

    private func endTurn() {
        guard hasHandled else { return }
        hasHandled = false
        handler?.turnEnded()
    }

    // MARK: Shared between connections

    /// The `Date` field of the current second.
    var dateLine: [UInt8] {
        if loop.now >= dateIsGoodUntil {
            let nanoseconds = wallClock()
            date = HTTPDate.line(secondsSince1970: nanoseconds / 1_000_000_000)
            dateIsGoodUntil = loop.now + (1_000_000_000 - nanoseconds % 1_000_000_000)
        }
        return date
    }

    /// Lends the read buffer; it must be returned before the next read.
    func takeInput() -> [UInt8] {
        var lent: [UInt8] = []
        swap(&lent, &input)
        precondition(!lent.isEmpty, "one connection is read at a time")
        return lent
    }

    func putBack(_ lent: inout [UInt8]) {
        swap(&lent, &input)
    }

    func clearScratch() {
        // The memory of a large response is not kept.
        scratch.removeAll(keepingCapacity: scratch.capacity <= 256 << 10)
    }
}
