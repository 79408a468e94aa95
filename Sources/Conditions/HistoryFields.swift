import Referrals
import Rules

extension Program {
    /// The counts of the campaign's history that the expression reads.
    var historyNeeds: HistoryNeeds {
        var needs: HistoryNeeds = []
        let fields = fields
        for (variable, names) in Self.historyFields {
            let isWhole = readsWhole(variable)
            for (name, need) in names where isWhole || fields.contains("\(variable).\(name)") {
                needs.insert(need)
            }
        }
        return needs
    }

    private static let historyFields: [(String, [(String, HistoryNeeds)])] = [
        (
            "referrer",
            [("conversions", .referrerConversions), ("rewards", .referrerRewards)]
        ),
        ("lead", [("conversions", .leadConversions), ("amount_total", .leadAmountTotal)]),
        ("campaign", [("conversions", .campaignConversions)]),
    ]
}
