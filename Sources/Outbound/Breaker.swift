import Storage
import Time

/// Spares an endpoint that fails all the time, and its deliveries their attempts: after ten failures in a
/// row over at least a minute it opens, and then one attempt at a time is let through as a probe.
///
///     closed ──failures──▶ open ──wait──▶ half-open ──success──▶ closed
///                           ▲──────────────failure──┘
package struct Breaker: Equatable, Sendable {
    /// What others are to be told.
    enum Notice: Equatable { case opened, recovered }

    static let failuresToOpen = 10
    static let spanToOpen = Duration.seconds(60)
    /// Waits double from the first to the longest.
    static let firstWait = Duration.seconds(60)
    static let longestWait = Duration.seconds(900)

    package private(set) var failures = 0
    package private(set) var failingSince: Instant?
    /// When the wait for the next probe began. Long ago where a probe is to be let through at once, so that the
    /// table says so too.
    private(set) var openedAt: Instant?
    /// When it opened, however many probes have failed since.
    package private(set) var openSince: Instant?
    /// Probes that failed since it opened.
    private(set) var rounds = 0

    init() {}

    /// The breaker as it was stored; closed where nothing was.
    package init(_ stored: OutboxTable.Queue?) {
        guard let stored else { return }
        failures = stored.failures
        failingSince = stored.failingSince
        openedAt = stored.openedAt
        openSince = stored.openedAt == nil ? nil : stored.openSince ?? stored.openedAt
        rounds = stored.rounds
    }

    var isOpen: Bool { openedAt != nil }

    /// When an open one lets a probe through.
    var probeAt: Instant? {
        openedAt.map { $0 + min(Self.firstWait * (1 << min(rounds, 10)), Self.longestWait) }
    }

    /// When an open breaker lets a probe through, never before `now`.
    ///
    /// A wait that began in the future was begun by a clock that has been set back since. It would be longer
    /// than any wait can be, and is none.
    package func nextProbe(at now: Instant) -> Instant? {
        guard let openedAt, let probeAt else { return nil }
        return openedAt > now ? now : max(now, probeAt)
    }

    /// Lets a probe through at once: an operator has changed or asked something.
    mutating func probeNow() {
        if isOpen { openedAt = OutboxTable.Queue.longAgo }
    }

    /// How many attempts may be under way at once. One that fails gets fewer, so that dead endpoints hold
    /// neither connections nor threads.
    func room(of most: Int, at now: Instant) -> Int {
        if let probe = nextProbe(at: now) { return now >= probe ? 1 : 0 }
        return max(1, most >> min(failures, 10))
    }

    mutating func succeeded() -> Notice? {
        defer { self = Breaker() }
        return isOpen ? .recovered : nil
    }

    mutating func failed(at now: Instant) -> Notice? {
        failures += 1
        if isOpen {
            // The next wait runs from this probe.
            rounds += 1
            openedAt = now
            return nil
        }
        // A clock that was set back must not put off the opening.
        let since = min(failingSince ?? now, now)
        failingSince = since
        guard failures >= Self.failuresToOpen, now - since >= Self.spanToOpen else { return nil }
        openedAt = now
        openSince = now
        return .opened
    }
}

extension Breaker {
    package enum State: String, Sendable {
        case closed, open
        /// A probe is due or under way.
        case halfOpen = "half_open"
    }

    package func state(at now: Instant) -> State {
        guard let probe = nextProbe(at: now) else { return .closed }
        return probe > now ? .open : .halfOpen
    }
}
