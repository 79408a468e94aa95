import Database
import Referrals

// Tables without an index by person, read in stretches of rows, for all people in the walk.
extension Erasure {
    /// The number of rows that a step of a walk reads.
    private static let stride = 128
    /// The number of responses per step: they are decrypted one by one, and may be long.
    private static let answerStride = 8

    private func people(in stage: Stage) throws(StorageError) -> Set<Int64> {
        let statement = try prepared(
            "SELECT participant_id FROM erasures WHERE stage = ?1")
        try statement.bind(1, stage.rawValue)
        var people: Set<Int64> = []
        while try statement.step() { people.insert(statement.integer(0)) }
        return people
    }

    /// Erases the customer ids of these people.
    func walkCustomers(_ place: inout Place) throws(StorageError) -> Bool {
        let people = try people(in: .customers)
        let rows = try prepared(
            """
            SELECT campaign_id, customer, participant_id FROM customers
            WHERE (campaign_id, customer) > (?1, ?2) ORDER BY campaign_id, customer LIMIT ?3
            """)
        try rows.bind(1, place.first)
        try rows.bind(2, place.key)
        try rows.bind(3, Self.stride)
        var count = 0
        var theirs: [(campaign: Int64, customer: String, person: Int64)] = []
        while try rows.step() {
            (place.first, place.key) = (rows.integer(0), rows.text(1))
            count += 1
            let person = rows.integer(2)
            if people.contains(person) { theirs.append((place.first, place.key, person)) }
        }
        let delete = try prepared(
            "DELETE FROM customers WHERE campaign_id = ?1 AND customer = ?2")
        for row in theirs {
            try tombstones.note(
                ID(row.person), .customer(row.customer), in: ID(row.campaign))
            try delete.bind(1, row.campaign)
            try delete.bind(2, row.customer)
            try delete.run()
        }
        return count < Self.stride
    }

    /// Erases stored responses that name one of these people. The record that the request was made
    /// stays.
    func walkAnswers(
        _ place: inout Place, _ names: Store.AnswerTest
    ) throws(StorageError) -> Bool {
        let codes = try codes(in: .answers)
        let records = OperatorRecords(session)
        let answers = try records.answers(
            behind: (account: ID(place.first), key: place.key), limit: Self.answerStride)
        for answer in answers {
            (place.first, place.key) = (answer.account.number, answer.key)
            guard let own = codes[answer.account], names(answer, own) else { continue }
            try records.forgetAnswer(key: answer.key, account: answer.account)
        }
        return answers.count < Self.answerStride
    }

    /// The codes of the people in a stage, by account.
    private func codes(in stage: Stage) throws(StorageError) -> [ID<Account>: [String]] {
        let statement = try prepared(
            """
            SELECT p.account_id, p.referral_code FROM erasures AS x
            JOIN participants AS p ON p.id = x.participant_id WHERE x.stage = ?1
            """)
        try statement.bind(1, stage.rawValue)
        var codes: [ID<Account>: [String]] = [:]
        while try statement.step() {
            codes[statement.id(0), default: []].append(statement.text(1))
        }
        return codes
    }

    /// Erases the bodies sent about these people, and the receivers' responses to them. Waiting
    /// notifications about them are cancelled.
    func walkDeliveries(_ place: inout Place) throws(StorageError) -> Bool {
        let rows = try prepared(
            """
            SELECT webhook_id, id, (body IS NOT NULL OR attempts > 0) AND \(Withheld.namesErased),
                \(Withheld.isObsolete)
            FROM deliveries WHERE (webhook_id, id) > (?1, ?2) ORDER BY webhook_id, id LIMIT ?3
            """)
        try rows.bind(1, place.first)
        try rows.bind(2, place.second)
        try rows.bind(3, Self.stride)
        var count = 0
        var theirs: [(webhook: Int64, id: Int64)] = []
        var obsolete: [(webhook: Int64, id: Int64)] = []
        while try rows.step() {
            (place.first, place.second) = (rows.integer(0), rows.integer(1))
            count += 1
            if rows.integer(2) != 0 { theirs.append((place.first, place.second)) }
            if rows.integer(3) != 0 { obsolete.append((place.first, place.second)) }
        }
        for row in obsolete {
            try run(
                """
                UPDATE deliveries SET status = 'cancelled', next_attempt_at = NULL
                WHERE webhook_id = ?1 AND id = ?2 AND status IN ('pending', 'sending')
                """, row.webhook, row.id)
            try RareStates(session).refreshDeliveries(
                of: ID<Webhook>(row.webhook), row.id..<row.id + 1)
        }
        for row in theirs {
            try run(
                """
                UPDATE deliveries SET body = NULL
                WHERE webhook_id = ?1 AND id = ?2 AND body IS NOT NULL
                """, row.webhook, row.id)
            try run(
                """
                UPDATE attempts SET detail = NULL, answer = NULL
                WHERE webhook_id = ?1 AND delivery_id = ?2
                    AND (detail IS NOT NULL OR answer IS NOT NULL)
                """, row.webhook, row.id)
        }
        return count < Self.stride
    }
}
