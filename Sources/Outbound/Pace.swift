import Sockets

/// Lets the main path go first: while requests queue up for the writer, so many attempts are begun a second
/// and no more, whatever they cost their receivers, which may be on the same machine.
///
/// Told of commits and of the time; knows neither writer nor clock. What waits is sent as soon as the rush
/// is over, as fast as it goes.
struct Pace {
    /// With so many requests to a commit they wait for each other.
    static let rush = 8
    /// Attempts a second during a rush. More would take time from answers; fewer would let the queue grow
    /// for nothing.
    static let perSecond = 6000
    /// When those that found no room are looked at again.
    static let pause = Duration.milliseconds(5)
    /// Without a commit for so long a rush is over.
    static let patience = Duration.milliseconds(50)
    /// What was not begun in its time may be begun later, up to so many.
    static let most = 120

    private var average = 0.0
    private var committedAt = MonotonicTime(nanoseconds: 0)
    private var allowance = 0.0
    private var countedAt = MonotonicTime(nanoseconds: 0)

    /// - Parameter requests: those that the commits were for.
    mutating func committed(_ requests: Int, in commits: Int, at now: MonotonicTime) {
        guard commits > 0 else { return }
        average += (Double(requests) / Double(commits) - average) / 4
        committedAt = now
    }

    /// How many attempts may be begun now.
    mutating func room(at now: MonotonicTime) -> Int {
        guard isRush(at: now) else {
            countedAt = now
            allowance = Double(Self.most)
            return .max
        }
        let seconds = Double((now - countedAt).inNanoseconds) / 1e9
        countedAt = now
        allowance = min(allowance + seconds * Double(Self.perSecond), Double(Self.most))
        return max(0, Int(allowance))
    }

    mutating func begun(_ attempts: Int) { allowance = max(0, allowance - Double(attempts)) }

    private func isRush(at now: MonotonicTime) -> Bool {
        average >= Double(Self.rush) && now - committedAt < Self.patience
    }
}
