import Database
import Ledger
import Referrals
import Storage

// Running counts, and the rewards of multiples that were decided after the event.
extension Audit {
    /// Adds the changes of running counts that a conversion caused: by its event, whose facts hold
    /// the counts, and later ones.
    func countApprovals(_ entry: Entry, _ campaign: CampaignSettings?) {
        guard let conversion = entry.conversion?.row else { return }
        for row in entry.approvals {
            add(row.referrer, row.lead, row.campaign, by: row.change, of: conversion)
        }
        guard let record = entry.event?.row.facts, let version = campaign?.version else { return }
        let later = entry.approvals.filter { !$0.isByEvent }.reduce(0) { $0 + $1.change }
        let wasApproved = (conversion.status == .approved ? 1 : 0) - later == 1
        guard wasApproved, let counts = record.counts(of: version), !counts.isEmpty else { return }
        add(
            counts.referrer?.changed(by: 1), counts.lead?.changed(by: 1),
            counts.campaign?.changed(by: 1), by: 1, of: conversion)
    }

    private func add(
        _ referrer: Tally?, _ lead: Tally?, _ campaign: Tally?, by change: Int64,
        of conversion: ConversionRow
    ) {
        if let referrer { counts.add(.referrer(conversion.referrer), referrer, by: change) }
        if let lead {
            counts.add(.lead(conversion.lead, of: conversion.referrer), lead, by: change)
        }
        if let campaign { counts.add(.campaign(conversion.campaign), campaign, by: change) }
    }

    /// Compares the changes of running counts with the counts, and the multiples that rewards hold
    /// with those that they must hold.
    func checkCounts() throws(StorageError) {
        try store.audit.runningCounts { holder, subject, last, first in
            counts.remove(holder: holder, subject: subject, last: last, first: first)
        }
        if !counts.isBalanced {
            note("The running counts do not follow from the approvals and reversals on record.")
        }
        try store.audit.multiples { reward, rule in multiples.removeSlot(of: reward, rule) }
        if !multiples.isBalanced {
            note("The multiples that rewards hold are not those that they have earned.")
        }
    }

    // MARK: Rewards of multiples

    /// The rewards that were decided after the event, by their places.
    func laterRewards(
        _ entry: Entry, _ decision: Decision, _ campaign: CampaignSettings?
    ) -> [Int: (decision: RewardDecision, facts: Facts)] {
        guard let conversion = entry.conversion?.row, let version = campaign?.version else {
            return [:]
        }
        var taken = decision.rewards.indices.filter { decision.rewards[$0].isEarned }
        var later: [Int: (decision: RewardDecision, facts: Facts)] = [:]
        for row in entry.approvals {
            guard let record = row.facts else { continue }
            let empty = Facts(approving: conversion, under: version, now: row.at)
            guard let facts = try? record.facts(event: empty.event, campaign: version),
                facts.rewards.count == version.rewards.count
            else {
                note("The facts of an approval of conversion \(entry.number) cannot be read.")
                continue
            }
            for (index, reward) in decideMultiples(facts).enumerated() where reward.isEarned {
                guard let place = EventProcessor.freePlace(for: index, taken, version) else {
                    continue
                }
                taken.append(place)
                later[place] = (reward, facts)
            }
        }
        return later
    }
}
