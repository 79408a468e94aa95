/// How a decision came about, step by step, in the order of the phases.
package struct Trace: Equatable, Sendable {
    package let decision: Decision
    package let checks: [Check]

    /// The checks that failed or couldn't be told. Where it is one, it alone is in the way.
    package var obstacles: [Check] {
        checks.filter { $0.outcome == .fail || $0.outcome == .unknown }
    }
}
