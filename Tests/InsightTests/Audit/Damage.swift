import Testing

/// What somebody did to a database by hand, and the sentences an audit must say of it: all of them, and no
/// others.
struct Damage: CustomTestStringConvertible, Sendable {
    let sql: String
    let sentences: [String]

    init(_ sql: String, _ sentences: String...) {
        self.sql = sql
        self.sentences = sentences
    }

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
