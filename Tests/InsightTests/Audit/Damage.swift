import Testing

/// What somebody did to a database by hand, and the sentences an audit must say of it: all of them, and no
/// others.
struct Damage: CustomTestStringConvertible, Sendable {
    let sql: String
    let sentences: [String]

    /// A damage to coupons leaves their counts right, unless it is one to the counts.
    init(_ sql: String, _ sentences: String...) {
        let recounts = sql.contains("coupons") && !sql.contains("coupon_counts")
        self.sql = recounts ? sql + ";" + Self.recount : sql
        self.sentences = sentences
    }

    private static let recount = """
        DELETE FROM coupon_counts;
        INSERT INTO coupon_counts
            SELECT campaign_id, state, count(*) FROM coupons GROUP BY campaign_id, state
        """

    var testDescription: String { sentences.first ?? sql }

    static func granted(of rule: Int, counted: Int, found: Int) -> String {
        "Campaign reward \(rule) counts \(counted) granted rewards, but there are \(found)."
    }

    static func spent(of rule: Int, counted: Int, found: Int) -> String {
        "Campaign reward \(rule) counts \(counted) of its budget as spent, but its rewards"
            + " add up to \(found)."
    }
}

extension Damage {
    static let all: [Damage] =
        toFile + toEvents + toDecisions + toConversions + toReversals + toRewards + toLedger
        + toCoupons
        + toDeliveries + toPeople
}
