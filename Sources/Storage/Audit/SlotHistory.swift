import Database
import Referrals
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
        /// Nil where there is no such reward, or none of this rule.
        package let held: Held?
    }

    /// What is known of the reward that holds a slot.
    package struct Held {
        /// Nil where the word is none of this release.
        package let status: RewardStatus?
        /// Whether it came back without a slot of its own.
        package let mayHoldNone: Bool
        package let lead: ID<Participant>
        package let referrer: ID<Participant>
        package let occurredAt: Instant
    }

    private let statement: any Statement

    init(_ session: any Session) throws(StorageError) {
        statement = try session.prepare(
            """
            SELECT k.holder, k.rule, k.subject, k.slot, k.ref, r.status, r.reasons, c.lead_id,
                c.referrer_id, c.occurred_at
            FROM claims AS k
                LEFT JOIN rewards AS r ON r.id = k.ref AND r.campaign_reward_id = k.rule
                LEFT JOIN conversions AS c ON c.id = r.id / \(ID<Reward>.perConversion)
            WHERE k.rule <> 0
            """)
    }

    package func next() throws(StorageError) -> Entry? {
        guard try statement.step() else { return nil }
        let holder = statement.integer(0)
        return Entry(
            holder: holder == 0 ? nil : ID(holder), rule: ID(statement.integer(1)),
            subject: statement.integer(2), slot: statement.integer(3),
            reward: ID(statement.integer(4)), held: held())
    }

    /// A reward without a conversion is an invariant's matter.
    private func held() -> Held? {
        guard let status = statement.optionalText(5) else { return nil }
        return Held(
            status: RewardStatus(rawValue: status),
            mayHoldNone: Reasons(stored: statement.optionalText(6)).contains(.capReached),
            lead: ID(statement.integer(7)), referrer: ID(statement.integer(8)),
            occurredAt: Instant(clampingMicroseconds: statement.integer(9)))
    }
}

extension SlotHistory.Entry {
    /// Whether this is a slot that such a cap gives to such a reward: held by whom it counts for, in the window
    /// in which the goal was reached, and below the cap.
    package func isBelow(_ cap: Cap, of held: SlotHistory.Held) -> Bool {
        let scope = ClaimTable.Scope(
            cap, of: rule, window: cap.window.key(of: held.occurredAt), lead: held.lead,
            referrer: held.referrer)
        return scope.holder == holder && scope.subject == subject && slot >= 0 && slot < cap.count
    }
}
