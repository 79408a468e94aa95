import Database
import Referrals

/// The rows that a search is about. Each list is in descending order of its numbers.
package enum SearchedTable: Sendable {
    case events, conversions, rewards, participants, coupons

    var name: String {
        switch self {
        case .events: "events"
        case .conversions: "conversions"
        case .rewards: "rewards"
        case .participants: "participants"
        case .coupons: "coupons"
        }
    }

    /// The quotient of a row's number and its event's; nil if rows do not have the number of an
    /// event.
    var perEvent: Int64? {
        switch self {
        case .events, .conversions: 1
        case .rewards: ID<Reward>.perConversion
        case .participants, .coupons: nil
        }
    }

    /// The time by which rows are listed, in a row `t`.
    var time: SQL {
        switch self {
        case .events: "t.received_at"
        case .conversions: "t.created_at"
        case .rewards:
            "(SELECT created_at FROM conversions WHERE id = t.id / \(ID<Reward>.perConversion))"
        case .participants: "t.joined_at"
        case .coupons: "0"
        }
    }

    /// The condition that a row `t` belongs to an account. The `+` keeps SQLite from an index whose
    /// order differs from that of the list.
    func ownership(of account: ID<Account>) -> Fragment {
        let account: [Conditions.Value] = [.integer(account.number)]
        return switch self {
        case .events:
            Fragment(
                "\(sqlite: "+")t.source IN (SELECT number FROM sources WHERE account_id = ?)",
                account)
        case .conversions, .coupons:
            Fragment(
                "\(sqlite: "+")t.campaign_id IN (SELECT id FROM campaigns WHERE account_id = ?)",
                account)
        case .rewards:
            Fragment(
                """
                \(sqlite: "+")t.campaign_reward_id IN (SELECT r.id
                    FROM campaign_rewards AS r JOIN campaigns AS c ON c.id = r.campaign_id
                    WHERE c.account_id = ?)
                """, account)
        case .participants:
            Fragment(
                "\(sqlite: "+")t.account_id = ? AND t.erased_at IS NULL", account)
        }
    }
}
