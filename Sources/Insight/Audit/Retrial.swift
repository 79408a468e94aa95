import Conditions
import JSON
import Ledger
import Mapping
import Referrals
import Rules

/// A decision that can be made again: the facts of the time, with the values that the conditions
/// read.
package struct Retrial {
    /// The role of a person in an event.
    package enum Role: CaseIterable, Sendable { case lead, referrer }

    /// The event as the mapping of the time reads it.
    package let mapped: MappedEvent
    /// The facts of the time.
    package let facts: Facts
    /// The campaign in the version of the decision; nil if the event had none.
    package let campaign: CampaignSettings?
    let payload: JSON.Value?
    /// The people as they were, if the campaign has conditions that read them.
    var persons: [Role: ConditionPerson] = [:]

    init(mapped: MappedEvent, facts: Facts, campaign: CampaignSettings?, payload: JSON.Value?) {
        self.mapped = mapped
        self.facts = facts
        self.campaign = campaign
        self.payload = payload
    }

    /// The participant in a role, if the decision knew one.
    package func participant(_ role: Role) -> ID<Participant>? {
        switch role {
        case .lead: if case .known(let party) = facts.lead { party.id } else { nil }
        case .referrer: facts.referrer?.id
        }
    }

    /// Makes the decision again.
    package func decide() -> Decision {
        guard let campaign, !campaign.conditions.isEmpty else {
            return Referrals.decide(facts) { _ in .unknown("the campaign has no such expression") }
        }
        let values = activation(campaign)
        var budget = Conditions.budget
        return Referrals.decide(facts) { question in
            campaign.conditions.verdict(on: question, given: values, spending: &budget)
        }
    }

    /// Makes the decision again.
    ///
    /// - Parameter unknown: Receives each expression whose result is unknown, and the reason.
    func decide(unknown: (Question, String) -> Void) -> Decision {
        guard let campaign, !campaign.conditions.isEmpty else { return decide() }
        let values = activation(campaign)
        var budget = Conditions.budget
        return Referrals.decide(facts) { question in
            let verdict = campaign.conditions.verdict(
                on: question, given: values, spending: &budget)
            if case .unknown(let reason) = verdict { unknown(question, reason) }
            return verdict
        }
    }

    /// Makes the decision again, and records every step and the values of each condition's parts.
    package func explain() -> (decision: Decision, trace: Referrals.Trace) {
        guard let campaign, !campaign.conditions.isEmpty else {
            return Referrals.explain(facts) { _ in .unknown("the campaign has no such expression") }
        }
        let values = activation(campaign)
        var budget = Conditions.budget
        let hidden = HiddenValues(personNames)
        return Referrals.explain(facts) { question in
            campaign.conditions.verdict(on: question, given: values, spending: &budget)
        } detail: { question in
            guard let program = campaign.conditions.program(for: question) else { return nil }
            var writer = Writer()
            program.explain(values, budget: Conditions.budget, hiding: hidden)
                .append(to: &writer)
            return writer.bytes
        }
    }

    /// The values that a trace hides: the names of the event's person and of the people whom its
    /// conditions read.
    var personNames: [String] {
        [mapped.email, facts.event.email, mapped.customer, mapped.firstName].compactMap(\.self)
            + persons.values.flatMap { [$0.email, $0.firstName].compactMap(\.self) }
    }

    /// The values that the campaign's expressions read.
    private func activation(_ campaign: CampaignSettings) -> Activation {
        Activation(
            event: facts.event, payload: payload, lead: persons[.lead],
            referrer: persons[.referrer], campaign: campaign.version,
            counts: facts.history.counts, now: facts.now)
    }

    /// The values that any expression of its campaign could read; without a campaign, only the
    /// event and its payload.
    var activation: Activation {
        if let campaign { return activation(campaign) }
        var values = Activation(
            event: facts.event, payload: payload, lead: persons[.lead],
            referrer: persons[.referrer],
            campaign: Campaign(id: ID(0), CampaignRules(goalType: "")),
            now: facts.now)
        values[slot: ConditionLanguage.Slot.campaign.rawValue] = nil
        return values
    }

    /// True if the counts behind the decision are possible: damaged facts must not crash their
    /// reader.
    var hasSoundCounts: Bool {
        let most = Int(Int32.max)
        let history = facts.history
        guard history.referrerConversions <= most, history.recentConversions <= most else {
            return false
        }
        for tally in [history.counts.referrer, history.counts.lead, history.counts.campaign] {
            guard let tally else { continue }
            guard tally.count >= 0, tally.count <= most, tally.step >= 0 else { return false }
        }
        let rules = facts.campaign?.rewards ?? []
        if facts.rewards.count == rules.count { return true }
        guard facts.rewards.isEmpty else { return false }
        // Nothing is counted for an event that was refused; this decides if the event is one of
        // them.
        var counted = self.facts
        counted.rewards = rules.map { _ in RewardFacts() }
        return Referrals.decide(counted) { _ in .true }.conversion == nil
    }
}
