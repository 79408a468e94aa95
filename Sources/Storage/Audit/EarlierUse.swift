import Database
import Referrals
import Time

/// The rewards and conversions of a campaign before an event, as they are on record now, for counts
/// that no event has stored.
package struct EarlierUse {
    /// A reward that holds a slot, with the people of its conversion.
    package struct Grant {
        /// The rule of the reward.
        package let rule: ID<CampaignReward>
        /// The lead and the referrer of its conversion.
        package let lead: ID<Participant>
        package let referrer: ID<Participant>
        /// The time of its goal.
        package let occurredAt: Instant
        /// The rest of its value in the unit, and the unit: a currency, `points`, or nil.
        package let units: Int64
        package let unit: String?
    }

    let session: any Session

    /// Calls the closure with the rewards of a campaign that were granted before an event and hold a
    /// slot.
    package func forEachGrant(
        of campaign: ID<Campaign>, before event: ID<Event>,
        _ body: (Grant) -> Void
    ) throws(StorageError) {
        let statement = try session.prepare(
            """
            SELECT r.campaign_reward_id, c.lead_id, c.referrer_id, c.occurred_at, r.status,
                coalesce(r.amount, 1) + coalesce(
                    (SELECT sum(l.amount) FROM ledger AS l WHERE l.reward_id = r.id), 0), r.unit
            FROM campaign_rewards AS w
            JOIN rewards AS r ON r.campaign_reward_id = w.id
            JOIN conversions AS c ON c.id = r.id / \(ID<Reward>.perConversion)
            WHERE w.campaign_id = ?1 AND r.id < ?2
            """)
        try statement.bind(1, campaign)
        try statement.bind(2, event.number * ID<Reward>.perConversion)
        while try statement.step() {
            guard RewardStatus(rawValue: statement.text(4))?.holdsSlot ?? false else { continue }
            body(
                Grant(
                    rule: statement.id(0), lead: statement.id(1), referrer: statement.id(2),
                    occurredAt: Instant(clampingMicroseconds: statement.integer(3)),
                    units: statement.integer(5), unit: statement.optionalText(6)))
        }
    }

    /// Calls the closure with the referrer, the lead and the time of each conversion of a campaign
    /// that was made before an event and is approved or pending.
    package func forEachConversion(
        of campaign: ID<Campaign>, before event: ID<Event>,
        _ body: (ID<Participant>, ID<Participant>, Instant) -> Void
    ) throws(StorageError) {
        let statement = try session.prepare(
            """
            SELECT referrer_id, lead_id, occurred_at, status FROM conversions
            WHERE campaign_id = ?1 AND id < ?2 ORDER BY id
            """)
        try statement.bind(1, campaign)
        try statement.bind(2, event.number)
        while try statement.step() {
            let status = ConversionStatus(rawValue: statement.text(3))
            guard status == .approved || status == .pending else { continue }
            body(
                statement.id(0), statement.id(1),
                Instant(clampingMicroseconds: statement.integer(2)))
        }
    }

    /// The number of rewards granted before an event that hold a slot of a scope now.
    package func slots(
        in scope: ClaimTable.Scope, before event: ID<Event>
    ) throws(StorageError) -> Int {
        let statement = try session.prepare(
            """
            SELECT count(*) FROM claims
            WHERE holder = ?1 AND rule = ?2 AND subject = ?3 AND ref < ?4
            """)
        try statement.bind(1, scope.holderNumber)
        try statement.bind(2, scope.rule)
        try statement.bind(3, scope.subject)
        try statement.bind(4, event.number * ID<Reward>.perConversion)
        _ = try statement.step()
        defer { statement.reset() }
        return Int(statement.integer(0))
    }
}
