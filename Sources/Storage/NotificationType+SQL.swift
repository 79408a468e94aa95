import Referrals

extension NotificationType {
    /// A list for SQL's IN of the types that are about rows of one kind.
    static func words(about subject: Subject) -> String { words(all(about: subject)) }

    /// A list for SQL's IN of some types.
    static func words(_ types: [NotificationType]) -> String {
        types.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }
}

extension NotificationType.Subject {
    /// The table whose rows the subject names.
    var table: String {
        switch self {
        case .participant: "participants"
        case .conversion: "conversions"
        case .reward: "rewards"
        case .campaign: "campaigns"
        case .event: "events"
        case .webhook: "webhooks"
        case .signup: "signup_notices"
        case .payout: "payouts"
        }
    }
}
