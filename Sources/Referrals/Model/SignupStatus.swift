/// The state of a signup on a waitlist, in the words of the API.
package enum SignupStatus: String, CaseIterable, Sendable {
    /// The signup has a position. Lists begin with these.
    case waiting
    /// The signup was admitted and has no position.
    case approved
    /// The signup was refused. It has no position, and does not count for its referrer.
    case rejected
}
