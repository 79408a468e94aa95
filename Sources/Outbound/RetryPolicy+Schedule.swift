import Declarations
import Time

extension RetryPolicy {
    /// The longest wait that a receiver may ask for.
    static let longestRetryAfter = Duration.seconds(86_400)

    /// The longest wait that can follow any attempt.
    package var longestWait: Duration {
        let longest = Duration.seconds(delays.max() ?? 0) * (100 + jitterPercent) / 100
        return max(longest, Self.longestRetryAfter)
    }

    /// Decides the consequence of an attempt. A redirect is not a success, whatever it leads to.
    ///
    /// - Parameters:
    ///   - number: The number of the attempt, counted from 1.
    ///   - end: The end of the attempt; the delay to the next one runs from here.
    ///   - chance: A number from 0 to 1, for the policy's jitter.
    package func consequence(
        of outcome: AttemptOutcome, number: Int, endedAt end: Instant, chance: Double
    ) -> AttemptConsequence {
        var wanted = Duration.zero
        switch outcome {
        case .answered(200..<300, _): return .delivered
        case .answered(410, _): return .gone
        case .cutOff: return .cutOff
        case .answered(_, let retryAfter): wanted = retryAfter ?? .zero
        case .failed: break
        }
        guard number <= delays.count else { return .failed }
        let delay = Duration.seconds(delays[number - 1])
        let stretched = delay + delay * (Double(jitterPercent) / 100 * chance)
        return .again(at: end + max(stretched, min(wanted, Self.longestRetryAfter)))
    }
}
