import Database
import Ledger
import Referrals
import Storage

extension Audit {
    /// Reads the caps in all versions of all campaigns' rules, and the counts of each rule.
    func loadRules() throws(StorageError) {
        var ofCampaign: [ID<Campaign>: [ID<CampaignReward>]] = [:]
        for counted in try store.audit.countedRules() {
            rules[counted.rule] = RuleHistory(
                campaign: counted.campaign, spent: counted.spent, counted: counted.granted)
            ofCampaign[counted.campaign, default: []].append(counted.rule)
        }
        for (campaign, own) in ofCampaign {
            let versions = try store.audit.versions(of: campaign)
            if !versions.elementsEqual(1...Int32(max(1, versions.count))) {
                for rule in own { rules[rule]?.addUnreadable() }
            }
            for version in versions {
                guard
                    case .settings(let settings) = try rederivation.campaign(
                        campaign, version: version)
                else {
                    for rule in own { rules[rule]?.addUnreadable() }
                    continue
                }
                for rule in settings.version.rewards { rules[rule.id]?.add(rule) }
            }
        }
    }

    /// Checks that the slots of caps are those of the rewards that were read, each below its cap.
    func checkSlots() throws(StorageError) {
        let history = try store.audit.slots()
        while let entry = try history.next() {
            if !(entry.held?.mayHoldNone ?? false), rules[entry.rule]?.hasOneSlot ?? true {
                slots.removeSlot(of: entry.reward, entry.rule)
            }
            check(entry)
        }
        for (id, rule) in rules.sorted(by: { $0.key < $1.key })
        where rule.isComplete && !rule.hasOneSlot {
            try store.audit.slotCounts(of: id) { reward, count in
                guard !rule.slotCounts.contains(count) else { return }
                note(
                    "Reward \(reward.number) holds \(count) slots of campaign reward \(id.number),"
                        + " which is the number of caps in none of its versions.")
            }
        }
        guard !slots.isBalanced else { return }
        for invariant in Invariant.slotsOfRewards {
            try store.audit.check(invariant) { note($0) }
        }
    }

    private func check(_ entry: SlotHistory.Entry) {
        let place = "Slot \(entry.slot) of campaign reward \(entry.rule.number)"
        guard let held = entry.held else {
            return note(
                "\(place) names reward \(entry.reward.number), but the rule has no such reward.")
        }
        guard held.status?.holdsSlot ?? true else {
            return note(
                "\(place) is held by reward \(entry.reward.number), which is"
                    + " \(held.status?.rawValue ?? "unknown").")
        }
        guard let rule = rules[entry.rule], rule.isComplete else { return }
        if !rule.caps.contains(where: { entry.isBelow($0, of: held) }) {
            note(
                "\(place), held by reward \(entry.reward.number), does not belong to a cap that"
                    + " its rule has had.")
        }
    }

    /// Checks that the counts of each rule are those of the rewards that were read.
    func checkTotals() throws(StorageError) {
        for (rule, currency, spent) in try store.audit.countedMoney() {
            rules[rule]?.subtract(counted: spent, in: currency)
        }
        for (id, rule) in rules.sorted(by: { $0.key < $1.key }) {
            if rule.counted != rule.number {
                note(
                    "Campaign reward \(id.number) counts \(rule.counted) granted rewards, but"
                        + " there are \(rule.number).")
            }
            if let expected = rule.expectedSpent, expected != rule.spent {
                note(
                    "Campaign reward \(id.number) counts \(rule.spent) of its budget as spent,"
                        + " but its rewards add up to \(expected).")
                continue
            }
            for currency in rule.miscounted {
                note(
                    "Campaign reward \(id.number) counts an amount in \(currency) as spent that"
                        + " differs from the sum of its rewards.")
            }
        }
    }
}
