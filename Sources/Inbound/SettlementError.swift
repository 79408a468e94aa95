import Referrals
import SQLite

/// Why a message could not be settled. Nothing of it is then in the database.
package enum SettlementError: Error, Equatable, Sendable {
    case storage(SQLiteError)
    /// The tables contradict what was just read from them within one transaction: a bug of ours, or a file
    /// that was changed by hand.
    case contradiction(String)
    /// What is stored of the campaign cannot be used; the start of the gateway names it.
    case campaignUnusable(ID<Campaign>)
    /// No random bytes for a new referral code.
    case randomness
    /// An operator's request that cannot be done; who asked is told why, and nothing of it stays.
    case declined
}

extension SettlementError {
    /// Whether no transaction could be begun, so that nothing can be settled just now.
    var isOutage: Bool {
        if case .storage(let error) = self { error.stage == .begin } else { false }
    }
}

extension SettlementError {
    /// Whether another process holds the database's lock. Nothing was begun then.
    var isLocked: Bool {
        if case .storage(let error) = self {
            error.stage == .begin && error.kind == .busy
        } else {
            false
        }
    }
}

extension SettlementError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .storage(let error): error.description
        case .contradiction(let words): "the tables contradict themselves: \(words)"
        case .campaignUnusable(let id): "the stored campaign \(id.number) cannot be used"
        case .randomness: "the system gives no random bytes"
        case .declined: "the request was declined"
        }
    }
}

/// Runs what fails with SQLite's errors where settlement's are wanted.
func stored<Result>(
    _ body: () throws(SQLiteError) -> Result
) throws(SettlementError) -> Result {
    do { return try body() } catch { throw .storage(error) }
}
