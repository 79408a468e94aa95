import Conditions
import JSON
import Mapping
import Referrals
import Rules

/// A decision that can be made again: the facts of the time, with what the conditions saw.
package struct Retrial {
    package enum Role: CaseIterable, Sendable { case lead, referrer }

    package let mapped: MappedEvent
    package let facts: Facts
    package let campaign: CampaignSettings?
    let payload: JSON.Value?
    /// As they were, where the campaign has conditions to see them.
    var persons: [Role: ConditionPerson] = [:]

    init(mapped: MappedEvent, facts: Facts, campaign: CampaignSettings?, payload: JSON.Value?) {
        self.mapped = mapped
        self.facts = facts
        self.campaign = campaign
        self.payload = payload
    }

    /// The participant in a role, where the decision knew one.
    package func participant(_ role: Role) -> ID<Participant>? {
        switch role {
        case .lead: if case .known(let party) = facts.lead { party.id } else { nil }
        case .referrer: facts.referrer?.id
        }
    }

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

    /// The same with every step, and with how the parts of each condition came out.
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

    /// What a trace does not show: the names of the event's person and of the people its conditions saw.
    var personNames: [String] {
        [mapped.email, facts.event.email, mapped.customer, mapped.firstName].compactMap(\.self)
            + persons.values.flatMap { [$0.email, $0.firstName].compactMap(\.self) }
    }

    /// What the campaign's expressions saw.
    private func activation(_ campaign: CampaignSettings) -> Activation {
        Activation(
            event: facts.event, payload: payload, lead: persons[.lead],
            referrer: persons[.referrer], campaign: campaign.version, now: facts.now)
    }

    /// What any expression of its campaign would see; without a campaign, only the event and its payload.
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

    /// Whether what was counted for the decision can be what it was counted for: damaged facts must not
    /// bring down who reads them.
    var hasSoundCounts: Bool {
        let most = Int(Int32.max)
        let history = facts.history
        guard history.referrerConversions <= most, history.recentConversions <= most else {
            return false
        }
        let rules = facts.campaign?.rewards ?? []
        if facts.rewards.count == rules.count { return true }
        guard facts.rewards.isEmpty else { return false }
        // Nothing is counted for an event that was turned away; is this one of them?
        var counted = self.facts
        counted.rewards = rules.map { _ in RewardFacts() }
        return Referrals.decide(counted) { _ in .true }.conversion == nil
    }
}
