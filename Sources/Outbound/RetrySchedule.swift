import Declarations
import Time

/// The result of one attempt.
package enum AttemptOutcome: Equatable, Sendable {
    /// A response, and the wait that its sender asks for.
    case answered(status: Int, retryAfter: Duration?)
    case failed
    /// The gateway itself cut the attempt off.
    case cutOff

    var isSuccess: Bool {
        if case .answered(200..<300, _) = self { true } else { false }
    }
}

/// The consequence of an attempt for its delivery.
package enum Verdict: Equatable, Sendable {
    case delivered
    case again(at: Instant)
    /// The attempt does not count, and is made again at once.
    case cutOff
    case failed
    /// The receiver is gone for good (RFC 9110 section 15.5.11): this delivery has failed, and
    /// nothing more is sent to its webhook.
    case gone
}

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
