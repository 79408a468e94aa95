import HTTP
import Sockets

// The allocation of connections and memory when they are scarce.
extension ServerLoop {
    /// A shorter wait is the ordinary pause between two packets or two requests.
    private static let shortWait = Duration.seconds(1)
    /// The number of bytes from which returning memory to the system is worth the time.
    private static let muchMemory = 16 << 20

    /// Counts a proxy's connection for the client whose request it carries.
    func attribute(_ connection: Connection, to share: PeerShare) {
        let former = connection.share
        guard share !== former else { return }
        let held = connection.held
        if share !== connection.ownShare { peers.enter(share) }
        connection.share = share
        let buffered = held.input + held.withHandler
        peers.count(share, buffered: buffered, unsent: held.output)
        peers.count(former, buffered: -buffered, unsent: -held.output)
        if former !== connection.ownShare { peers.leave(former) }
    }

    // MARK: Connections

    /// The reason why a connection may be closed in favour of a new one; ordered from the
    /// first to be closed to the last.
    private enum Claim: Comparable {
        /// Idle since then; a client must expect its idle connection to close (RFC 9112 section
        /// 9.5).
        case idle(since: MonotonicTime)
        /// Its request has only begun, but its address has more connections than the new client's.
        case begun(connections: Int)
        /// Its request has been unfinished since then.
        case unfinished(since: MonotonicTime)

        /// True if the left connection is to be closed first.
        static func < (left: Claim, right: Claim) -> Bool {
            switch (left, right) {
            case (.unfinished(let one), .unfinished(let other)): one < other
            case (.begun(let one), .begun(let other)): one > other
            case (.idle(let one), .idle(let other)): one < other
            case (.unfinished, _): true
            case (_, .unfinished): false
            case (.begun, _): true
            case (_, .begun): false
            }
        }
    }

    /// Closes one connection, chosen from a sample, because examining all of them for each new
    /// client would be expensive under load: one with an unfinished request, else the one idle
    /// longest. Connections that wait for a response stay.
    func makeRoom(for newcomer: PeerShare?) -> Bool {
        var weakest: (connection: Connection, claim: Claim)?
        for _ in 0..<min(64, connections.count) {
            roomCursor = (roomCursor + 1) % connections.count
            let candidate = connections[roomCursor]
            guard let claim = claim(of: candidate, against: newcomer) else { continue }
            if let known = weakest, known.claim <= claim { continue }
            weakest = (candidate, claim)
        }
        guard let weakest else { return false }
        weakest.connection.giveWay()
        return true
    }

    private func claim(of connection: Connection, against newcomer: PeerShare?) -> Claim? {
        guard connection.answers.isEmpty || connection.reader.isInBody, connection.withHandler == 0
        else { return nil }
        let since = connection.deadlines.since
        let isLong = loop.now - since >= Self.shortWait
        switch connection.deadlines.waiting {
        case .header, .body:
            if isLong { return .unfinished(since: since) }
            let count = connection.share.connections
            guard let newcomer, count > newcomer.connections + 1 else { return nil }
            return .begun(connections: count)
        case .idle: return isLong ? .idle(since: since) : nil
        case .drain, .nothing: return nil
        }
    }

    // MARK: Memory

    /// Counts the bytes of a request that is passed to the handler; returns false if there is no
    /// memory for it.
    func take(_ reply: Reply) -> Bool {
        let connection = reply.connection
        let size = Int(reply.size)
        connection.held.withHandler += size
        peers.count(connection.share, buffered: size, unsent: 0)
        if makeMemory(for: connection) { return true }
        connection.held.withHandler -= size
        peers.count(connection.share, buffered: -size, unsent: 0)
        return false
    }

    /// Makes room for the bytes that a connection has read; returns false if there is none. The
    /// unfinished requests of the address that holds most are refused in favour of all others.
    func makeMemory(for connection: Connection) -> Bool {
        while peers.buffered > maxBuffered {
            guard let most = peers.withMostBuffered, most !== connection.share,
                let victim = largest(of: most)
            else { return false }
            victim.giveUpRequest()
        }
        return true
    }

    /// Returns memory to the system after a peak, so that the process shrinks to its former size.
    func giveBackMemory() {
        let freed = peers.peak - peers.buffered - peers.unsent
        guard freed >= Self.muchMemory else { return }
        FreedMemory.giveBack()
        peers.forgetPeak()
    }

    private func largest(of share: PeerShare) -> Connection? {
        connections.filter { $0.share === share && $0.held.input > 0 && $0.phase == .open }
            .max { $0.held.input < $1.held.input }
    }

    /// Closes the connection of the client that has received nothing of its response for the
    /// longest time.
    func cutOffSlowest() {
        connections.filter { !$0.output.isEmpty }
            .min { $0.deadlines.writingUntil < $1.deadlines.writingUntil }?
            .cutOff()
    }
}
