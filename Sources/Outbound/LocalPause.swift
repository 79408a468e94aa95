import Time

/// Holds the attempts of one endpoint back while the gateway itself lacks something for them, such as
/// descriptors or a route. Waits double from one second to thirty; behind each, one attempt finds out.
struct LocalPause: Equatable {
    static let firstWait = Duration.seconds(1)
    static let longestWait = Duration.seconds(30)

    private(set) var rounds = 0
    /// When the next attempt may be made.
    private(set) var until: Instant?

    /// An attempt could not be made. Those that were begun together count once.
    mutating func lacked(at now: Instant) {
        if let until, now < until, until - now <= Self.longestWait { return }
        until = now + min(Self.firstWait * (1 << min(rounds, 6)), Self.longestWait)
        rounds += 1
    }

    /// An attempt was made, whatever came of it.
    mutating func ended() { self = LocalPause() }

    /// How many attempts may be under way at once.
    func room(of most: Int, at now: Instant) -> Int {
        guard let until else { return most }
        // A clock that was set back makes no pause longer.
        let isWaiting = now < until && until - now <= Self.longestWait
        return isWaiting ? 0 : min(1, most)
    }
}
