import Database
import Referrals
import Time

/// All events in the order of their numbers, each with what came of it: one walk along the tables side by
/// side, since a conversion has the number of its event and its rewards, ledger and reversals follow.
package final class EventHistory {
    /// What bears one number. There is an event, unless something lies about without one.
    package struct Entry {
        package let number: Int64
        package var event: StoredEvent?
        package var conversion: StoredConversion?
        package var rewards: [StoredReward] = []
        /// In the order of their receipt.
        package var reversals: [StoredReversal] = []
    }

    /// Where the walk along one table has come to.
    private struct Cursor {
        let statement: any Statement
        /// Rows whose first column, divided by this, is one number belong together.
        let perNumber: Int64
        /// Nil at the end.
        private(set) var number: Int64?

        init(
            _ session: any Session, _ sql: SQL, perNumber: Int64 = 1
        ) throws(StorageError) {
            statement = try session.prepare(sql)
            self.perNumber = perNumber
            try advance()
        }

        mutating func advance() throws(StorageError) {
            number = try statement.step() ? statement.integer(0) / perNumber : nil
        }
    }

    private var events, conversions, rewards, ledger, reversals: Cursor

    init(_ session: any Session) throws(StorageError) {
        events = try Cursor(session, StoredEvent.select)
        conversions = try Cursor(session, StoredConversion.select)
        rewards = try Cursor(
            session, StoredReward.select, perNumber: ID<Reward>.perConversion)
        ledger = try Cursor(session, StoredLedgerLine.select)
        reversals = try Cursor(session, StoredReversal.select)
    }

    /// What bears the next number that anything bears.
    package func next() throws(StorageError) -> Entry? {
        let end = Int64.max
        let number = min(
            min(events.number ?? end, conversions.number ?? end),
            min(rewards.number ?? end, reversals.number ?? end))
        guard number < end else { return nil }
        var entry = Entry(number: number)
        if events.number == number {
            entry.event = StoredEvent(events.statement)
            try events.advance()
        }
        if conversions.number == number {
            entry.conversion = StoredConversion(conversions.statement)
            try conversions.advance()
        }
        while rewards.number == number {
            var reward = StoredReward(rewards.statement)
            reward.ledger = try lines(of: reward.row.id)
            entry.rewards.append(reward)
            try rewards.advance()
        }
        while reversals.number == number {
            entry.reversals.append(StoredReversal(reversals.statement))
            try reversals.advance()
        }
        return entry
    }

    private func lines(of reward: ID<Reward>) throws(StorageError) -> [StoredLedgerLine] {
        // Lines without a reward are an invariant's matter.
        while let number = ledger.number, number < reward.number { try ledger.advance() }
        var lines: [StoredLedgerLine] = []
        while ledger.number == reward.number {
            lines.append(StoredLedgerLine(ledger.statement))
            try ledger.advance()
        }
        return lines
    }
}
