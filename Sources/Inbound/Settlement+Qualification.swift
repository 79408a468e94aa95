import Conditions
import Database
import JSON
import Mapping
import Referrals
import Rules
import Storage
import Time

extension Settlement {
    /// The rows behind the facts of one event.
    struct Persons {
        var owner: Person?
        var lead: Person?
        var referrer: Person?
    }

    /// Deleted people who were the same person as the lead, or as the referrer.
    private struct Former {
        var leads: [ID<Participant>] = []
        var referrers: [ID<Participant>] = []

        var isEmpty: Bool { leads.isEmpty && referrers.isEmpty }
    }

    /// A participant's row by reference: it is handed around a lot, and each copy of its six texts would
    /// count as many references.
    final class Person {
        let row: ParticipantRow

        init(_ row: ParticipantRow) { self.row = row }

        var id: ID<Participant> { row.participant.id }
    }

    func qualify(
        _ mapped: MappedEvent, _ incoming: Incoming, _ row: inout EventRow,
        from source: SourceSettings, now: Instant
    ) throws(StorageError) -> Judged {
        var event = mapped.qualifyingEvent(campaignGoal: "", receivedAt: incoming.receivedAt)
        var persons = Persons()
        let attribution = try attribute(&event, mapped, source, &persons)
        if case .missing(let problem) = mapped.code, case .unknown = attribution.lead {
            return unmapped([problem], row, source)
        }
        let campaignID =
            persons.owner?.row.participant.campaign ?? persons.lead?.row.participant.campaign
        var campaign: CampaignSettings?
        if let campaignID { campaign = try programme.campaign(campaignID) }
        if mapped.goal == nil, let campaign { event.goal = campaign.version.rules.goalType }
        let facts = try facts(
            event, attribution, persons, campaign, from: source, now: now)
        let decision = decide(facts, campaign, persons, incoming)
        row.outcome = decision.outcome
        row.reasons = decision.reasons
        row.facts = FactsRecord(facts)
        row.participant = persons.lead?.id ?? persons.owner?.id
        row.leadRevision = persons.lead?.row.revision
        row.referrerRevision = persons.referrer?.row.revision
        let rewards = try record(
            decision, facts, &persons, mapped, &row, campaign, from: source, now: now)
        return Judged(row: row, rewards: rewards)
    }

    private func attribute(
        _ event: inout QualifyingEvent, _ mapped: MappedEvent, _ source: SourceSettings,
        _ persons: inout Persons
    ) throws(StorageError) -> Attribution {
        // A text that can't be a code names nobody, now and for good.
        if case .unreadable = mapped.code {
            return Attribution(code: .unknown, lead: .unknown, referrer: nil)
        }
        let participants = store.participants
        if case .candidates(let candidates) = mapped.code {
            persons.owner = try choose(among: candidates, for: &event, source)
        } else if let code = event.code {
            persons.owner = try participants.find(code: code.text, account: source.account).map(
                Person.init)
        }
        var found: Person?
        var brought: Person?
        let attribution = try Attribution.resolve(
            event, codeOf: source.codeOf, sourceCampaign: source.campaign,
            owner: persons.owner?.row.participant,
            person: { campaign throws(StorageError) in
                found = try participants.find(
                    customer: event.customer, email: event.email, campaign: campaign,
                    account: source.account
                ).map(Person.init)
                return found?.row.participant
            },
            participant: { id throws(StorageError) in
                brought = try participants.find(id).map(Person.init)
                return brought?.row.participant
            })
        if case .known(let lead) = attribution.lead {
            persons.lead = found?.id == lead.id ? found : persons.owner
        }
        if let referrer = attribution.referrer {
            persons.referrer = brought?.id == referrer.id ? brought : persons.owner
        }
        return attribution
    }

    /// Gathers what the decision depends on, no more than the campaign's rules ask for.
    private func facts(
        _ event: QualifyingEvent, _ attribution: Attribution, _ persons: Persons,
        _ campaign: CampaignSettings?, from source: SourceSettings, now: Instant
    ) throws(StorageError) -> Facts {
        var facts = Facts(
            event: event, source: source.facts, attribution: attribution,
            campaign: campaign?.version, now: now)
        if source.isBuiltIn, case .known(let lead) = facts.lead {
            facts.leadJoinsNow = lead.joinedAt == event.receivedAt
        }
        guard let campaign, let referrer = persons.referrer?.id else { return facts }
        // The version and not its rules: those are a large value, and would be copied.
        let version = campaign.version
        let lead = persons.lead
        let former = try former(event, lead, referrer, version.id)
        facts.history.repeated = try repeated(event, lead, referrer, campaign, former)
        // A repeat is decided without looking further.
        guard facts.history.repeated == nil else { return facts }
        facts.history.isRefunded = try isRefunded(event, campaign)
        if version.rules.goalThreshold > 1 {
            facts.history.referrerConversions = try store.conversions.count(
                ofReferrer: referrer, atMost: version.rules.goalThreshold)
        }
        if let velocity = version.rules.risk.velocity {
            facts.history.recentConversions = try store.conversions.count(
                ofReferrer: referrer, after: event.occurredAt - velocity.window,
                // What a clock has dated that was ahead would count for ever.
                until: max(event.occurredAt, now) + .seconds(60), atMost: velocity.count)
        }
        if version.rewards.contains(where: { $0.kind == .coupon }) {
            facts.pool = try pools.state(of: version.id)
        }
        facts.rewards.reserveCapacity(version.rewards.count)
        for rule in version.rewards {
            facts.rewards.append(try usage(of: rule, event, lead?.id, referrer, former))
        }
        return facts

    }

