/// A rule expression of the campaign whose answer a decision asks for.
package enum Question: Equatable, Sendable {
    /// The condition at this place in the campaign's list.
    case condition(Int)
    /// The expression that says whether a person must review.
    case review
}

/// What a rule expression says of an event.
package enum Verdict: Equatable, Sendable {
    case `true`, `false`
    /// A value was missing, an error arose, or the cost was too high: in words, without personal data.
    case unknown(String)
}
