import Referrals

/// A change of a waitlist's order within the open transaction.
package struct SignupMove: Equatable, Sendable {
    /// The cause of a change.
    package enum Cause: Equatable, Sendable {
        /// The person signed up.
        case added
        /// The number of the signup's own referrals has changed.
        case counted
        /// An operator has changed the status from another one.
        case changed(from: SignupStatus)
        /// The person was deleted.
        case deleted
    }

    /// The signup as it is after the change; as it was, if it is deleted.
    package var row: SignupRow
    /// The cause of the change.
    package var cause: Cause
    /// The position before the change, from 1; nil if the signup was not waiting.
    package var former: Int?
    /// The position after the change, from 1; nil if the signup is not waiting any more.
    package var position: Int?
    /// The address of a person who is being deleted.
    package var email: String?
}
