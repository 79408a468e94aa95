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
        "Campaign reward \(rule) has granted \(counted) rewards by its own count, and there are \(found)."
    }

    static func spent(of rule: Int, counted: Int, found: Int) -> String {
        "Campaign reward \(rule) has spent \(counted) of its budget by its own count, and its rewards"
            + " come to \(found)."
    }
}

extension Damage {
    static let all: [Damage] =
        toFile + toEvents + toDecisions + toConversions + toReversals + toRewards + toLedger
        + toCoupons
        + toDeliveries + toPeople
}
