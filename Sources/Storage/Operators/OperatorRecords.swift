import Database
import Referrals
import Time

/// The records of operators' work other than declarations: archived and deleted rows, reviews, and
/// stored responses. Used off the main path, so that statements are made when needed.
package final class OperatorRecords {
    private let session: any Session

    init(_ session: any Session) { self.session = session }

    // MARK: Archived and deleted

    /// The number after the highest one that a campaign of the account's side has had.
    package func nextCampaign(of account: ID<Account>) throws(StorageError) -> CampaignNumber {
        let range = ID<Campaign>.range(of: account)
        let statement = try session.prepare(
            "SELECT max(id) FROM campaigns WHERE id BETWEEN ?1 AND ?2")
        try statement.bind(1, range.lowerBound)
        try statement.bind(2, range.upperBound)
        guard try statement.step() else { return CampaignNumber(1) }
        defer { statement.reset() }
        let last = statement.optionalInteger(0).map { ID<Campaign>($0).declared.number } ?? 0
        return CampaignNumber(last + 1)
    }

    /// Archives a campaign.
    package func archive(_ id: ID<Campaign>, at now: Instant) throws(StorageError) {
        try run(
            "UPDATE campaigns SET archived_at = coalesce(archived_at, ?2) WHERE id = ?1",
            id, now)
    }

    /// Deletes a source: it accepts no more messages; its events stay, with the versions needed to
    /// read them.
    package func delete(source number: ID<Source>, at now: Instant) throws(StorageError) {
        try run(
            "UPDATE sources SET deleted_at = ?2, updated_at = ?2 WHERE number = ?1", number,
            now)
    }

    /// Deletes a webhook: its secrets are removed, its name is free again. `Cancellations` cancels
    /// its waiting deliveries.
    package func delete(webhook id: ID<Webhook>, at now: Instant) throws(StorageError) {
        try run(
            """
            UPDATE webhooks SET deleted_at = ?2, updated_at = ?2, secrets = NULL,
                name = name || ' (deleted ' || id || ')'
            WHERE id = ?1
            """, id, now)
    }

    /// - Parameter secrets: The secrets, sealed for the new name.
    package func rename(
        webhook id: ID<Webhook>, to name: String, secrets: [UInt8]
    ) throws(StorageError) {
        let statement = try session.prepare(
            "UPDATE webhooks SET name = ?2, secrets = ?3 WHERE id = ?1")
        try statement.bind(1, id)
        try statement.bind(2, name)
        try statement.bind(3, secrets)
        try statement.run()
    }

    private func run<Subject>(_ sql: SQL, _ id: ID<Subject>, _ now: Instant) throws(StorageError) {
        let statement = try session.prepare(sql)
        try statement.bind(1, id)
        try statement.bind(2, now.microseconds)
        try statement.run()
    }

    // MARK: People

    /// Notes the time of a participant's last change.
    package func noteChange(of id: ID<Participant>, at now: Instant) throws(StorageError) {
        try run(
            """
            INSERT INTO participant_changes(participant_id, changed_at) VALUES (?1, ?2)
            ON CONFLICT (participant_id) DO UPDATE SET changed_at = excluded.changed_at
            """, id, now)
    }

    // MARK: Reviews

    /// The kinds of rows that operators review.
    package enum Reviewed: String, Sendable { case conversion, reward }

    /// An operator's decision on a row.
    package struct Review: Equatable, Sendable {
        /// The decision in the words of the API.
        package var action: String
        /// The operator's note.
        package var note: String?
        /// The number of the API key that made the request.
        package var key: ID<Key>
        /// The time of the decision.
        package var at: Instant

        package init(action: String, note: String?, key: ID<Key>, at: Instant) {
            self.action = action
            self.note = note
            self.key = key
            self.at = at
        }
    }

    /// Stores a review of a row.
    package func append(
        _ review: Review, of kind: Reviewed, _ subject: Int64
    ) throws(StorageError) {
        let statement = try session.prepare(
            """
            INSERT INTO reviews(kind, subject, entry, action, note, key_id, created_at) VALUES (?1, ?2,
                (SELECT count(*) FROM reviews WHERE kind = ?1 AND subject = ?2), ?3, ?4, ?5, ?6)
            """)
        try statement.bind(1, kind.rawValue)
        try statement.bind(2, subject)
        try statement.bind(3, review.action)
        try statement.bind(4, review.note)
        try statement.bind(5, review.key)
        try statement.bind(6, review.at.microseconds)
        try statement.run()
    }

    /// The reviews of a row, in their order.
    package func reviews(
        of kind: Reviewed, _ subject: Int64
    ) throws(StorageError) -> [Review] {
        let statement = try session.prepare(
            """
            SELECT action, note, key_id, created_at FROM reviews WHERE kind = ?1 AND subject = ?2
            ORDER BY entry
            """)
        try statement.bind(1, kind.rawValue)
        try statement.bind(2, subject)
        var reviews: [Review] = []
        while try statement.step() {
            reviews.append(
                Review(
                    action: statement.text(0), note: statement.optionalText(1),
                    key: statement.id(2),
                    at: Instant(clampingMicroseconds: statement.integer(3))))
        }
        return reviews
    }

    // MARK: Responses stored for an Idempotency-Key

    /// A stored response to a request with an Idempotency-Key.
    package struct KeptAnswer: Sendable {
        /// The fingerprint of the request.
        package var fingerprint: [UInt8]
        /// The status of the response.
        package var status: Int
        /// The sealed body.
        package var body: [UInt8]

        package init(fingerprint: [UInt8], status: Int, body: [UInt8]) {
            self.fingerprint = fingerprint
            self.status = status
            self.body = body
        }
    }

    /// The stored response to a key.
    package func answer(key: String, account: ID<Account>) throws(StorageError) -> KeptAnswer? {
        let statement = try session.prepare(
            "SELECT fingerprint, status, body FROM answers WHERE account_id = ?1 AND key = ?2")
        try statement.bind(1, account)
        try statement.bind(2, key)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return KeptAnswer(
            fingerprint: statement.bytes(0), status: Int(statement.integer(1)),
            body: statement.bytes(2))
    }

    /// A stored response with its key.
    package struct AnswerRow: Sendable {
        /// The account of the request.
        package var account: ID<Account>
        /// The Idempotency-Key.
        package var key: String
        /// The sealed body.
        package var body: [UInt8]
    }

    /// The stored responses after this key, in the order of accounts and keys.
    func answers(
        behind place: (account: ID<Account>, key: String), limit: Int
    ) throws(StorageError) -> [AnswerRow] {
        let statement = try session.prepare(
            """
            SELECT account_id, key, body FROM answers WHERE (account_id, key) > (?1, ?2)
            ORDER BY account_id, key LIMIT ?3
            """)
        try statement.bind(1, place.account)
        try statement.bind(2, place.key)
        try statement.bind(3, limit)
        var answers: [AnswerRow] = []
        while try statement.step() {
            answers.append(
                AnswerRow(
                    account: statement.id(0), key: statement.text(1),
                    body: statement.bytes(2)))
        }
        return answers
    }

    /// The codes of the account's deleted people whom stored responses may still name.
    package func codesBeingErased(account: ID<Account>) throws(StorageError) -> [String] {
        let statement = try session.prepare(
            """
            SELECT p.referral_code FROM erasures AS x
            CROSS JOIN participants AS p WHERE p.id = x.participant_id AND p.account_id = ?1
            """)
        try statement.bind(1, account)
        var codes: [String] = []
        while try statement.step() { codes.append(statement.text(0)) }
        return codes
    }

    /// Removes a response's body, and keeps the record of the request.
    func forgetAnswer(key: String, account: ID<Account>) throws(StorageError) {
        let update = try session.prepare(
            "UPDATE answers SET body = \(sqlite: "x''", postgres: "''::bytea") WHERE account_id = ?1 AND key = ?2"
        )
        try update.bind(1, account)
        try update.bind(2, key)
        try update.run()
    }

    /// Dates stored responses of the future to now: a clock that was ahead has dated them.
    package func redateAnswers(at now: Instant) throws(StorageError) {
        let update = try session.prepare(
            "UPDATE answers SET created_at = ?1 WHERE created_at > ?1")
        try update.bind(1, now.microseconds)
        try update.run()
    }

    /// Stores a response, and removes some of those from before `horizon`: more than it adds, so
    /// that none of them stays for long.
    package func keep(
        _ answer: KeptAnswer, key: String, account: ID<Account>, at now: Instant, horizon: Instant
    ) throws(StorageError) {
        let forget = try session.prepare(
            """
            DELETE FROM answers WHERE (account_id, key) IN
                (SELECT account_id, key FROM answers WHERE created_at < ?1 ORDER BY created_at LIMIT 50)
            """)
        try forget.bind(1, horizon.microseconds)
        try forget.run()
        let insert = try session.prepare(
            "INSERT INTO answers(account_id, key, fingerprint, status, body, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        )
        try insert.bind(1, account)
        try insert.bind(2, key)
        try insert.bind(3, answer.fingerprint)
        try insert.bind(4, answer.status)
        try insert.bind(5, answer.body)
        try insert.bind(6, now.microseconds)
        try insert.run()
    }
}
