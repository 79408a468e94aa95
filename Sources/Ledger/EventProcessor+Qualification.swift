import Conditions
import Database
import JSON
import Mapping
import Referrals
import Rules
import Storage
import Time

extension EventProcessor {
    /// Deleted people who were the same person as the lead, or as the referrer.
    struct Former {
        var leads: [ID<Participant>] = []
        var referrers: [ID<Participant>] = []

        var isEmpty: Bool { leads.isEmpty && referrers.isEmpty }
    }

    func qualify(_ mapped: MappedEvent, _ event: inout Case) throws(StorageError) {
        var qualifying = mapped.qualifyingEvent(
            campaignGoal: "", receivedAt: event.incoming.receivedAt)
        let attribution = try attribute(&qualifying, mapped, &event)
        if case .missing(let problem) = mapped.code, case .unknown = attribution.lead {
            return noteUnmapped([problem], &event)
        }
        let campaign =
            event.owner?.row.participant.campaign ?? event.lead?.row.participant.campaign
        if let campaign { event.campaign = try declarations.campaign(campaign) }
        if mapped.goal == nil, let campaign = event.campaign {
            qualifying.goal = campaign.version.rules.goalType
        }
        let facts = try facts(qualifying, attribution, event)
        let (decision, decided) = decide(facts, event)
        event.row.outcome = decision.outcome
        event.row.reasons = decision.reasons
        event.row.facts = FactsRecord(decided)
        event.row.participant = event.lead?.id ?? event.owner?.id
        event.row.leadRevision = event.lead?.row.revision
        event.row.referrerRevision = event.referrer?.row.revision
        try record(decision, facts, mapped, &event)
    }

    private func attribute(
        _ qualifying: inout QualifyingEvent, _ mapped: MappedEvent, _ event: inout Case
    ) throws(StorageError) -> Attribution {
        let source = event.source
        // A text that cannot be a code never names a participant.
        if case .unreadable = mapped.code {
            return Attribution(code: .unknown, lead: .unknown, referrer: nil)
        }
        let participants = store.participants
        if case .candidates(let candidates) = mapped.code {
            event.owner = try choose(among: candidates, for: &qualifying, source)
        } else if let code = qualifying.code {
            event.owner = try participants.find(code: code.text, account: source.account).map(
                Person.init)
        }
        var found: Person?
        var brought: Person?
        let attribution = try Attribution.resolve(
            qualifying, codeOf: event.codeOf, sourceCampaign: source.campaign,
            owner: event.owner?.row.participant,
            person: { campaign throws(StorageError) in
                found = try participants.find(
                    customer: qualifying.customer, email: qualifying.email, campaign: campaign,
                    account: source.account
                ).map(Person.init)
                return found?.row.participant
            },
            participant: { id throws(StorageError) in
                brought = try participants.find(id).map(Person.init)
                return brought?.row.participant
            })
        if case .known(let lead) = attribution.lead {
            event.lead = found?.id == lead.id ? found : event.owner
        }
        if let referrer = attribution.referrer {
            event.referrer = brought?.id == referrer.id ? brought : event.owner
        }
        return attribution
    }

    /// Gathers the facts that the decision depends on, no more than the campaign's rules need.
    private func facts(
        _ event: QualifyingEvent, _ attribution: Attribution, _ known: Case
    ) throws(StorageError) -> Facts {
        var facts = Facts(
            event: event,
            source: SourceFacts(isPaused: known.source.isPaused, codeOf: known.codeOf),
            attribution: attribution,
            campaign: known.campaign?.version, now: known.now)
        if known.source.isBuiltIn, case .known(let lead) = facts.lead {
            facts.leadJoinsNow = lead.joinedAt == event.receivedAt
        }
        guard let campaign = known.campaign, let referrer = known.referrer?.id else {
            return facts
        }
        // Only the version: its rules are a large value, and would be copied.
        let version = campaign.version
        let lead = known.lead
        facts.history.released = try released(
            by: event, lead?.id, version, known.now)
        guard facts.history.released == nil else { return facts }
        let former = try former(event, lead, referrer, version.id)
        facts.history.repeated = try repeated(event, lead, referrer, campaign, former)
        // A repeat is decided without further facts.
        guard facts.history.repeated == nil else { return facts }
        facts.history.isRefunded = try isRefunded(event, campaign)
        if version.rules.risk.selfReferral == .alias, let customer = event.customer,
            try store.customers.find(customer, in: version.id) == referrer
        {
            facts.addresses.likeness = max(facts.addresses.likeness, .sameCustomer)
        }
        if version.rules.goalThreshold > 1, known.isOfVisits {
            // The visit that the event is about is not counted among the earlier ones.
            facts.history.referrerConversions =
                try min(store.visits.count(of: referrer), version.rules.goalThreshold) - 1
        } else if version.rules.goalThreshold > 1 {
            facts.history.referrerConversions = try store.conversions.count(
                ofReferrer: referrer, atMost: version.rules.goalThreshold)
        }
        if let velocity = version.rules.risk.velocity {
            facts.history.recentConversions = try store.conversions.count(
                ofReferrer: referrer, after: event.occurredAt - velocity.window,
                // Events dated by a clock that was ahead would count for ever.
                until: max(event.occurredAt, known.now) + .seconds(60), atMost: velocity.count)
        }
        if !campaign.conditions.needs.isEmpty {
            facts.history.counts = try counts(
                campaign.conditions.needs, event, lead?.id, referrer, version.id)
        }
        try addUsage(of: version, to: &facts, lead?.id, referrer, former)
        return facts
    }

