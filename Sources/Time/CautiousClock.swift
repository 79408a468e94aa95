/// A clock for decisions that cannot be undone, such as deleting expired data. A jump ahead is
/// accepted only after the wall clock has kept it for `patience`; a clock that is set back is
/// followed at once.
///
/// A machine's clock can be ahead for some seconds at start without a battery, or after a mistyped
/// date.
package struct CautiousClock: Sendable {
    /// The largest gain over the uptime between two readings that counts as an ordinary adjustment.
    package static let tolerance = Duration.seconds(60)
    /// The time for which a clock must stay ahead before its time is accepted.
    static let patience = Duration.seconds(600)

    private struct Reading: Sendable {
        var time: Instant
        var uptime: Duration
    }

    private let clock: WallClock
    private var believed: Reading?
    /// The uptime since which the wall clock has been ahead of the accepted time; nil while it is
    /// not.
    private var aheadSince: Duration?
    /// The number of times that the wall clock was set back by more than an adjustment.
    package private(set) var setbacks = 0

    package init(_ clock: WallClock) { self.clock = clock }

    /// Returns the accepted time; it may lag behind the wall clock for up to `patience`.
    package mutating func now() -> Instant {
        let reading = Reading(time: clock.now(), uptime: clock.uptime())
        guard let believed else {
            self.believed = reading
            return reading.time
        }
        let expected = believed.time + (reading.uptime - believed.uptime)
        if reading.time - expected > Self.tolerance {
            let since = aheadSince ?? reading.uptime
            aheadSince = since
            guard reading.uptime - since >= Self.patience else { return expected }
        } else if aheadSince != nil || expected - reading.time > Self.tolerance {
            // Entries dated while the clock was ahead may now lie in the future.
            setbacks += 1
        }
        aheadSince = nil
        self.believed = reading
        return reading.time
    }
}
