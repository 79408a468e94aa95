import Time

/// Spares an endpoint that fails all the time, and its deliveries their attempts: after ten failures in a
/// row over at least a minute it opens, and then one attempt at a time is let through as a probe.
///
///     closed ──failures──▶ open ──wait──▶ half-open ──success──▶ closed
///                           ▲──────────────failure──┘
struct Breaker: Equatable {
    /// What others are to be told.
    enum Notice: Equatable { case opened, recovered }

    static let failuresToOpen = 10
    static let spanToOpen = Duration.seconds(60)
    /// Waits double from the first to the longest.
    static let firstWait = Duration.seconds(60)
    static let longestWait = Duration.seconds(900)

    private(set) var failures = 0
    private(set) var failingSince: Instant?
    private(set) var openedAt: Instant?
    /// Probes that failed since it opened.
    private(set) var rounds = 0

    init(
        failures: Int = 0, failingSince: Instant? = nil, openedAt: Instant? = nil, rounds: Int = 0
    ) {
        self.failures = failures
        self.failingSince = failingSince
        self.openedAt = openedAt
        self.rounds = rounds
    }

    var isOpen: Bool { openedAt != nil }

    /// When an open one lets a probe through.
    var probeAt: Instant? {
        openedAt.map { $0 + min(Self.firstWait * (1 << min(rounds, 10)), Self.longestWait) }
    }

    /// How many attempts may be under way at once. One that fails gets fewer, so that dead endpoints hold
    /// neither connections nor threads.
    func room(of most: Int, at now: Instant) -> Int {
        if let probeAt { return now >= probeAt ? 1 : 0 }
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
        let since = failingSince ?? now
        failingSince = since
        guard failures >= Self.failuresToOpen, now - since >= Self.spanToOpen else { return nil }
        openedAt = now
        return .opened
    }
}
