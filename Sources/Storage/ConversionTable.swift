import Currencies
import Database
import Referrals
import Time

/// Conversions, the business keys that name them, and their reversals.
package final class ConversionTable {
    private let session: any Session
    private let insert, byID, setStatus, byKey, keyOfCampaign, insertKey: any Statement
    private let reversals, insertReversal, uncounted, ofReferrer, recent, created, last,
        insertLate: any Statement
    private let states: RareStates

    private static let terms = """
        id, campaign_id, lead_id, referrer_id, status, amount, currency, occurred_at, created_at
        """
    private static let columns = """
        \(terms), \(Withheld.column("customer", of: "lead_id")), was_approved, paid
        """

    init(_ session: any Session) throws(StorageError) {
        self.session = session
        states = RareStates(session)
        insert = try session.prepare(
            """
            INSERT INTO conversions(\(Self.terms), customer, was_approved, paid)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
                CASE WHEN ?5 = 'approved' THEN 1 ELSE 0 END, ?11)
            """)
        byID = try session.prepare("SELECT \(Self.columns) FROM conversions WHERE id = ?1")
        setStatus = try session.prepare(
            """
            UPDATE conversions SET status = ?2, updated_at = ?3,
                was_approved = CASE WHEN ?2 = 'approved' THEN 1 ELSE was_approved END
            WHERE id = ?1 AND status = ?4
            """)
        byKey = try session.prepare(
            """
            SELECT conversion_id, campaign_id, goal FROM business_keys
            WHERE account_id = ?1 AND key = ?2 ORDER BY conversion_id LIMIT 1
            """)
        keyOfCampaign = try session.prepare(
            """
            SELECT conversion_id FROM business_keys
            WHERE account_id = ?1 AND key = ?2 AND campaign_id = ?3 AND goal = ?4
            """)
        insertKey = try session.prepare(
            "INSERT INTO business_keys(account_id, key, campaign_id, goal, conversion_id) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING"
        )
        reversals = try session.prepare(
            """
            SELECT kind, amount, currency, occurred_at, created_at FROM reversals
            WHERE conversion_id = ?1 ORDER BY entry
            """)
        insertReversal = try session.prepare(
            """
            INSERT INTO reversals(conversion_id, entry, kind, amount, currency, occurred_at, event_id, created_at) VALUES (?1,
                (SELECT count(*) FROM reversals WHERE conversion_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7)
            """)
        uncounted = try session.prepare(
            """
            SELECT count(*) FROM conversions AS c \(sqlite: "INDEXED BY conversions_uncounted")
            WHERE referrer_id = ?1 AND status NOT IN ('approved', 'pending')
                AND EXISTS (SELECT 1 FROM claims
                    WHERE holder = ?1 AND rule = 0 AND subject = c.lead_id AND ref = c.id)
            """)
        ofReferrer = try session.prepare(
            """
            SELECT count(*) FROM (SELECT 1 FROM claims WHERE holder = ?1 AND rule = 0 LIMIT ?2)
            """)
        recent = try session.prepare(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM claims CROSS JOIN conversions
                WHERE conversions.id = claims.ref AND holder = ?1 AND rule = 0 AND ref >= ?2
                    AND occurred_at > ?3 AND occurred_at <= ?4 LIMIT ?5)
            """)
        created = try session.prepare(
            "SELECT id, created_at FROM conversions WHERE id >= ?1 ORDER BY id LIMIT 1")
        last = try session.prepare("SELECT max(id) FROM conversions")
        insertLate = try session.prepare(
            "INSERT INTO late_conversions(created_at, conversion_id) VALUES (?1, ?2)")
    }

    /// The time after the arrival of its event from which a new conversion is late.
    private static let punctual = Duration.seconds(30)

    /// Stores a new conversion. Throws a constraint error if its number is taken.
    ///
    /// - Parameter received: The time of arrival of its event; nil for that of the creation.
    package func append(_ row: ConversionRow, received: Instant? = nil) throws(StorageError) {
        try insert.bind(1, row.id)
        try insert.bind(2, row.campaign)
        try insert.bind(3, row.lead)
        try insert.bind(4, row.referrer)
        try insert.bind(5, row.status.rawValue)
        try insert.bind(6, row.amount)
        try insert.bind(7, row.currency?.text)
        try insert.bind(8, row.occurredAt.microseconds)
        try insert.bind(9, row.createdAt.microseconds)
        try insert.bind(10, row.customer)
        try insert.bind(11, row.paid)
        try insert.run()
        try states.enter(row.status, row.id.number)
        if let received, row.createdAt > received + Self.punctual {
            try insertLate.bind(1, row.createdAt.microseconds)
            try insertLate.bind(2, row.id)
            try insertLate.run()
        }
    }

    /// A conversion by its number.
    package func find(_ id: ID<Conversion>) throws(StorageError) -> ConversionRow? {
        try byID.bind(1, id)
        guard try byID.step() else { return nil }
        defer { byID.reset() }
        return ConversionRow(
            id: byID.id(0), campaign: byID.id(1), lead: byID.id(2),
            referrer: byID.id(3),
            status: ConversionStatus(rawValue: byID.text(4)) ?? .rejected,
            amount: byID.optionalInteger(5), paid: byID.optionalInteger(11),
            currency: byID.optionalText(6).flatMap { Currency($0) }, customer: byID.optionalText(9),
            occurredAt: Instant(clampingMicroseconds: byID.integer(7)),
            createdAt: Instant(clampingMicroseconds: byID.integer(8)),
            wasApproved: byID.integer(10) != 0)
    }

    /// Changes the status of a conversion. Returns false if its status is not the expected one any
    /// more.
    package func set(
        _ status: ConversionStatus, of id: ID<Conversion>, was: ConversionStatus,
        at now: Instant
    ) throws(StorageError) -> Bool {
        try setStatus.bind(1, id)
        try setStatus.bind(2, status.rawValue)
        try setStatus.bind(3, now.microseconds)
        try setStatus.bind(4, was.rawValue)
        guard try setStatus.runCountingChanges() == 1 else { return false }
        try states.move(id.number, from: was, to: status)
        return true
    }

    /// The number of approved and pending conversions of a referrer's leads, counted up to a limit:
    /// the rest changes no decision, and a referrer may have many.
    package func count(
        ofReferrer id: ID<Participant>, atMost limit: Int
    ) throws(StorageError) -> Int {
        try uncounted.bind(1, id)
        _ = try uncounted.step()
        let without = uncounted.integer(0)
        uncounted.reset()
        try ofReferrer.bind(1, id)
        try ofReferrer.bind(2, Int64(limit) + without)
        _ = try ofReferrer.step()
        defer { ofReferrer.reset() }
        return Int(ofReferrer.integer(0) - without)
    }

    /// The number of conversions of a referrer's leads that occurred after one time and no later
    /// than another, counted up to a limit. A conversion that is dated more than an hour after its
    /// arrival may be left out.
    package func count(
        ofReferrer id: ID<Participant>, after start: Instant, until end: Instant, atMost limit: Int
    ) throws(StorageError) -> Int {
        try recent.bind(1, id)
        try recent.bind(2, try first(createdAfter: start - .seconds(3600)))
        try recent.bind(3, start.microseconds)
        try recent.bind(4, end.microseconds)
        try recent.bind(5, Int64(limit))
        _ = try recent.step()
        defer { recent.reset() }
        return Int(recent.integer(0))
    }

    /// The number of the first conversion created after a time: numbers and times grow together, so
    /// a binary search finds it.
    private func first(createdAfter start: Instant) throws(StorageError) -> Int64 {
        _ = try last.step()
        var high = last.integer(0) + 1
        last.reset()
        var low: Int64 = 1
        while low < high {
            let middle = low + (high - low) / 2
            try created.bind(1, middle)
            guard try created.step() else { break }
            defer { created.reset() }
            if created.integer(1) > start.microseconds {
                high = middle
            } else {
                low = created.integer(0) + 1
            }
        }
        return low
    }

    /// The greatest number of a lead's conversions that are added up.
    package static let mostAdded = 10_000

    /// The sum of a lead's approved conversions in a currency, net of their reversals; nil if the
    /// lead has too many to add up, or the sum is too large.
    ///
    /// - Parameter holder: the lead's referrer.
    package func amountTotal(
        of lead: ID<Participant>, holder: ID<Participant>, in currency: Currency
    ) throws(StorageError) -> Int64? {
        let select = try session.prepare(
            """
            SELECT c.id, c.status, c.currency, c.amount, c.paid,
                EXISTS (SELECT 1 FROM reversals AS v WHERE v.conversion_id = c.id)
            FROM claims AS k CROSS JOIN conversions AS c
            WHERE c.id = k.ref AND k.holder = ?1 AND k.rule = 0 AND k.subject = ?2 LIMIT ?3
            """)
        try select.bind(1, holder)
        try select.bind(2, lead)
        try select.bind(3, Self.mostAdded)
        defer { select.reset() }
        var (sum, count) = (Int64(0), 0)
        var reduced: [(id: ID<Conversion>, payment: Payment)] = []
        while try select.step() {
            count += 1
            guard select.text(1) == ConversionStatus.approved.rawValue,
                select.optionalText(2).flatMap({ Currency($0) }) == currency
            else { continue }
            let payment = Payment(
                amount: select.optionalInteger(3), paid: select.optionalInteger(4),
                currency: currency)
            if select.integer(5) != 0 {
                reduced.append((select.id(0), payment))
            } else {
                sum = Self.sum(sum, payment.amount(leaving: payment.parts) ?? 0)
            }
        }
        // With the event's own conversion there would be more.
        guard count < Self.mostAdded else { return nil }
        for (id, payment) in reduced {
            let left = payment.remaining(after: try reversals(of: id))
            sum = Self.sum(sum, payment.amount(leaving: left) ?? 0)
        }
        return sum == .max ? nil : sum
    }

    private static func sum(_ one: Int64, _ other: Int64) -> Int64 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    // MARK: Business keys

    /// The holder of a business key: a conversion, with its campaign and goal.
    package struct KeyHolder: Equatable, Sendable {
        /// The conversion's number.
        package let conversion: ID<Conversion>
        /// The conversion's campaign.
        package let campaign: ID<Campaign>
        /// The conversion's goal.
        package let goal: String

        package init(conversion: ID<Conversion>, campaign: ID<Campaign>, goal: String) {
            self.conversion = conversion
            self.campaign = campaign
            self.goal = goal
        }
    }

    /// The conversion that has a key, in any campaign of the account.
    package func holder(of key: String, account: ID<Account>) throws(StorageError) -> KeyHolder? {
        try byKey.bind(1, account)
        try byKey.bind(2, key)
        guard try byKey.step() else { return nil }
        defer { byKey.reset() }
        return KeyHolder(
            conversion: byKey.id(0), campaign: byKey.id(1), goal: byKey.text(2))
    }

    /// The conversion that has a key in a campaign and for a goal.
    package func find(
        key: String, account: ID<Account>, campaign: ID<Campaign>, goal: String
    ) throws(StorageError) -> ID<Conversion>? {
        try keyOfCampaign.bind(1, account)
        try keyOfCampaign.bind(2, key)
        try keyOfCampaign.bind(3, campaign)
        try keyOfCampaign.bind(4, goal)
        guard try keyOfCampaign.step() else { return nil }
        defer { keyOfCampaign.reset() }
        return keyOfCampaign.id(0)
    }

    /// Gives a key to a conversion. Returns false if another conversion has the key.
    package func take(
        key: String, account: ID<Account>, campaign: ID<Campaign>, goal: String,
        for conversion: ID<Conversion>
    ) throws(StorageError) -> Bool {
        try insertKey.bind(1, account)
        try insertKey.bind(2, key)
        try insertKey.bind(3, campaign)
        try insertKey.bind(4, goal)
        try insertKey.bind(5, conversion)
        return try insertKey.runCountingChanges() == 1
    }

    // MARK: Reversals

    /// The reversals of a conversion, in the order of their receipt.
    package func reversals(of id: ID<Conversion>) throws(StorageError) -> [Reversal] {
        try datedReversals(of: id).map(\.reversal)
    }

    /// The reversals of a conversion with the times of their receipt, in its order.
    func datedReversals(
        of id: ID<Conversion>
    ) throws(StorageError) -> [(reversal: Reversal, at: Instant)] {
        try reversals.bind(1, id)
        var entries: [(reversal: Reversal, at: Instant)] = []
        while try reversals.step() {
            guard let kind = Reversal.Kind(rawValue: reversals.text(0)) else { continue }
            let reversal = Reversal(
                kind, amount: reversals.optionalInteger(1),
                currency: reversals.optionalText(2).flatMap { Currency($0) },
                occurredAt: Instant(clampingMicroseconds: reversals.integer(3)))
            entries.append((reversal, Instant(clampingMicroseconds: reversals.integer(4))))
        }
        return entries
    }

    /// Stores a reversal of a conversion.
    package func append(
        _ reversal: Reversal, to id: ID<Conversion>, from event: ID<Event>, at now: Instant
    ) throws(StorageError) {
        try insertReversal.bind(1, id)
        try insertReversal.bind(2, reversal.kind.rawValue)
        try insertReversal.bind(3, reversal.amount)
        try insertReversal.bind(4, reversal.currency?.text)
        try insertReversal.bind(5, reversal.occurredAt.microseconds)
        try insertReversal.bind(6, event)
        try insertReversal.bind(7, now.microseconds)
        try insertReversal.run()
    }
}
