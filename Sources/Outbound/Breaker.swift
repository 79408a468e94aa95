import Storage
import Time

/// The circuit breaker of one endpoint. It opens after ten failures in a row over at least a
/// minute; then it lets one attempt at a time through as a probe.
///
///     closed ──failures──▶ open ──wait──▶ half-open ──success──▶ closed
///                          ▲──────────────failure──┘
package struct Breaker: Equatable, Sendable {
    /// A change of the breaker that is reported to operators and to other webhooks.
    enum Notice: Equatable { case opened, recovered }

    static let failuresToOpen = 10
    static let spanToOpen = Duration.seconds(60)
    /// The first wait; waits double from here to the longest.
    static let firstWait = Duration.seconds(60)
    static let longestWait = Duration.seconds(900)

    /// Failures in a row.
    package private(set) var failures = 0
    /// The time of the first failure of the present row; nil after a success.
    package private(set) var failingSince: Instant?
    /// The beginning of the wait for the next probe. It is set far into the past if a probe is due
    /// at once, so that the table says the same.
    private(set) var openedAt: Instant?
    /// The time at which the breaker opened, regardless of the number of probes that have failed
    /// since.
    package private(set) var openSince: Instant?
    /// The number of probes that have failed since the breaker opened.
    private(set) var rounds = 0

    init() {}

    /// The breaker as stored; closed if nothing was stored.
    package init(_ stored: OutboxTable.Queue?) {
        guard let stored else { return }
        failures = stored.failures
        failingSince = stored.failingSince
        openedAt = stored.openedAt
        openSince = stored.openedAt == nil ? nil : stored.openSince ?? stored.openedAt
        rounds = stored.rounds
    }

    var isOpen: Bool { openedAt != nil }

    /// The time of the next probe of an open breaker.
    var probeAt: Instant? {
        openedAt.map { $0 + min(Self.firstWait * (1 << min(rounds, 10)), Self.longestWait) }
    }

    /// The time at which an open breaker lets a probe through, never before `now`.
    ///
    /// A wait that began in the future was begun by a clock that has been set back since. Such a
    /// wait would be longer than any wait can be, and is ignored.
    package func nextProbe(at now: Instant) -> Instant? {
        guard let openedAt, let probeAt else { return nil }
        return openedAt > now ? now : max(now, probeAt)
    }

    /// Makes a probe due at once, because an operator changed or requested something.
    mutating func probeNow() {
        if isOpen { openedAt = OutboxTable.Queue.longAgo }
    }

    /// The number of attempts that may be under way at once. An endpoint that fails gets fewer, so
    /// that dead endpoints hold neither connections nor threads.
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
    /// The three states of a circuit breaker.
    package enum State: String, CaseIterable, Sendable {
        case closed, open
        /// A probe is due or under way.
        case halfOpen = "half_open"
    }

    /// The state at a time.
    package func state(at now: Instant) -> State {
        guard let probe = nextProbe(at: now) else { return .closed }
        return probe > now ? .open : .halfOpen
    }
}
