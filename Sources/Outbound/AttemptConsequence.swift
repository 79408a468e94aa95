import Time

/// The consequence of an attempt for its delivery.
package enum AttemptConsequence: Equatable, Sendable {
    case delivered
    case again(at: Instant)
    /// The attempt does not count, and is made again at once.
    case cutOff
    case failed
    /// The receiver is gone for good (RFC 9110 section 15.5.11): this delivery has failed, and
    /// nothing more is sent to its webhook.
    case gone
}