    /// Reads the stock of coupons, and the use of each reward of the campaign.
    func addUsage(
        of version: Campaign, to facts: inout Facts, _ lead: ID<Participant>?,
        _ referrer: ID<Participant>, _ former: Former
    ) throws(StorageError) {
        if version.rewards.contains(where: { $0.kind == .coupon }) {
            facts.pool = try pools.state(of: version.id)
        }
        facts.rewards.reserveCapacity(version.rewards.count)
        for rule in version.rewards {
            var usage = RewardFacts()
            for (place, cap) in rule.caps.enumerated() {
                let used = try used(cap, of: rule.id, facts.event, lead, referrer, former)
                if place == 0 {
                    usage.slotsUsed = used
                } else {
                    usage.furtherSlotsUsed.append(used)
                }
            }
            if rule.budget != nil { usage.budgetSpent = try spent(of: rule, facts.event) }
            if !rule.rule.isPlain {
                try addRules(of: rule, to: &usage, facts.history.counts, lead, referrer)
            }
            facts.rewards.append(usage)
        }
    }

    private func used(
        _ cap: Cap, of rule: ID<CampaignReward>, _ event: QualifyingEvent,
        _ lead: ID<Participant>?, _ referrer: ID<Participant>, _ former: Former
    ) throws(StorageError) -> Int {
        let window = cap.window.key(of: event.occurredAt)
        var used = 0
        // A lead who is not enrolled yet has used nothing.
        if lead != nil || cap.per != .lead {
            let scope = ClaimTable.Scope(
                cap, of: rule, window: window, lead: lead ?? ID(0), referrer: referrer)
            used = try caps.usage(of: cap, in: scope).used
        }
        if !former.isEmpty {
            used += try store.slotsOfPredecessors(
                of: cap, rule, window: window, leads: former.leads, referrers: former.referrers)
        }
        return used
    }

    /// The amount that counts against the budget: for a reward in money, the sum granted in its
    /// currency. Without a currency no value can be compared with a budget.
    private func spent(
        of rule: CampaignReward, _ event: QualifyingEvent
    ) throws(StorageError) -> Int64 {
        let totals = store.rewards.totals
        switch rule.value {
        case .money(let money): return try totals.spent(of: rule.id, in: money.currency)
        case .amounts, .percent:
            return try event.currency.map { currency throws(StorageError) in
                try totals.spent(of: rule.id, in: currency)
            } ?? 0
        case .points, .text, .nothingStated: return try totals.spent(of: rule.id)
        }
    }

    /// The conversion that this event repeats: the lead's only one, or the one that has one of its
    /// keys.
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

    /// The deleted people whom an event names again, as its lead or its referrer.
    private func former(
        _ event: QualifyingEvent, _ lead: Person?, _ referrer: ID<Participant>,
        _ campaign: ID<Campaign>
    ) throws(StorageError) -> Former {
        guard try store.tombstones.exist(in: campaign) else { return Former() }
        // The event's address identifies a new lead; a known lead has an address of their own.
        let email = lead == nil ? event.email : nil
        return Former(
            leads: try store.tombstones.predecessors(
                of: lead?.id,
                [email.map { .email($0) }, event.customer.map { .customer($0) }], in: campaign),
            referrers: try store.tombstones.predecessors(of: referrer, in: campaign))
    }

    /// True if the event takes the lead's only conversion; otherwise its keys distinguish it from
    /// others.
    func isOnce(_ event: QualifyingEvent, _ version: Campaign) -> Bool {
        version.rules.conversions == .first || event.businessKeys.isEmpty
    }

    /// Returns the decision, and the facts with the results of the rewards' conditions.
    private func decide(_ facts: Facts, _ event: Case) -> (Decision, Facts) {
        guard let campaign = event.campaign, !campaign.conditions.isEmpty else {
            observer?.observe(facts, of: event.campaign, values: nil)
            let decision = Referrals.decide(facts) { _ in
                .unknown("the campaign has no such expression")
            }
            return (decision, facts)
        }
        let values = Activation(
            event: facts.event, payload: event.incoming.payload,
            lead: event.lead.map { ConditionPerson($0.row) },
            referrer: event.referrer.map { ConditionPerson($0.row) },
            campaign: campaign.version, counts: facts.history.counts, now: facts.now)
        observer?.observe(facts, of: campaign, values: values)
        var budget = Conditions.budget
        guard campaign.conditions.hasRewardConditions else {
            let decision = Referrals.decide(facts) { question in
                campaign.conditions.verdict(on: question, given: values, spending: &budget)
            }
            return (decision, facts)
        }
        var decided = facts
        let decision = Referrals.decide(facts) { question in
            let verdict = campaign.conditions.verdict(
                on: question, given: values, spending: &budget)
            if case .when(let place) = question, decided.rewards.indices.contains(place) {
                decided.rewards[place].condition = verdict.truth
            }
            return verdict
        }
        return (decision, decided)
    }
}

extension ConditionPerson {
    /// A person as conditions read them.
    package init(_ row: ParticipantRow) {
        self.init(
            id: row.participant.id.number, code: row.code, email: row.participant.email,
            firstName: row.firstName, source: row.source, joinedAt: row.participant.joinedAt)
    }
}
