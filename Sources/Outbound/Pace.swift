import Sockets

/// The rate limit that gives the main path priority: while requests queue up for the writer, the
/// number of attempts per second is limited, whatever they cost their receivers, which may run on
/// the same machine.
///
/// It takes in commits and the time, and knows neither writer nor clock. Waiting deliveries are
/// sent at full speed as soon as the rush is over.
struct Pace {
    /// The requests per commit from which requests wait for each other.
    static let rush = 8
    /// Attempts per second during a rush. More would take time from responses; fewer would let the
    /// queue grow needlessly.
    static let perSecond = 6000
    /// The time after which attempts that had to wait are tried again.
    static let pause = Duration.milliseconds(5)
    /// The time without a commit after which a rush is over.
    static let patience = Duration.milliseconds(50)
    /// The largest number of attempts that may be made up for later.
    static let most = 120

    private var average = 0.0
    private var committedAt = MonotonicTime(nanoseconds: 0)
    private var allowance = 0.0
    private var countedAt = MonotonicTime(nanoseconds: 0)

    /// - Parameter requests: The requests in the commits.
    mutating func committed(_ requests: Int, in commits: Int, at now: MonotonicTime) {
        guard commits > 0 else { return }
        average += (Double(requests) / Double(commits) - average) / 4
        committedAt = now
    }

    /// The number of attempts that may begin now.
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
