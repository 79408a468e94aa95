import Referrals
import SQLite
import Time

/// All slots of caps that rewards hold, with what decides which slots they may be.
package final class SlotHistory {
    package struct Entry {
        /// Nil for a cap of the whole campaign.
        package let holder: ID<Participant>?
        package let rule: ID<CampaignReward>
        package let subject: Int64
        package let slot: Int64
        package let reward: ID<Reward>
        package let lead: ID<Participant>
        package let referrer: ID<Participant>
        package let occurredAt: Instant
        /// Whether the reward came back without a slot of its own.
        package let mayHoldNone: Bool
    }

    private let statement: Statement

    /// Slots of rewards that are not there are left to the invariants.
    package init(_ connection: Connection) throws(SQLiteError) {
        statement = try connection.prepare(
            """
            SELECT k.holder, k.rule, k.subject, k.slot, k.ref, c.lead_id, c.referrer_id,
                c.occurred_at, r.reasons
            FROM claims AS k JOIN rewards AS r ON r.id = k.ref
                JOIN conversions AS c ON c.id = k.ref / \(ID<Reward>.perConversion)
            WHERE k.rule <> 0
            """)
    }

    package func next() throws(SQLiteError) -> Entry? {
        guard try statement.step() else { return nil }
        let holder = statement.integer(0)
        return Entry(
            holder: holder == 0 ? nil : ID(holder), rule: ID(statement.integer(1)),
            subject: statement.integer(2), slot: statement.integer(3),
            reward: ID(statement.integer(4)), lead: ID(statement.integer(5)),
            referrer: ID(statement.integer(6)),
            occurredAt: Instant(clampingMicroseconds: statement.integer(7)),
            mayHoldNone: Reasons(stored: statement.optionalText(8)).contains(.capReached))
    }
}

extension SlotHistory.Entry {
    /// Whether this is a slot that such a cap gives: held by whom it counts for, in the window in which the
    /// goal was reached, and below the cap.
    package func isBelow(_ cap: Cap) -> Bool {
        let scope = ClaimTable.Scope(
            cap, of: rule, window: cap.window.key(of: occurredAt), lead: lead, referrer: referrer)
        return scope.holder == holder && scope.subject == subject && slot >= 0 && slot < cap.count
    }
}
