import HTTP
import Sockets

// How connections and memory are shared where there is not enough of them.
extension Reception {
    /// A wait that is shorter than this is the ordinary pause between two packets or two requests.
    private static let shortWait = Duration.seconds(1)
    /// Bytes that are worth the time it takes to give them back.
    private static let muchMemory = 16 << 20

    /// What a proxy's connection does counts for the client whose request it carries.
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

    /// Whether a connection may end so that a new one is served, and how soon it should.
    private enum Claim: Comparable {
        /// Idle since then; a client must expect its idle connection to end (RFC 9112 section 9.5).
        case idle(since: Moment)
        /// Its request has only begun, but its address has more connections than the new one's.
        case begun(connections: Int)
        /// Its request has been unfinished since then.
        case unfinished(since: Moment)

        /// Whether the left one has the weaker claim to stay.
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

    /// Ends one connection, chosen among some, because looking at all of them for each new client would
    /// make a crowd expensive: one with an unfinished request, else the one that has been idle longest.
    /// Who waits for an answer stays.
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

    /// Counts the bytes of a request that goes to the handler; false where there is no memory for it.
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

    /// Whether there is memory for what a connection has read. The address that holds most gives way to
    /// all others: its unfinished requests are refused for theirs.
    func makeMemory(for connection: Connection) -> Bool {
        while peers.buffered > maxBuffered {
            guard let most = peers.withMostBuffered, most !== connection.share,
                let victim = largest(of: most)
            else { return false }
            victim.giveUpRequest()
        }
        return true
    }

    /// After a flood the process is as small as before.
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

    /// Cuts off the client that has taken nothing of its answer for longest.
    func cutOffSlowest() {
        connections.filter { !$0.output.isEmpty }
            .min { $0.deadlines.writingUntil < $1.deadlines.writingUntil }?
            .cutOff()
    }
}
