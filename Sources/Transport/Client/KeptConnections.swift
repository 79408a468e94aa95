import Sockets

/// The idle connections of a caller, each for further calls of its own place, and how far the receivers
/// there are trusted with them.
///
/// An answer that nobody asked for, sent late, would be taken for the answer to the next request. So a
/// receiver is on trial first: connections are kept and watched, and not used again. One that sends
/// something unasked gets a new connection for each call.
///
///     unknown ──first answer──▶ on trial ──quiet for a second──▶ trusted
///                                  └──────unasked input──────────────┴──▶ distrusted ──▶ unknown
struct KeptConnections {
    private enum Conduct {
        case onTrial(until: Moment)
        case trusted
        case distrusted
    }

    private struct Receiver {
        var conduct: Conduct
        var seenAt: Moment
        /// The one used last is the last.
        var idle: [CallConnection] = []
    }

    static let trial = Duration.seconds(1)
    /// Connections that are watched during a trial.
    static let mostOnTrial = 4
    /// How long conduct is remembered without a further answer.
    static let memory = Duration.seconds(600)

    private let limits: Caller.Limits
    private var receivers: [Caller.Place: Receiver] = [:]

    init(_ limits: Caller.Limits) { self.limits = limits }

    var isEmpty: Bool { receivers.isEmpty }

    /// All idle connections.
    var all: [CallConnection] { receivers.values.flatMap(\.idle) }

    /// A connection that a call may use, if there is one.
    mutating func take(for place: Caller.Place, at now: Moment) -> CallConnection? {
        guard let conduct = receivers[place]?.conduct else { return nil }
        switch conduct {
        case .onTrial(let end) where now >= end: receivers[place]?.conduct = .trusted
        case .trusted: break
        case .onTrial, .distrusted: return nil
        }
        return receivers[place]?.idle.popLast()
    }

    /// False where the connection is to be closed.
    mutating func keep(_ connection: CallConnection, at now: Moment) -> Bool {
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

    /// The receiver sent something unasked. Returns its idle connections, to be closed.
    mutating func distrust(_ place: Caller.Place, at now: Moment) -> [CallConnection] {
        let idle = receivers[place]?.idle ?? []
        receivers[place] = Receiver(conduct: .distrusted, seenAt: now)
        return idle
    }

    /// The connection that has been idle for longest, to make room for another.
    mutating func takeOldest() -> CallConnection? {
        let oldest = receivers.values.compactMap(\.idle.first).min { $0.idleSince < $1.idleSince }
        if let oldest { remove(oldest) }
        return oldest
    }

    /// Forgets what is too old. Returns connections to be closed.
    mutating func sweep(at now: Moment) -> [CallConnection] {
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

    /// Returns all connections, to be closed.
    mutating func removeAll() -> [CallConnection] {
        defer { receivers = [:] }
        return all
    }
}
