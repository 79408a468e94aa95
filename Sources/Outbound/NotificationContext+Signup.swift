import Referrals

extension NotificationContext {
    /// The facts about a signup in a notification.
    struct SignupPart: Equatable {
        /// The UUID of the signup.
        var uid: UID
        /// The address of a deleted person; nil for anyone else, whose row has it.
        var email: String?
        /// The position before, in a notification of a change.
        var former: Int?
        /// The position that the notification reports.
        var position: Int?
    }
}
