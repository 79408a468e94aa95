/// A rule expression of the campaign, whose result a decision needs.
package enum Question: Equatable, Sendable {
    /// The condition at this index of the campaign's list.
    case condition(Int)
    /// The condition of the campaign reward at this index of the campaign's list.
    case when(Int)
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

/// A verdict without its reason, as it is stored. The raw values are stored; 0 is none.
package enum Truth: UInt8, CaseIterable, Sendable {
    case `true` = 1
    case `false` = 2
    case unknown = 3
}

extension Verdict {
    /// The verdict without its reason.
    package var truth: Truth {
        switch self {
        case .true: .true
        case .false: .false
        case .unknown: .unknown
        }
    }

    /// Creates a verdict from a stored one.
    package init(_ truth: Truth?) {
        switch truth {
        case .true?, nil: self = .true
        case .false?: self = .false
        case .unknown?: self = .unknown("the result is stored, and its reason is not")
        }
    }
}
