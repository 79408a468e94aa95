import Time

/// A pause of one endpoint's attempts while the gateway itself lacks a resource for them, such as
/// descriptors or a route. Waits double from one second to thirty; after each, one attempt tests
/// whether the resource is back.
struct LocalPause: Equatable {
    static let firstWait = Duration.seconds(1)
    static let longestWait = Duration.seconds(30)

    private(set) var rounds = 0
    /// The time of the next attempt.
    private(set) var until: Instant?

    /// Notes that an attempt could not be made. Attempts that began together count once.
    mutating func lacked(at now: Instant) {
        if let until, now < until, until - now <= Self.longestWait { return }
        until = now + min(Self.firstWait * (1 << min(rounds, 6)), Self.longestWait)
        rounds += 1
    }

    /// Notes that an attempt was made, whatever its result.
    mutating func ended() { self = LocalPause() }

    /// The number of attempts that may be under way at once.
    func room(of most: Int, at now: Instant) -> Int {
        guard let until else { return most }
        // A clock that was set back makes no pause longer.
        let isWaiting = now < until && until - now <= Self.longestWait
        return isWaiting ? 0 : min(1, most)
    }
}
