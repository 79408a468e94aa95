import HTTP
import Sockets

/// The limits of what clients may use of the server, in one place.
package struct ServerLimits: Sendable {
    /// The most bytes of a body if the handler gives no limit.
    package var maxBody = 1 << 20
    /// The most bytes of the header section (431 beyond).
    package var maxHeader = 16 << 10
    /// The most bytes of the request target (414 beyond).
    package var maxTarget = 8 << 10

    /// The time from the first byte of a request to the end of its header section.
    package var headerTimeout = Duration.seconds(10)
    /// The time from the end of the header section to the end of the body.
    package var bodyTimeout = Duration.seconds(30)
    /// The time that a connection may be idle between requests.
    package var idleTimeout = Duration.seconds(60)
    /// The time for which a client may receive nothing of a response.
    package var writeTimeout = Duration.seconds(30)
    /// The least number of bytes of a response that a client must receive in each `writeTimeout`,
    /// on average: a client that takes a byte now and then would hold its connection for days.
    package var leastWritten = 256 << 10
    /// The time for a handler to answer a request (503 beyond).
    package var answerTimeout = Duration.seconds(120)
    /// The time for which input is read and dropped after the last response, so that the client
    /// receives that response and not a reset.
    package var drainTimeout = Duration.seconds(2)

    /// The most connections of the whole server.
    package var maxConnections = 10_000
    /// The most connections of one address (of one /64 of IPv6); nil for a quarter of all.
    package var maxConnectionsPerPeer: Int?
    /// Proxies, whose connections are not limited. Limits apply to the client that a proxy names in
    /// `X-Forwarded-For`.
    package var trustedProxies: [AddressRange] = []
    /// The most bytes of all requests that are unfinished or unanswered, on all connections (503
    /// beyond); also the most bytes of all responses that clients have not received.
    package var maxBuffered = 256 << 20
    /// The most requests of one connection that wait for their responses; no more is read
    /// meanwhile.
    package var maxPipelined = 16
    /// The most requests of the whole server that handlers work on (503 beyond).
    package var maxInFlight = 4096
    /// The most bytes of a body that are read and dropped to keep a connection whose request was
    /// refused early.
    package var maxDiscarded = 64 << 10
    /// The most bytes dropped while a connection closes.
    package var maxDrained = 4 << 20
    /// The time that `stop` gives requests to finish.
    package var grace = Duration.seconds(10)

    package init() {}

    /// The limit for one address if none is given.
    package static func connectionsPerPeer(of all: Int) -> Int { Swift.max(1, all / 4) }

    var connectionsPerPeer: Int {
        maxConnectionsPerPeer ?? Self.connectionsPerPeer(of: maxConnections)
    }

    var head: HeadLimits { HeadLimits(target: maxTarget, header: maxHeader) }

    /// Checks the relations of the limits; called once, when a server is created.
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

    /// The time allowed for a whole response: `writeTimeout` for each started part of
    /// `leastWritten` bytes.
    func write(_ bytes: Int) -> Int64 {
        let (total, overflowed) = write.multipliedReportingOverflow(
            by: Int64(1 + bytes / leastWritten))
        return overflowed ? .max / 2 : total
    }

    /// The interval at which deadlines are checked: a connection may be closed late by an eighth of
    /// the shortest deadline.
    var sweepInterval: Duration {
        let shortest = Swift.min(header, body, idle, Swift.min(write, drain, answer))
        return .nanoseconds(Swift.min(Swift.max(shortest / 8, 5_000_000), 500_000_000))
    }
}
