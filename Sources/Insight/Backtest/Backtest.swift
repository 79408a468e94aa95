import Conditions
import Currencies
import Database
import JSON
import Ledger
import Mapping
import Referrals
import Rules
import Storage
import Time

/// Decides stored events again under a draft's rules, in the order of their numbers, with the caps,
/// pools and budgets of a world in which the draft was in force. It only reads.
///
/// An event is decided without a trace first; only a changed one is explained. The recorded decision
/// is made again from the stored facts under its own version, for its rewards. Facts are those of
/// the time. Reviews by people are not repeated: a reward that a draft puts into review stays
/// there. A refund that waits in the recorded world is not applied to a conversion that only the
/// draft makes. A pool of more than a thousand coupons is counted roughly.
package final class Backtest {
    /// The largest number of changes described in full.
    package static let mostChanges = 10_000

    /// The rules to try, by campaign.
    private let drafts: [ID<Campaign>: CampaignSettings]
    private let limit: Int
    private let store: Store
    private let people: Rederivation
    private let earlier: EarlierUse
    private var state = SimulatedState()
    /// True for the versions whose rules are the draft's.
    private var equal: [VersionKey: Bool] = [:]
    package private(set) var report = BacktestReport()

    private struct VersionKey: Hashable {
        let campaign: ID<Campaign>
        let version: Int32
    }

    /// - Parameters:
    ///   - first: The number of the first event that is decided.
    ///   - versions: The recorded versions of the draft's campaigns, as far as they can be read.
    ///   - limit: The number of changes described in full.
    package init(
        _ store: Store, _ drafts: [CampaignSettings], from first: ID<Event>, versions: [Campaign],
        limit: Int, campaign: @escaping Rederivation.Campaigns,
        source: @escaping Rederivation.SourceVersions
    ) throws(StorageError) {
        self.store = store
        self.limit = min(limit, Self.mostChanges)
        self.drafts = Dictionary(
            drafts.map { ($0.version.id, $0) }, uniquingKeysWith: { $1 })
        people = try Rederivation(store, campaign: campaign, source: source)
        earlier = store.audit.earlierUse
        for draft in drafts {
            let id = draft.version.id
            try prepare(draft.version, versions.filter { $0.id == id }, first)
        }
    }

    /// Finds the counts that no recorded version has stored, and counts them before the first event.
    private func prepare(
        _ draft: Campaign, _ versions: [Campaign], _ first: ID<Event>
    ) throws(StorageError) {
        for rule in draft.rewards {
            let known = versions.map { version in version.rewards.first { $0.id == rule.id } }
            let isSameScope = known.allSatisfy {
                $0.map { known in
                    known.caps.count == rule.caps.count
                        && zip(known.caps, rule.caps).allSatisfy {
                            $0.per == $1.per && $0.window == $1.window
                        }
                } ?? false
            }
            if !isSameScope { state.wholeSlots.insert(rule.id) }
            let isBudgeted = known.allSatisfy {
                $0.map { $0.budget != nil && $0.value.sumUnit == rule.value.sumUnit } ?? false
            }
            if rule.budget != nil, !isBudgeted { state.wholeSums.insert(rule.id) }
        }
        let rules = draft.rules
        if rules.goalThreshold > 1 || rules.risk.velocity != nil {
            state.wholeConversions.insert(draft.id)
        }
        if rules.conversions == .first, versions.contains(where: { $0.rules.conversions == .every })
        {
            state.onceNow.insert(draft.id)
        }
        let hadCoupons = versions.allSatisfy { $0.rewards.contains { $0.kind == .coupon } }
        if draft.rewards.contains(where: { $0.kind == .coupon }), !hadCoupons {
            state.begin(try pool(of: draft.id), of: draft.id)
        }
        guard first.number > 1 else { return }
        if draft.rewards.contains(where: {
            state.wholeSlots.contains($0.id) || state.wholeSums.contains($0.id)
        }) {
            try earlier.forEachGrant(of: draft.id, before: first) { grant in
                guard let rule = draft.rewards.first(where: { $0.id == grant.rule }) else { return }
                state.add(grant, rule)
            }
        }
        if state.wholeConversions.contains(draft.id) || state.onceNow.contains(draft.id) {
            try earlier.forEachConversion(of: draft.id, before: first) { referrer, lead, at in
                state.addConversion(of: referrer, lead, at: at)
            }
        }
    }

    private func pool(of campaign: ID<Campaign>) throws(StorageError) -> CouponPool {
        CouponPool(
            unused: try store.coupons.availableCount(in: campaign, atMost: 1_000_000),
            waiting: try store.rewards.waitingCount(in: campaign, atMost: 1_000_000))
    }

    // MARK: One event

    /// Takes the next event.
    package func take(_ row: EventRow, _ derived: DerivedEvent) throws(StorageError) {
        report.events += 1
        switch derived {
        case .withoutRules:
            report.withoutRules += 1
            follow(row)
        case .otherCampaign: report.otherCampaigns += 1
        case .bodyGone: report.bodiesGone += 1
        case .lost: report.notDerivable += 1
        case .qualification(let retrial):
            guard let version = retrial.campaign?.version, let draft = drafts[version.id] else {
                report.otherCampaigns += 1
                return
            }
            try decide(row, retrial, version, draft)
        }
    }

    /// Follows a refund: its conversion frees its slots, or does not exist in the draft's world.
    private func follow(_ row: EventRow) {
        guard let conversion = row.conversion, row.outcome == .reversed else { return }
        if row.reasons.contains(.refundedFull) { state.refund(conversion) }
    }

    private func decide(
        _ row: EventRow, _ retrial: Retrial, _ version: Campaign, _ draft: CampaignSettings
    ) throws(StorageError) {
        var retrial = retrial
        let isSame = isEqual(version, draft.version)
        if needsPeople(retrial.campaign, draft, isSame: isSame),
            try people.addPeople(to: &retrial, row) != nil
        {
            report.notDerivable += 1
            return
        }
        let id = version.id
        let old = retrial.decide()
        var new = old
        var other: Retrial?
        var unknown: (question: Question, reason: String)?
        if !isSame || !state.isUnchanged {
            var facts = retrial.facts
            try adjust(&facts, retrial, row, version, draft.version)
            let again = retrial.with(facts, draft)
            new = again.decide { unknown = unknown ?? ($0, $1) }
            other = again
            let (lead, referrer) = (lead(of: row, retrial), facts.referrer?.id)
            if new != old || !state.isUnchanged {
                state.count(
                    SimulatedState.Decided(
                        event: row.id, facts: facts, lead: lead, referrer: referrer, old: old,
                        new: new, version: version, draft: draft.version))
            }
        }
        report.decided += 1
        report.count(id, row.source, row.outcome, new.outcome)
        report.count(old, of: id, isNew: false)
        report.count(new, of: id, isNew: true)
        if let unknown, new.reasons.contains(.conditionUnknown),
            !row.reasons.contains(.conditionUnknown)
        {
            note(unknown, of: draft, row.id)
        }
        guard
            new.outcome != row.outcome || new.reasons != row.reasons || !hasSameRewards(old, new)
        else { return }
        report.changed += 1
        guard report.changes.count < limit else { return }
        report.changes.append(change(row, retrial, other ?? retrial, old))
    }

    private func lead(of row: EventRow, _ retrial: Retrial) -> ID<Participant>? {
        retrial.participant(.lead) ?? row.participant
    }

    private func isEqual(_ version: Campaign, _ draft: Campaign) -> Bool {
        let key = VersionKey(campaign: version.id, version: version.version)
        if let known = equal[key] { return known }
        let isEqual = version.rules == draft.rules && version.rewards == draft.rewards
        equal[key] = isEqual
        return isEqual
    }

    private func needsPeople(
        _ version: CampaignSettings?, _ draft: CampaignSettings, isSame: Bool
    ) -> Bool {
        if version?.conditions.readPeople ?? false { return true }
        guard !isSame else { return false }
        return draft.conditions.readPeople
            || readsAddresses(draft.version, instead: version?.version)
    }

    /// True if the draft compares addresses with other lists than the recorded version.
    private func readsAddresses(_ draft: Campaign, instead version: Campaign?) -> Bool {
        guard draft.rules.risk != version?.rules.risk else { return false }
        return draft.addresses.disposable != nil || !draft.rules.risk.blocklist.isEmpty
    }

    /// Changes the recorded facts into those of the draft's world.
    private func adjust(
        _ facts: inout Facts, _ retrial: Retrial, _ row: EventRow, _ version: Campaign,
        _ draft: Campaign
    ) throws(StorageError) {
        facts.campaign = draft
        if retrial.mapped.goal == nil { facts.event.goal = draft.rules.goalType }
        if readsAddresses(draft, instead: version) {
            let likeness = facts.addresses.likeness
            facts.addresses = AddressFacts(
                of: facts.event, lead: retrial.persons[.lead].map { Participant($0, draft.id) },
                referrer: retrial.persons[.referrer].map { Participant($0, draft.id) },
                lists: draft.addresses)
            facts.addresses.likeness = likeness
        }
        guard let referrer = facts.referrer?.id else { return }
        let lead = lead(of: row, retrial)
        var failure: StorageError?
        facts.history.repeated = state.repeated(
            facts, by: draft, version: version, lead
        ) { recorded in
            do throws(StorageError) {
                return try isByKey(recorded, facts.event, version)
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        adjustHistory(&facts, referrer, version, draft)
        let isCounted = !retrial.facts.rewards.isEmpty || version.rewards.isEmpty
        let hadCoupons = isCounted && version.rewards.contains { $0.kind == .coupon }
        if draft.rewards.contains(where: { $0.kind == .coupon }) {
            facts.pool = state.pool(facts.pool, of: draft.id, isRecorded: hadCoupons)
        }
        var rewards: [RewardFacts] = []
        rewards.reserveCapacity(draft.rewards.count)
        for rule in draft.rewards {
            let place = version.rewards.firstIndex { $0.id == rule.id }
            let recorded = place.flatMap { place in
                retrial.facts.rewards.indices.contains(place) ? retrial.facts.rewards[place] : nil
            }
            rewards.append(try used(rule, recorded, facts.event, row.id, lead, referrer))
        }
        facts.rewards = rewards
    }

    private func isByKey(
        _ conversion: ID<Conversion>, _ event: QualifyingEvent, _ version: Campaign
    ) throws(StorageError) -> Bool {
        guard let account = drafts[version.id]?.account else { return false }
        for key in event.businessKeys {
            let holder = try store.conversions.find(
                key: key, account: account, campaign: version.id, goal: event.goal)
            if holder == conversion { return true }
        }
        return false
    }

    private func adjustHistory(
        _ facts: inout Facts, _ referrer: ID<Participant>, _ version: Campaign, _ draft: Campaign
    ) {
        guard state.wholeConversions.contains(draft.id) else { return }
        let isOther = state.hasOtherConversions(referrer)
        let velocity = draft.rules.risk.velocity
        let at = facts.event.occurredAt
        let counts = state.conversions(
            of: referrer, after: at - (velocity?.window ?? .zero),
            until: max(at, facts.now) + .seconds(60))
        if isOther || draft.rules.goalThreshold != version.rules.goalThreshold {
            facts.history.referrerConversions = min(counts.all, draft.rules.goalThreshold)
        }
        if let velocity, isOther || velocity != version.rules.risk.velocity {
            facts.history.recentConversions = min(counts.recent, Int(velocity.count))
        }
    }

    private func used(
        _ rule: CampaignReward, _ recorded: RewardFacts?, _ event: QualifyingEvent,
        _ id: ID<Event>, _ lead: ID<Participant>?, _ referrer: ID<Participant>
    ) throws(StorageError) -> RewardFacts {
        var facts = RewardFacts()
        if let recorded {
            facts.isMultipleTaken = recorded.isMultipleTaken
            facts.isGoalReached = recorded.isGoalReached
        }
        for (place, cap) in rule.caps.enumerated() {
            let scope = ClaimTable.Scope(
                cap, of: rule.id, window: cap.window.key(of: event.occurredAt),
                lead: lead ?? ID(0), referrer: referrer)
            // Nothing was counted for a repeat, which the draft may decide.
            let known =
                if let recorded {
                    recorded.used(place)
                } else if state.wholeSlots.contains(rule.id) {
                    0
                } else {
                    try earlier.slots(in: scope, before: id)
                }
            let used = state.slotsUsed(in: scope, recorded: known)
            if place == 0 { facts.slotsUsed = used } else { facts.furtherSlotsUsed.append(used) }
        }
        if rule.budget != nil {
            facts.budgetSpent = state.spent(
                SimulatedState.Sum(rule: rule.id, currency: rule.value.currency(for: event)),
                recorded: recorded?.budgetSpent)
        }
        return facts
    }

    // MARK: Its report

    /// True if both decisions record the same rewards. The window of a slot is not part of a reward.
    private func hasSameRewards(_ old: Decision, _ new: Decision) -> Bool {
        func recorded(_ decision: Decision) -> [RewardDecision] {
            decision.rewards.filter { $0.status != nil }.map { reward in
                var reward = reward
                reward.window = 0
                return reward
            }
        }
        return old.rewards == new.rewards || recorded(old) == recorded(new)
    }

    private func note(
        _ unknown: (question: Question, reason: String), of draft: CampaignSettings,
        _ event: ID<Event>
    ) {
        let expression = draft.conditions.program(for: unknown.question)?.source.text ?? ""
        let key = BacktestReport.Unknown(
            campaign: draft.version.id, expression: expression, reason: unknown.reason)
        report.unknowns[key, default: BacktestReport.UnknownCount(first: event)].count += 1
    }

    private func change(
        _ row: EventRow, _ recorded: Retrial, _ draft: Retrial, _ old: Decision
    ) -> BacktestReport.Change {
        let (_, was) = recorded.explain()
        let (decision, becomes) = draft.explain()
        let turned = becomes.turned(from: was)
        return BacktestReport.Change(
            event: row.id, campaign: recorded.campaign?.version.id ?? ID(0), source: row.source,
            receivedAt: row.receivedAt,
            was: old.outcome == row.outcome
                ? BacktestReport.Verdict(old) : BacktestReport.Verdict(row.outcome, row.reasons),
            becomes: BacktestReport.Verdict(decision), checkWas: turned.was,
            checkBecomes: turned.becomes)
    }

    /// Ends the backtest, and adds the coupons that are left.
    package func finish() throws(StorageError) -> BacktestReport {
        for campaign in report.coupons.keys {
            let pool = try pool(of: campaign)
            report.coupons[campaign]?.left = max(0, pool.unused - pool.waiting)
        }
        return report
    }
}

extension Retrial {
    /// The same event under a draft's rules.
    fileprivate func with(_ facts: Facts, _ draft: CampaignSettings) -> Retrial {
        var retrial = Retrial(mapped: mapped, facts: facts, campaign: draft, payload: payload)
        retrial.persons = persons
        return retrial
    }
}
