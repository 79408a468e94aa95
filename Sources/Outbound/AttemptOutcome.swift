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
