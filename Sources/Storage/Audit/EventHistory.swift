import Database
import Referrals
import Time

/// All events in the order of their numbers, each with its consequences: one pass through the
/// tables side by side, since a conversion has the number of its event, and its rewards, ledger and
/// reversals follow from it.
package final class EventHistory {
    /// The rows of one number. The event is missing only if the other rows are stray.
    package struct Entry {
        /// The number that the rows share.
        package let number: Int64
        /// The event.
        package var event: StoredEvent?
        /// The conversion, if there is one.
        package var conversion: StoredConversion?
        /// The rewards of the conversion.
        package var rewards: [StoredReward] = []
        /// The reversals of the conversion, in the order of their receipt.
        package var reversals: [StoredReversal] = []
        /// The later changes of the conversion's approval, in their order.
        package var approvals: [ApprovalTable.Row] = []
    }

    /// The position in one table.
    private struct Cursor {
        let statement: any Statement
        /// The divisor of the first column: rows with the same quotient belong together.
        let perNumber: Int64
        /// The number of the present row; nil at the end.
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

    private var events, conversions, rewards, ledger, reversals, approvals: Cursor

    init(_ session: any Session) throws(StorageError) {
        events = try Cursor(session, StoredEvent.select)
        conversions = try Cursor(session, StoredConversion.select)
        rewards = try Cursor(
            session, StoredReward.select, perNumber: ID<Reward>.perConversion)
        ledger = try Cursor(session, StoredLedgerLine.select)
        reversals = try Cursor(session, StoredReversal.select)
        approvals = try Cursor(session, ApprovalTable.select)
    }

    /// The rows of the next number.
    package func next() throws(StorageError) -> Entry? {
        let end = Int64.max
        let number = min(
            min(events.number ?? end, conversions.number ?? end),
            min(rewards.number ?? end, reversals.number ?? end), approvals.number ?? end)
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
        while approvals.number == number {
            entry.approvals.append(ApprovalTable.row(approvals.statement))
            try approvals.advance()
        }
        return entry
    }

    private func lines(of reward: ID<Reward>) throws(StorageError) -> [StoredLedgerLine] {
        // Lines without a reward are found by an invariant.
        while let number = ledger.number, number < reward.number { try ledger.advance() }
        var lines: [StoredLedgerLine] = []
        while ledger.number == reward.number {
            lines.append(StoredLedgerLine(ledger.statement))
            try ledger.advance()
        }
        return lines
    }
}
