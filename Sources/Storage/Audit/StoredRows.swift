import Currencies
import Database
import Referrals
import Time

// Rows with the words they were stored by: an audit does not rely on any of them.

/// An event with the state of its stored words.
package struct StoredEvent {
    /// The event.
    package let row: EventRow
    /// False if outcome or reasons are not words of this release; the row then holds a guess.
    package let isReadable: Bool

    static let select: SQL = "SELECT \(EventTable.columns) FROM events ORDER BY id"

    init(_ statement: any Statement) {
        row = EventTable.row(statement)
        isReadable =
            Outcome(rawValue: statement.text(6)) != nil
            && readable(statement.optionalText(7), as: row.reasons)
    }
}

/// A conversion with the facts about its claims.
package struct StoredConversion {
    /// The conversion.
    package let row: ConversionRow
    /// False if a stored word is not one of this release; the row then holds a guess.
    package let isReadable: Bool
    /// True if nothing has changed it since it was recorded.
    package let isUntouched: Bool
    /// The number of its claims on its lead.
    package let claims: Int
    /// The slot of the claim on its lead, or of one of them.
    package let slot: Int64?

    /// The claim is looked up by its whole key, for each of its two possible slots. With several,
    /// one of them is that of a first conversion.
    static let select: SQL = """
        SELECT c.id, c.campaign_id, c.lead_id, c.referrer_id, c.status, c.amount, c.currency,
            c.occurred_at, c.created_at, \(Withheld.column("c.customer", of: "c.lead_id")),
            c.was_approved, c.updated_at, c.paid,
            (SELECT CASE count(*) WHEN 2 THEN -1 ELSE min(k.slot) END FROM claims AS k
                WHERE k.holder = c.referrer_id AND k.rule = 0 AND k.subject = c.lead_id
                AND k.slot IN (0, c.id) AND k.ref = c.id)
        FROM conversions AS c ORDER BY c.id
        """

    init(_ statement: any Statement) {
        let status = ConversionStatus(rawValue: statement.text(4))
        let currency = statement.optionalText(6)
        row = ConversionRow(
            id: statement.id(0), campaign: statement.id(1),
            lead: statement.id(2), referrer: statement.id(3),
            status: status ?? .rejected, amount: statement.optionalInteger(5),
            paid: statement.optionalInteger(12), currency: currency.flatMap { Currency($0) },
            customer: statement.optionalText(9),
            occurredAt: Instant(clampingMicroseconds: statement.integer(7)),
            createdAt: Instant(clampingMicroseconds: statement.integer(8)),
            wasApproved: statement.integer(10) != 0)
        isReadable = status != nil && (currency == nil) == (row.currency == nil)
        isUntouched = statement.isNull(11)
        let found = statement.optionalInteger(13)
        claims = found == nil ? 0 : found == -1 ? 2 : 1
        slot = found.map { max(0, $0) }
    }
}

/// A reward with its coupon and ledger.
package struct StoredReward {
    /// The reward.
    package let row: RewardRow
    /// False if a stored word is not one of this release; the row then holds a guess.
    package let isReadable: Bool
    /// True if nothing has changed it since it was recorded.
    package let isUntouched: Bool
    /// The state of its coupon that is not voided; nil if it has none.
    package let coupon: CouponState?
    /// The changes of the reward after it was granted.
    package internal(set) var ledger: [StoredLedgerLine] = []

    static let select: SQL = """
        SELECT \(RewardTable.columns), updated_at, (SELECT u.state FROM coupons AS u
            WHERE u.reward_id = rewards.id AND u.state <> 'voided')
        FROM rewards ORDER BY id
        """

    init(_ statement: any Statement) {
        row = RewardTable.row(statement)
        isReadable =
            RewardStatus(rawValue: statement.text(3)) != nil
            && readable(statement.optionalText(4), as: row.reasons)
        isUntouched = statement.isNull(11)
        coupon = statement.optionalText(12).flatMap { CouponState(rawValue: $0) }
    }

    /// The rest of its value; nil if its worth is not recorded.
    package var remaining: Int64? {
        row.value.map { ledger.reduce($0.units) { $0 &+ $1.amount } }
    }
}

/// A line of a reward's ledger.
package struct StoredLedgerLine {
    /// The change in the reward's units.
    package let amount: Int64
    /// Nil if the stored word is not one of this release.
    package let reason: ReasonCode?
    /// The time of the change.
    package let at: Instant

    static let select: SQL =
        "SELECT reward_id, amount, reason, created_at FROM ledger ORDER BY reward_id, entry"

    init(_ statement: any Statement) {
        amount = statement.integer(1)
        reason = ReasonCode(text: statement.text(2))
        at = Instant(clampingMicroseconds: statement.integer(3))
    }
}

/// A reversal of a conversion.
package struct StoredReversal {
    /// The reversal; nil if it cannot be read.
    package let reversal: Reversal?
    /// The event that caused it.
    package let event: ID<Event>

    static let columns = "conversion_id, kind, amount, currency, occurred_at, event_id"
    static let select: SQL = "SELECT \(columns) FROM reversals ORDER BY conversion_id, entry"

    init(_ statement: any Statement) {
        reversal = Reversal.Kind(rawValue: statement.text(1)).map {
            Reversal(
                $0, amount: statement.optionalInteger(2),
                currency: statement.optionalText(3).flatMap { Currency($0) },
                occurredAt: Instant(clampingMicroseconds: statement.integer(4)))
        }
        event = statement.id(5)
    }
}

/// True if the words are exactly the codes of these reasons.
private func readable(_ words: String?, as reasons: Reasons) -> Bool {
    words == reasons.stored
}
