import Database
import Referrals
import Time

/// All slots of caps that rewards hold, with the facts that determine which slots they may be.
package final class SlotHistory {
    /// A slot that is in use.
    package struct Entry {
        /// The participant who holds the slot; nil for a cap of the whole campaign.
        package let holder: ID<Participant>?
        /// The campaign reward of the cap.
        package let rule: ID<CampaignReward>
        /// The subject as stored: lead and window.
        package let subject: Int64
        /// The number of the slot.
        package let slot: Int64
        /// The reward that takes the slot.
        package let reward: ID<Reward>
        /// The reward's facts; nil if there is no such reward, or it is of another rule.
        package let held: Held?
    }

    /// The facts about the reward that holds a slot.
    package struct Held {
        /// Nil if the stored word is not one of this release.
        package let status: RewardStatus?
        /// True if the reward came back without a slot of its own.
        package let mayHoldNone: Bool
        /// The lead of the conversion.
        package let lead: ID<Participant>
        /// The referrer of the conversion.
        package let referrer: ID<Participant>
        /// The time of the conversion.
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
            WHERE k.rule > 0
            """)
    }

    /// The next slot; nil at the end.
    package func next() throws(StorageError) -> Entry? {
        guard try statement.step() else { return nil }
        let holder = statement.integer(0)
        return Entry(
            holder: holder == 0 ? nil : ID(holder), rule: statement.id(1),
            subject: statement.integer(2), slot: statement.integer(3),
            reward: statement.id(4), held: held())
    }

    /// The facts of the reward. A reward without a conversion is found by an invariant.
    private func held() -> Held? {
        guard let status = statement.optionalText(5) else { return nil }
        return Held(
            status: RewardStatus(rawValue: status),
            mayHoldNone: Reasons(stored: statement.optionalText(6)).contains(.capReached),
            lead: statement.id(7), referrer: statement.id(8),
            occurredAt: Instant(clampingMicroseconds: statement.integer(9)))
    }
}

extension SlotHistory.Entry {
    /// True if this is a slot that such a cap gives to such a reward: held by the person it counts
    /// for, in the window in which the goal was reached, and below the cap.
    package func isBelow(_ cap: Cap, of held: SlotHistory.Held) -> Bool {
        let scope = ClaimTable.Scope(
            cap, of: rule, window: cap.window.key(of: held.occurredAt), lead: held.lead,
            referrer: held.referrer)
        return scope.holder == holder && scope.subject == subject && slot >= 0 && slot < cap.count
    }
}
