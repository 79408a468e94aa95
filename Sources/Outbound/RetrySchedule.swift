import Declarations
import Time

/// What one attempt brought.
package enum AttemptOutcome: Equatable, Sendable {
    /// An answer, and how long its sender asks to be left alone.
    case answered(status: Int, retryAfter: Duration?)
    case failed
    /// The gateway itself broke it off.
    case cutOff

    var isSuccess: Bool {
        if case .answered(200..<300, _) = self { true } else { false }
    }
}

/// What follows from an attempt for its delivery.
package enum Verdict: Equatable, Sendable {
    case delivered
    case again(at: Instant)
    /// It does not count, and is made again at once.
    case cutOff
    case failed
    /// The receiver is gone for good (RFC 9110 section 15.5.11): this delivery failed, and its webhook is
    /// told nothing more.
    case gone
}

extension RetryPolicy {
    /// The most that a receiver may put off the next attempt.
    static let longestRetryAfter = Duration.seconds(86_400)

    /// The longest wait for the next attempt that can come of any attempt.
    package var longestWait: Duration {
        let longest = Duration.seconds(delays.max() ?? 0) * (100 + jitterPercent) / 100
        return max(longest, Self.longestRetryAfter)
    }

    /// Judges an attempt. Redirects are no success, whatever they lead to.
    ///
    /// - Parameters:
    ///   - number: of the attempt, counted from 1.
    ///   - end: of the attempt; the delay to the next one runs from here.
    ///   - chance: from 0 to 1, for the policy's jitter.
    package func verdict(
        on outcome: AttemptOutcome, number: Int, endedAt end: Instant, chance: Double
    ) -> Verdict {
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
