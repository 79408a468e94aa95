import Database
import Referrals
import Time

/// The goals that release held rewards: those that leads have reached, and the rewards that wait.
package struct GoalTable {
    private let session: any Session

    init(_ session: any Session) { self.session = session }

    /// A reward that waits for a goal.
    package struct Awaited: Equatable, Sendable {
        /// The reward.
        package let reward: ID<Reward>
        /// The end of the wait.
        package let expiresAt: Instant
        /// The end of the campaign's hold days; nil without hold days.
        package let holdEnd: Instant?
    }

    // MARK: Reached goals

    /// True if the participant has reached the goal.
    package func isReached(
        _ goal: String, by participant: ID<Participant>
    ) throws(StorageError) -> Bool {
        let select = try session.prepare(
            "SELECT event_id FROM reached_goals WHERE participant_id = ?1 AND goal = ?2")
        try select.bind(1, participant)
        try select.bind(2, goal)
        defer { select.reset() }
        return try select.step()
    }

    /// Notes that an event reports a goal of a participant. The first event stays.
    package func note(
        _ goal: String, of participant: ID<Participant>, from event: ID<Event>
    ) throws(StorageError) {
        let insert = try session.prepare(
            """
            INSERT INTO reached_goals(participant_id, goal, event_id) VALUES (?1, ?2, ?3)
            ON CONFLICT DO NOTHING
            """)
        try insert.bind(1, participant)
        try insert.bind(2, goal)
        try insert.bind(3, event)
        try insert.run()
    }

    // MARK: Rewards that wait

    /// Has a reward wait for a goal of its lead.
    package func await(
        _ goal: String, of lead: ID<Participant>, for reward: ID<Reward>, until end: Instant,
        holdEnd: Instant?
    ) throws(StorageError) {
        let insert = try session.prepare(
            """
            INSERT INTO awaited_goals(participant_id, goal, reward_id, expires_at, hold_end)
            VALUES (?1, ?2, ?3, ?4, ?5)
            """)
        try insert.bind(1, lead)
        try insert.bind(2, goal)
        try insert.bind(3, reward)
        try insert.bind(4, end.microseconds)
        try insert.bind(5, holdEnd?.microseconds)
        try insert.run()
    }

    /// Ends the wait of a reward.
    package func remove(_ reward: ID<Reward>) throws(StorageError) {
        let delete = try session.prepare("DELETE FROM awaited_goals WHERE reward_id = ?1")
        try delete.bind(1, reward)
        try delete.run()
    }

    /// The wait of a reward; nil if it does not wait for a goal.
    package func awaited(by reward: ID<Reward>) throws(StorageError) -> (
        goal: String, awaited: Awaited
    )? {
        let select = try session.prepare(
            """
            SELECT reward_id, expires_at, hold_end, goal FROM awaited_goals WHERE reward_id = ?1
            """)
        try select.bind(1, reward)
        defer { select.reset() }
        return try select.step() ? (select.text(3), Self.awaited(select)) : nil
    }

    /// The rewards that wait for a goal of a lead and whose wait is not over, in the order of their
    /// numbers.
    package func awaiting(
        _ goal: String, of lead: ID<Participant>, at now: Instant
    ) throws(StorageError) -> [Awaited] {
        let select = try session.prepare(
            """
            SELECT reward_id, expires_at, hold_end FROM awaited_goals
            WHERE participant_id = ?1 AND goal = ?2 AND expires_at > ?3 ORDER BY reward_id
            """)
        try select.bind(1, lead)
        try select.bind(2, goal)
        try select.bind(3, now.microseconds)
        var rewards: [Awaited] = []
        while try select.step() { rewards.append(Self.awaited(select)) }
        return rewards
    }

    /// The rewards whose wait is over, in the order of its end, after one of them.
    package func expired(
        at now: Instant, after last: (end: Instant, id: ID<Reward>)?, limit: Int
    ) throws(StorageError) -> [Awaited] {
        let select = try session.prepare(
            """
            SELECT reward_id, expires_at, hold_end FROM awaited_goals
            WHERE expires_at <= ?1 AND (expires_at, reward_id) > (?2, ?3)
            ORDER BY expires_at, reward_id LIMIT ?4
            """)
        try select.bind(1, now.microseconds)
        try select.bind(2, last?.end.microseconds ?? Int64.min)
        try select.bind(3, last?.id ?? ID(0))
        try select.bind(4, limit)
        var rewards: [Awaited] = []
        while try select.step() { rewards.append(Self.awaited(select)) }
        return rewards
    }

    /// Gives the rewards that wait longest the ends of their holds, after those were set again.
    package func followHolds(after now: Instant, limit: Int) throws(StorageError) {
        let update = try session.prepare(
            """
            UPDATE awaited_goals SET expires_at = coalesce(
                    (SELECT held_until FROM rewards WHERE id = awaited_goals.reward_id), expires_at)
            WHERE reward_id IN (SELECT reward_id FROM awaited_goals
                WHERE expires_at > ?1 ORDER BY expires_at DESC LIMIT ?2)
            """)
        try update.bind(1, now.microseconds)
        try update.bind(2, limit)
        try update.run()
    }

    private static func awaited(_ statement: any Statement) -> Awaited {
        Awaited(
            reward: statement.id(0),
            expiresAt: Instant(clampingMicroseconds: statement.integer(1)),
            holdEnd: statement.optionalInteger(2).map { Instant(clampingMicroseconds: $0) })
    }

    // MARK: Released rewards

    /// Notes that an event has released a reward.
    package func note(
        release reward: ID<Reward>, by event: ID<Event>
    ) throws(StorageError) {
        let insert = try session.prepare(
            """
            INSERT INTO released_rewards(event_id, reward_id) VALUES (?1, ?2)
            ON CONFLICT DO NOTHING
            """)
        try insert.bind(1, event)
        try insert.bind(2, reward)
        try insert.run()
    }

    /// The rewards that an event has released, in the order of their numbers.
    package func released(by event: ID<Event>) throws(StorageError) -> [ID<Reward>] {
        let select = try session.prepare(
            "SELECT reward_id FROM released_rewards WHERE event_id = ?1 ORDER BY reward_id")
        try select.bind(1, event)
        var rewards: [ID<Reward>] = []
        while try select.step() { rewards.append(select.id(0)) }
        return rewards
    }
}
