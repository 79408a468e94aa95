import Database
import Ledger
import Referrals
import SQLite

@testable import Storage

extension Answer {
    /// The result of a recorded event; nil for a refusal.
    package var recorded: Recorded? {
        if case .recorded(let recorded) = self { recorded } else { nil }
    }
}

extension Scratch {
    /// The status and what is left of a reward, as the tables say.
    package func reward(
        ofConversion conversion: Int64, place: Int = 0
    ) throws -> (status: RewardStatus, remaining: Int64)? {
        let id = ID<Reward>(of: ID(conversion), place: place)
        guard let row = try store.rewards.of(ID(conversion)).first(where: { $0.id == id }) else {
            return nil
        }
        let taken = try store.rewards.ledger(of: id).reduce(0) { $0 + $1.amount }
        return (row.status, (row.value?.units ?? 0) + taken)
    }

    /// What an event became.
    package func outcome(ofEvent id: Int64) throws -> Referrals.Outcome? {
        try store.events.find(ID(id))?.outcome
    }

    package func parkedKeys() throws -> [String] {
        let statement = try store.session.prepare("SELECT key FROM parked ORDER BY key")
        var keys: [String] = []
        while try statement.step() { keys.append(statement.text(0)) }
        return keys
    }
}