    private func usage(
        of rule: CampaignReward, _ event: QualifyingEvent, _ lead: ID<Participant>?,
        _ referrer: ID<Participant>, _ former: Former
    ) throws(StorageError) -> RewardFacts {
        var facts = RewardFacts()
        // A lead who isn't enrolled yet has used up nothing.
        if lead != nil || rule.cap.per != .lead {
            let scope = ClaimTable.Scope(
                rule.cap, of: rule.id, window: rule.cap.window.key(of: event.occurredAt),
                lead: lead ?? ID(0), referrer: referrer)
            facts.slotsUsed = try caps.usage(of: rule.cap, in: scope).used
        }
        if !former.isEmpty {
            facts.slotsUsed += try store.slotsOfPredecessors(
                of: rule.cap, rule.id, window: rule.cap.window.key(of: event.occurredAt),
                leads: former.leads, referrers: former.referrers)
        }
        if rule.budget != nil {
            facts.budgetSpent = try spent(of: rule, event)
        }
        return facts
    }

    /// What counts against the budget: where the reward is money, what was granted in its currency. Without a
    /// currency there is no value to be compared with a budget.
    private func spent(
        of rule: CampaignReward, _ event: QualifyingEvent
    ) throws(StorageError) -> Int64 {
        let totals = store.rewards.totals
        switch rule.value {
        case .money(let money): return try totals.spent(of: rule.id, in: money.currency)
        case .percent:
            return try event.currency.map { currency throws(StorageError) in
                try totals.spent(of: rule.id, in: currency)
            } ?? 0
        case .points, .text, .nothingStated: return try totals.spent(of: rule.id)
        }
    }

    /// The conversion this event repeats: the lead's one, or the one that bears one of its keys.
    private func repeated(
        _ event: QualifyingEvent, _ lead: Person?, _ referrer: ID<Participant>,
        _ campaign: CampaignSettings, _ former: Former
    ) throws(StorageError) -> ID<Conversion>? {
        let version = campaign.version
        for key in event.businessKeys {
            if let known = try store.conversions.find(
                key: key, account: campaign.account, campaign: version.id, goal: event.goal)
            {
                return known
            }
        }
        guard isOnce(event, version) else { return nil }
        if let lead {
            let known = try store.claims.conversion(
                of: lead.id, holder: lead.row.participant.referredBy ?? referrer)
            if let known { return known }
        }
        for id in former.leads {
            guard let holder = try store.participants.find(id)?.participant.referredBy,
                let known = try store.claims.conversion(of: id, holder: holder)
            else { continue }
            return known
        }
        return nil
    }

    /// The deleted people who are named again by an event, as its lead or its referrer.
    private func former(
        _ event: QualifyingEvent, _ lead: Person?, _ referrer: ID<Participant>,
        _ campaign: ID<Campaign>
    ) throws(StorageError) -> Former {
        guard try store.tombstones.exist(in: campaign) else { return Former() }
        // The address of an event says who a new lead is; a known one has an address of their own.
        let email = lead == nil ? event.email : nil
        return Former(
            leads: try store.tombstones.predecessors(
                of: lead?.id,
                [email.map { .email($0) }, event.customer.map { .customer($0) }], in: campaign),
            referrers: try store.tombstones.predecessors(of: referrer, in: campaign))
    }

    /// Whether the event takes the lead's one conversion; else its keys tell it from others.
    func isOnce(_ event: QualifyingEvent, _ version: Campaign) -> Bool {
        version.rules.conversions == .first || event.businessKeys.isEmpty
    }

    private func decide(
        _ facts: Facts, _ campaign: CampaignSettings?, _ persons: Persons, _ incoming: Incoming
    ) -> Decision {
        guard let campaign, !campaign.conditions.isEmpty else {
            return Referrals.decide(facts) { _ in .unknown("the campaign has no such expression") }
        }
        let values = Activation(
            event: facts.event, payload: incoming.payload,
            lead: persons.lead.map { ConditionPerson($0.row) },
            referrer: persons.referrer.map { ConditionPerson($0.row) },
            campaign: campaign.version, now: facts.now)
        var budget = Conditions.budget
        return Referrals.decide(facts) { question in
            campaign.conditions.verdict(on: question, given: values, spending: &budget)
        }
    }
}

extension ConditionPerson {
    package init(_ row: ParticipantRow) {
        self.init(
            id: row.participant.id.number, code: row.code, email: row.participant.email,
            firstName: row.firstName, source: row.source, joinedAt: row.participant.joinedAt)
    }
}
