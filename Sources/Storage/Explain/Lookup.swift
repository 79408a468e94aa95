import Database
import Referrals
import Time

/// The queries of an explanation: the events of a person, the rows with a key, the order of waiting
/// rewards. Each uses an index that exists for another purpose.
package final class Lookup {
    private let session: any Session

    init(_ session: any Session) { self.session = session }

    /// The participants with this address in all campaigns of the account.
    package func participants(
        email: String, account: ID<Account>
    ) throws(StorageError) -> [ID<Participant>] {
        let statement = try session.prepare(
            """
            SELECT id FROM participants
            WHERE campaign_id IN (SELECT id FROM campaigns WHERE account_id = ?1) AND email = ?2
            ORDER BY id
            """)
        try statement.bind(1, account)
        try statement.bind(2, email)
        return try ids(statement)
    }

    /// The participants with this customer id, in all campaigns of the account. Conversions that
    /// are not entered into `customers` yet are few (see CustomerTable).
    package func participants(
        customer: String, account: ID<Account>
    ) throws(StorageError) -> [ID<Participant>] {
        let statement = try session.prepare(
            """
            SELECT participant_id FROM customers
            WHERE campaign_id IN (SELECT id FROM campaigns WHERE account_id = ?1) AND customer = ?2
            UNION
            SELECT lead_id FROM conversions
            WHERE id > coalesce((SELECT value FROM meta WHERE name = 'customers_entered'), 0)
                AND customer = ?2
                AND \(sqlite: "+")campaign_id IN (SELECT id FROM campaigns WHERE account_id = ?1)
            """)
        try statement.bind(1, account)
        try statement.bind(2, customer)
        return try ids(statement)
    }

    /// The number of rewards given to a participant and their leads, counted up to a limit.
    package func givenRewards(
        of id: ID<Participant>, limit: Int
    ) throws(StorageError) -> Int {
        let statement = try session.prepare(
            """
            SELECT count(*) FROM (SELECT 1
                FROM (SELECT ref FROM claims WHERE rule = 0 AND holder = ?1
                    UNION SELECT ref FROM claims WHERE rule = 0 AND subject = ?1 AND holder IN (
                        SELECT referred_by FROM participants WHERE id = ?1
                        UNION SELECT document ->> 'referred_by' FROM participant_revisions
                            WHERE participant_id = ?1)) AS c
                JOIN rewards AS r ON r.id BETWEEN c.ref * 16 AND c.ref * 16 + 15
                WHERE r.status IN ('issued', 'redeemed') LIMIT ?2)
            """)
        try statement.bind(1, id)
        try statement.bind(2, limit)
        defer { statement.reset() }
        return try statement.step() ? Int(statement.integer(0)) : 0
    }

    /// True if the person was deleted, and only the code is left.
    package func isErased(_ id: ID<Participant>) throws(StorageError) -> Bool {
        let statement = try session.prepare(
            "SELECT 1 FROM participants WHERE id = ?1 AND erased_at IS NOT NULL")
        try statement.bind(1, id)
        defer { statement.reset() }
        return try statement.step()
    }

    /// The number of a referrer's leads.
    package func leadCount(of referrer: ID<Participant>) throws(StorageError) -> Int {
        let statement = try session.prepare(
            "SELECT count(*) FROM participants WHERE referred_by = ?1")
        try statement.bind(1, referrer)
        defer { statement.reset() }
        return try statement.step() ? Int(statement.integer(0)) : 0
    }

    /// The latest events about a participant or their leads without a conversion.
    package func eventsWithoutConversion(
        about id: ID<Participant>, limit: Int
    ) throws(StorageError) -> [ID<Event>] {
        let statement = try session.prepare(
            """
            SELECT id FROM events WHERE conversion_id IS NULL AND participant_id IS NOT NULL
                AND participant_id IN (SELECT ?1 UNION ALL
                    SELECT id FROM participants WHERE referred_by = ?1)
            ORDER BY id DESC LIMIT ?2
            """)
        try statement.bind(1, id)
        try statement.bind(2, limit)
        return try ids(statement)
    }

    /// The latest conversions of a participant, as lead under their referrer and as referrer.
    package func conversions(
        of id: ID<Participant>, limit: Int
    ) throws(StorageError) -> [ID<Conversion>] {
        let statement = try session.prepare(
            """
            SELECT ref FROM claims WHERE rule = 0 AND holder = ?1
            UNION
            SELECT ref FROM claims WHERE rule = 0 AND subject = ?1 AND holder IN (
                SELECT referred_by FROM participants WHERE id = ?1
                UNION SELECT document ->> 'referred_by' FROM participant_revisions
                    WHERE participant_id = ?1)
            ORDER BY ref DESC LIMIT ?2
            """)
        try statement.bind(1, id)
        try statement.bind(2, limit)
        return try ids(statement)
    }

    /// The conversions that a business key names: at most one for each campaign and goal.
    package func conversions(
        key: String, account: ID<Account>, limit: Int
    ) throws(StorageError) -> [ID<Conversion>] {
        let statement = try session.prepare(
            """
            SELECT DISTINCT conversion_id FROM business_keys WHERE account_id = ?1 AND key = ?2
            ORDER BY conversion_id LIMIT ?3
            """)
        try statement.bind(1, account)
        try statement.bind(2, key)
        try statement.bind(3, limit)
        return try ids(statement)
    }

    /// The number of the campaign's rewards that wait for a coupon and come before this one.
    package func waiting(
        before reward: ID<Reward>, in campaign: ID<Campaign>
    ) throws(StorageError) -> Int {
        let statement = try session.prepare(
            """
            SELECT count(*) FROM rewards WHERE status = 'waiting_stock' AND id < ?1
                AND campaign_reward_id IN (SELECT id FROM campaign_rewards WHERE campaign_id = ?2)
            """)
        try statement.bind(1, reward)
        try statement.bind(2, campaign)
        defer { statement.reset() }
        return try statement.step() ? Int(statement.integer(0)) : 0
    }

    /// Referral codes that begin with these characters, in the order of the codes.
    package func codes(
        startingWith prefix: String, account: ID<Account>, limit: Int
    ) throws(StorageError) -> [String] {
        // Codes are ASCII below DEL, so no code lies beyond the second bound.
        let statement = try session.prepare(
            """
            SELECT referral_code FROM participants
            WHERE account_id = ?1 AND referral_code >= ?2 AND referral_code < ?3
            ORDER BY referral_code LIMIT ?4
            """)
        try statement.bind(1, account)
        try statement.bind(2, prefix)
        try statement.bind(3, prefix + "\u{7F}")
        try statement.bind(4, limit)
        var codes: [String] = []
        while try statement.step() { codes.append(statement.text(0)) }
        return codes
    }

    private func ids<Subject>(_ statement: any Statement) throws(StorageError) -> [ID<Subject>] {
        var ids: [ID<Subject>] = []
        while try statement.step() { ids.append(statement.id(0)) }
        return ids
    }
}
