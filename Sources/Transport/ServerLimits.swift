import HTTP
import Sockets

/// Everything a client may take of the server, in one place.
package struct ServerLimits: Sendable {
    /// Octets of a body when the handler does not say otherwise.
    package var maxBody = 1 << 20
    /// Octets of the header section (431 beyond).
    package var maxHeader = 16 << 10
    /// Octets of the request target (414 beyond).
    package var maxTarget = 8 << 10

    /// From the first octet of a request to the end of its header section.
    package var headerTimeout = Duration.seconds(10)
    /// From the end of the header section to the end of the body.
    package var bodyTimeout = Duration.seconds(30)
    /// Silence between requests.
    package var idleTimeout = Duration.seconds(60)
    /// How long a client may take nothing of an answer.
    package var writeTimeout = Duration.seconds(30)
    /// The least an answer must be taken by a client on the whole, as bytes in each `writeTimeout`: a
    /// client that takes a byte now and then would hold its connection for days.
    package var leastWritten = 256 << 10
    /// How long a handler may take to answer a request (503 beyond).
    package var answerTimeout = Duration.seconds(120)
    /// How long what still comes in is read and dropped after the last answer, so that the client
    /// sees that answer and not a reset.
    package var drainTimeout = Duration.seconds(2)

    /// Connections of the whole server.
    package var maxConnections = 10_000
    /// Connections of one address (of one /64 of IPv6); nil for a quarter of all.
    package var maxConnectionsPerPeer: Int?
    /// Proxies, whose connections are not limited. The client that a proxy names in `X-Forwarded-For`
    /// has its share instead.
    package var trustedProxies: [AddressRange] = []
    /// Bytes of all requests that are unfinished or unanswered, on all connections (503 beyond); also
    /// bytes of all answers that clients have not taken.
    package var maxBuffered = 256 << 20
    /// Requests of one connection that wait for their answers; beyond, it is not read.
    package var maxPipelined = 16
    /// Requests of the whole server that handlers work on (503 beyond).
    package var maxInFlight = 4096
    /// Octets of a body read and dropped to keep a connection whose request was refused early.
    package var maxDiscarded = 64 << 10
    /// Octets dropped while a connection ends.
    package var maxDrained = 4 << 20
    /// How long `stop` lets requests finish.
    package var grace = Duration.seconds(10)

    package init() {}

    /// The share of one address, where it is not stated.
    package static func connectionsPerPeer(of all: Int) -> Int { Swift.max(1, all / 4) }

    var connectionsPerPeer: Int {
        maxConnectionsPerPeer ?? Self.connectionsPerPeer(of: maxConnections)
    }

    var head: HeadLimits { HeadLimits(target: maxTarget, header: maxHeader) }

    /// Asserted once, when a server is made.
    func check() {
        precondition(maxBody >= 0 && maxDiscarded >= 0 && maxDrained >= 0, "sizes are not negative")
        precondition(maxConnections > 0 && maxPipelined > 0 && maxInFlight > 0, "room for one")
        precondition(connectionsPerPeer > 0 && maxBuffered > 0 && leastWritten > 0, "room for one")
        for timeout in [
            headerTimeout, bodyTimeout, idleTimeout, writeTimeout, answerTimeout, drainTimeout,
            grace,
        ] {
            precondition(timeout > .zero, "a deadline leaves time")
        }
    }
}

/// The same deadlines as plain nanoseconds, converted once.
struct Patience {
    let header: Int64
    let body: Int64
    let idle: Int64
    let write: Int64
    let answer: Int64
    let drain: Int64
    private let leastWritten: Int

    init(_ limits: ServerLimits) {
        header = limits.headerTimeout.inNanoseconds
        body = limits.bodyTimeout.inNanoseconds
        idle = limits.idleTimeout.inNanoseconds
        write = limits.writeTimeout.inNanoseconds
        answer = limits.answerTimeout.inNanoseconds
        drain = limits.drainTimeout.inNanoseconds
        leastWritten = limits.leastWritten
    }

    /// How long the whole of an answer may take: the silence that is allowed, once for each part of it.
    func write(_ bytes: Int) -> Int64 {
        let (total, overflowed) = write.multipliedReportingOverflow(
            by: Int64(1 + bytes / leastWritten))
        return overflowed ? .max / 2 : total
    }

    /// How often connections are looked over: an eighth of the shortest deadline is how late a
    /// connection may be closed, and looking costs little.
    var sweepInterval: Duration {
        let shortest = Swift.min(header, body, idle, Swift.min(write, drain, answer))
        return .nanoseconds(Swift.min(Swift.max(shortest / 8, 5_000_000), 500_000_000))
    }
}
