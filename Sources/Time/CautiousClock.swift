/// The time for what cannot be undone, such as letting go of what has waited its time: a clock that jumps ahead
/// is believed only when it has stayed there for a while. One that is set back is believed at once.
///
/// Machines' clocks are ahead for seconds when they start without a battery, or when somebody mistypes a date.
package struct CautiousClock: Sendable {
    /// A clock that gains less than this while it is looked away from is merely adjusted.
    package static let tolerance = Duration.seconds(60)
    /// How long a clock has to stay ahead.
    static let patience = Duration.seconds(600)

    private struct Reading: Sendable {
        var time: Instant
        var uptime: Duration
    }

    private let clock: WallClock
    private var believed: Reading?
    /// Since when the clock is ahead of what is believed.
    private var aheadSince: Duration?
    /// How often it was set back by more than an adjustment.
    package private(set) var setbacks = 0

    package init(_ clock: WallClock) { self.clock = clock }

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
            // What was dated meanwhile may be of the future now.
            setbacks += 1
        }
        aheadSince = nil
        self.believed = reading
        return reading.time
    }
}
