/// A rule expression of the campaign, whose result a decision needs.
package enum Question: Equatable, Sendable {
    /// The condition at this index of the campaign's list.
    case condition(Int)
    /// The expression that decides if a person must review the conversion.
    case review
}

/// The result of a rule expression for an event.
package enum Verdict: Equatable, Sendable {
    case `true`, `false`
    /// A value was missing, an error occurred, or the cost was too high. The text has no personal
    /// data.
    case unknown(String)
}
