import Database
import Ledger
import Referrals
import Storage

extension Audit {
    /// Makes the decision again, and compares it with the recorded one.
    func compare(_ retrial: Retrial, _ row: EventRow, _ entry: Entry) throws(StorageError) {
        let id = row.id.number
        let decision = retrial.decide()
        if row.facts?.isOfFormerFormat == true,
            decision.outcome != row.outcome || decision.reasons != row.reasons
        {
            report.notDerivable += 1
            report.formerRules += 1
            return
        }
        compare(row, decision.outcome, decision.reasons)
        guard let status = decision.conversion else {
            if let released = retrial.facts.history.released, decision.outcome != .parked {
                let found = try store.goals.released(by: row.id).count
                if decision.outcome == .rewarded ? found != released : found != 0 {
                    note("Event \(id) must have released \(released) rewards, but has \(found).")
                }
            }
            if entry.conversion != nil {
                note("Conversion \(id) exists, but the decision on its event creates none.")
            }
            if row.conversion != decision.repeated {
                note(
                    "Event \(id) names \(worded(row.conversion)), but its decision repeats"
                        + " \(worded(decision.repeated)).")
            }
            return
        }
        guard let stored = entry.conversion else {
            if row.conversion?.number != id {
                note("The decision on event \(id) creates a conversion, but there is none.")
            }
            return
        }
        compare(stored, status, retrial, row)
        try checkKeys(of: stored, retrial)
        let people = (lead: stored.row.lead, referrer: stored.row.referrer)
        let later = laterRewards(entry, decision, retrial.campaign)
        for (place, decided) in decision.rewards.enumerated() where later[place] == nil {
            compare(
                entry.rewards.first { $0.row.id.place == place }, decided,
                ID(of: stored.row.id, place: place), people, retrial.facts)
        }
        for (place, reward) in later.sorted(by: { $0.key < $1.key }) {
            compare(
                entry.rewards.first { $0.row.id.place == place }, reward.decision,
                ID(of: stored.row.id, place: place), people, reward.facts)
        }
        for reward in entry.rewards
        where !decision.rewards.indices.contains(reward.row.id.place)
            && later[reward.row.id.place] == nil
        {
            note("Reward \(reward.row.id.number) exists, but its campaign had no such reward.")
        }
    }

    private func worded(_ conversion: ID<Conversion>?) -> String {
        conversion.map { "conversion \($0.number)" } ?? "no conversion"
    }

    // MARK: The conversion

    private func compare(
        _ stored: StoredConversion, _ status: ConversionStatus, _ retrial: Retrial, _ row: EventRow
    ) {
        let (own, facts) = (stored.row, retrial.facts)
        var differences: [String] = []
        if own.campaign != facts.campaign?.id { differences.append("campaign") }
        // A new lead has its number only since it was enrolled.
        if own.lead != retrial.participant(.lead) ?? row.participant || own.lead != row.participant
        {
            differences.append("lead")
        }
        if own.referrer != retrial.participant(.referrer) { differences.append("referrer") }
        if own.amount != facts.event.amount { differences.append("amount") }
        if own.paid != facts.event.paid { differences.append("amount paid") }
        if own.currency != facts.event.currency { differences.append("currency") }
        if own.customer != facts.event.customer { differences.append("customer") }
        if own.occurredAt != facts.event.occurredAt { differences.append("time of the goal") }
        if own.createdAt != facts.now { differences.append("time of the decision") }
        // The recorded status follows from the decision only while nothing has changed it.
        if stored.isUntouched, stored.isReadable, own.status != status {
            differences.append("status (\(own.status.rawValue) instead of \(status.rawValue))")
        }
        let wasApproved = status == .approved
        if stored.isUntouched ? own.wasApproved != wasApproved : wasApproved && !own.wasApproved {
            differences.append("approval")
        }
        if !differences.isEmpty {
            note(
                "Conversion \(own.id.number) differs from its event in its"
                    + " \(differences.joined(separator: ", ")).")
        }
        let isOnce =
            facts.campaign?.rules.conversions == .first || facts.event.businessKeys.isEmpty
        if let slot = stored.slot, slot != (isOnce ? 0 : own.id.number) {
            note(
                "Conversion \(own.id.number) has slot \(slot) of its lead, but"
                    + (isOnce ? " the lead converts once." : " every purchase has its own slot."))
        }
    }

    private func checkKeys(of stored: StoredConversion, _ retrial: Retrial) throws(StorageError) {
        guard let campaign = retrial.campaign else { return }
        for key in retrial.facts.event.businessKeys {
            let named = try store.conversions.find(
                key: key, account: campaign.account, campaign: stored.row.campaign,
                goal: retrial.facts.event.goal)
            if named != stored.row.id {
                note(
                    "Business key “\(key)” of conversion \(stored.row.id.number) names"
                        + " \(worded(named)).")
            }
        }
    }

    // MARK: Its rewards

    private func compare(
        _ stored: StoredReward?, _ decided: RewardDecision, _ id: ID<Reward>,
        _ people: (lead: ID<Participant>, referrer: ID<Participant>), _ facts: Facts
    ) {
        guard let status = decided.status else {
            if stored != nil { note("Reward \(id.number) exists, but was not earned.") }
            return
        }
        guard let stored else {
            note("Reward \(id.number) was earned, but does not exist.")
            return
        }
        let own = stored.row
        var differences: [String] = []
        if own.campaignReward != decided.campaignReward { differences.append("campaign reward") }
        let beneficiary = decided.beneficiary == .referrer ? people.referrer : people.lead
        if own.beneficiary != beneficiary { differences.append("beneficiary") }
        // A person may have stated a value that was not known.
        let isStated = decided.value == nil && own.value?.currency != nil && !stored.isUntouched
        if own.value != decided.value, !isStated { differences.append("value") }
        if stored.isUntouched, stored.isReadable {
            if own.status != status {
                differences.append("status (\(own.status.rawValue) instead of \(status.rawValue))")
            }
            if own.reasons != decided.reasons { differences.append("reasons") }
            if own.heldUntil != decided.heldUntil { differences.append("end of its hold") }
        }
        if status == .issued, own.issuedAt != facts.now { differences.append("time of its issue") }
        guard !differences.isEmpty else { return }
        note(
            "Reward \(id.number) differs from its decision in its"
                + " \(differences.joined(separator: ", ")).")
    }
}
