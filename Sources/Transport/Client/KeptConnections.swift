import Sockets

/// The idle connections of a client, each for further calls to its own place, and the trust in the
/// receivers there.
///
/// An unsolicited response that arrives late would be taken for the response to the next request.
/// So a receiver starts on trial: its connections are kept and watched, and not reused. A receiver
/// that sends unsolicited input gets a new connection for each call.
///
///     unknown ──first response──▶ on trial ──quiet for a second──▶ trusted
///                                    └──────unsolicited input──────────┴──▶ distrusted ──▶ unknown
struct KeptConnections {
    private enum Conduct {
        case onTrial(until: MonotonicTime)
        case trusted
        case distrusted
    }

    private struct Receiver {
        var conduct: Conduct
        var seenAt: MonotonicTime
        /// Ordered by last use, the latest last.
        var idle: [CallConnection] = []
    }

    static let trial = Duration.seconds(1)
    /// The number of connections that are watched during a trial.
    static let mostOnTrial = 4
    /// The time for which a receiver's behaviour is remembered without a further response.
    static let memory = Duration.seconds(600)

    private let limits: HTTPClient.Limits
    private var receivers: [HTTPClient.Place: Receiver] = [:]

    init(_ limits: HTTPClient.Limits) { self.limits = limits }

    var isEmpty: Bool { receivers.isEmpty }

    /// All idle connections.
    var all: [CallConnection] { receivers.values.flatMap(\.idle) }

    /// Removes and returns a connection that a call may use, if there is one.
    mutating func take(for place: HTTPClient.Place, at now: MonotonicTime) -> CallConnection? {
        guard let conduct = receivers[place]?.conduct else { return nil }
        switch conduct {
        case .onTrial(let end) where now >= end: receivers[place]?.conduct = .trusted
        case .trusted: break
        case .onTrial, .distrusted: return nil
        }
        return receivers[place]?.idle.popLast()
    }

    /// Keeps a connection; returns false if it must be closed instead.
    mutating func keep(_ connection: CallConnection, at now: MonotonicTime) -> Bool {
        let place = connection.place
        var receiver =
            receivers[place]
            ?? Receiver(conduct: .onTrial(until: now + Self.trial), seenAt: now)
        receiver.seenAt = now
        let most =
            switch receiver.conduct {
            case .onTrial: min(Self.mostOnTrial, limits.mostIdle)
            case .trusted: limits.mostIdle
            case .distrusted: 0
            }
        let isKept = receiver.idle.count < most
        if isKept { receiver.idle.append(connection) }
        receivers[place] = receiver
        return isKept
    }

    mutating func remove(_ connection: CallConnection) {
        receivers[connection.place]?.idle.removeAll { $0 === connection }
    }

    /// Records unsolicited input. Returns the receiver's idle connections, which must be closed.
    mutating func distrust(_ place: HTTPClient.Place, at now: MonotonicTime) -> [CallConnection] {
        let idle = receivers[place]?.idle ?? []
        receivers[place] = Receiver(conduct: .distrusted, seenAt: now)
        return idle
    }

    /// Removes the connection that has been idle longest, to make room for another.
    mutating func takeOldest() -> CallConnection? {
        let oldest = receivers.values.compactMap(\.idle.first).min { $0.idleSince < $1.idleSince }
        if let oldest { remove(oldest) }
        return oldest
    }

    /// Removes expired entries. Returns the connections that must be closed.
    mutating func sweep(at now: MonotonicTime) -> [CallConnection] {
        var old: [CallConnection] = []
        for place in Array(receivers.keys) {
            guard var receiver = receivers[place] else { continue }
            old += receiver.idle.filter { now - $0.idleSince >= limits.idle }
            receiver.idle.removeAll { now - $0.idleSince >= limits.idle }
            let isForgotten = receiver.idle.isEmpty && now - receiver.seenAt >= Self.memory
            receivers[place] = isForgotten ? nil : receiver
        }
        return old
    }

    /// Removes all connections and returns them to be closed.
    mutating func removeAll() -> [CallConnection] {
        defer { receivers = [:] }
        return all
    }
}
