import Referrals
import SQLite
import Storage

extension Audit {
    /// Reads all versions of all campaigns' rules, as far as caps and budgets go.
    func loadRules() throws(SQLiteError) {
        var budgets: [ID<Campaign>: [(rule: ID<CampaignReward>, spent: Int64)]] = [:]
        for (rule, campaign, spent) in try RuleVersions.budgets(store.connection) {
            rules[rule] = RuleHistory(campaign: campaign, spent: spent)
            budgets[campaign, default: []].append((rule, spent))
        }
        for (campaign, own) in budgets {
            let versions = try RuleVersions.of(campaign, store.connection)
            if !versions.elementsEqual(1...Int32(max(1, versions.count))) {
                for (rule, _) in own { rules[rule]?.addUnreadable() }
            }
            for version in versions {
                guard
                    case .settings(let settings) = try rederivation.campaign(
                        campaign, version: version)
                else {
                    for (rule, _) in own { rules[rule]?.addUnreadable() }
                    continue
                }
                for rule in settings.version.rules.rewards { rules[rule.id]?.add(rule) }
            }
        }
    }

    /// Whether the slots of caps are those of the rewards that were walked along, each below its cap.
    func checkSlots() throws(SQLiteError) {
        let history = try SlotHistory(store.connection)
        while let entry = try history.next() {
            if !(entry.held?.mayHoldNone ?? false) {
                slots.removeSlot(of: entry.reward, entry.rule)
            }
            check(entry)
        }
        guard !slots.isBalanced else { return }
        for invariant in Invariant.slotsOfRewards {
            try invariant.check(store.connection) { note($0) }
        }
    }

    private func check(_ entry: SlotHistory.Entry) {
        let place = "Slot \(entry.slot) of campaign reward \(entry.rule.number)"
        guard let held = entry.held else {
            return note(
                "\(place) names reward \(entry.reward.number), and the rule has no such reward.")
        }
        guard held.status?.holdsSlot ?? true else {
            return note(
                "\(place) is held by reward \(entry.reward.number), which is"
                    + " \(held.status?.rawValue ?? "unknown").")
        }
        guard let rule = rules[entry.rule], rule.isComplete else { return }
        if !rule.caps.contains(where: { entry.isBelow($0, of: held) }) {
            note(
                "\(place), held by reward \(entry.reward.number), is not one of a cap the rule has"
                    + " had.")
        }
    }

    func checkBudgets() throws(SQLiteError) {
        for (id, rule) in rules.sorted(by: { $0.key < $1.key }) {
            guard let expected = rule.expectedSpent, expected != rule.spent else { continue }
            note(
                "Campaign reward \(id.number) has spent \(rule.spent) of its budget by its own count,"
                    + " and its rewards come to \(expected).")
        }
    }
}
