import Database
import Referrals

/// The multiples that rewards of `every` hold, each once. The primary key prevents two rewards of a
/// rule for the same number of conversions.
package struct MilestoneTable {
    private let session: any Session

    init(_ session: any Session) { self.session = session }

    /// The person whose approved conversions are counted: a referrer's leads, or one lead of theirs.
    package struct Holder: Equatable, Sendable {
        let number: Int64
        let subject: Int64

        /// The holder of a rule's multiples in a conversion.
        package init(
            _ beneficiary: CampaignReward.Beneficiary, lead: ID<Participant>,
            referrer: ID<Participant>
        ) {
            number = referrer.number
            subject = beneficiary == .referrer ? 0 : lead.number
        }
    }

    /// The reward that holds a multiple; nil if it is free.
    package func reward(
        at multiple: Int64, of rule: ID<CampaignReward>, _ holder: Holder
    ) throws(StorageError) -> ID<Reward>? {
        let select = try session.prepare(
            """
            SELECT reward_id FROM milestones
            WHERE holder = ?1 AND subject = ?2 AND slot = ?3 AND rule = ?4
            """)
        try select.bind(1, holder.number)
        try select.bind(2, holder.subject)
        try select.bind(3, multiple)
        try select.bind(4, rule)
        defer { select.reset() }
        return try select.step() ? select.id(0) : nil
    }

    /// Takes a multiple for a reward. Returns false if another reward holds it.
    package func take(
        _ multiple: Int64, of rule: ID<CampaignReward>, _ holder: Holder, for reward: ID<Reward>
    ) throws(StorageError) -> Bool {
        let insert = try session.prepare(
            """
            INSERT INTO milestones(holder, subject, slot, rule, reward_id)
            VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING
            """)
        try insert.bind(1, holder.number)
        try insert.bind(2, holder.subject)
        try insert.bind(3, multiple)
        try insert.bind(4, rule)
        try insert.bind(5, reward)
        return try insert.runCountingChanges() == 1
    }

    /// Frees the multiple of a reward. Returns false if it holds none.
    package func release(_ reward: ID<Reward>) throws(StorageError) -> Bool {
        let delete = try session.prepare("DELETE FROM milestones WHERE reward_id = ?1")
        try delete.bind(1, reward)
        return try delete.runCountingChanges() == 1
    }

    /// The rewards that hold a multiple above a count, in the order of the multiples.
    package func rewards(
        above count: Int64, of holder: Holder
    ) throws(StorageError) -> [ID<Reward>] {
        let select = try session.prepare(
            """
            SELECT reward_id FROM milestones
            WHERE holder = ?1 AND subject = ?2 AND slot > ?3 ORDER BY slot, rule
            """)
        try select.bind(1, holder.number)
        try select.bind(2, holder.subject)
        try select.bind(3, count)
        var rewards: [ID<Reward>] = []
        while try select.step() { rewards.append(select.id(0)) }
        return rewards
    }
}
