import Referrals
import Rules
import Time

extension DifferenceSearch {
    /// The facts of both rule sets with the values to try, the usual value first.
    static func facts(_ old: RuleSet, _ new: RuleSet, _ usual: Situation) -> FactTable {
        var facts = FactTable(
            (old.programs + new.programs).map(\.program), in: ConditionLanguage.environment,
            base: usual.values, varying: { !Situation.isFixed($0) })
        for set in [old, new] { add(set.campaign, usual, to: &facts) }
        return facts
    }

    /// Adds the values around the bounds of the rules that are no expressions.
    private static func add(_ campaign: Campaign, _ usual: Situation, to facts: inout FactTable) {
        let rules = campaign.rules
        facts.add(["event", "goal"], .string, [.string(rules.goalType)], usual.values)
        addTimes(rules, usual, to: &facts)
        addAddresses(rules.risk, usual, to: &facts)
        var counts = [rules.goalThreshold - 1, rules.goalThreshold - 2]
        if let velocity = rules.risk.velocity { counts += [velocity.count, velocity.count - 1] }
        var own: [Int] = []
        for reward in campaign.rewards {
            for cap in reward.caps {
                let bounds = [cap.count, cap.count - 1] + budgetBounds(reward, usual)
                if cap.per == .lead { own += bounds } else { counts += bounds }
            }
            facts.add(["event", "amount"], .int, amounts(reward.value), usual.values)
        }
        if campaign.rules.conversions == .every {
            facts.add(Situation.sameLead, .int, numbers(own), [Situation.sameLead: .int(0)])
        }
        facts.add(
            Situation.otherLeads, .int, numbers(counts), [Situation.otherLeads: .int(0)])
        if rules.conversions == .every {
            facts.add(
                ["event", "business_keys"], .list(.string), [.list([])], usual.values)
        }
    }

    /// The counts that a scenario can reach with a post for each.
    private static func numbers(_ counts: [Int]) -> [Rules.Value] {
        counts.filter { 0...50 ~= $0 }.map { .int(Int64($0)) }
    }

    private static func budgetBounds(_ reward: CampaignReward, _ usual: Situation) -> [Int] {
        guard let value = reward.granted(for: usual.event), value.units > 0,
            let budget = reward.budget?.units(in: value.currency)
        else { return [] }
        return [Int(budget / value.units), Int(budget / value.units) - 1]
    }

    /// The amounts whose share is just below, at and above the maximum.
    private static func amounts(_ value: RewardValue) -> [Rules.Value] {
        guard case .percent(let percentage, let max) = value, percentage.millionths > 0 else {
            return []
        }
        var most: Int64 = 1000
        switch max {
        case .each(let units)?: most = units
        case .amounts(let amounts)?: most = amounts.all.first?.minorUnits ?? most
        case nil: break
        }
        let (product, overflow) = most.multipliedReportingOverflow(by: Percentage.whole)
        guard !overflow else { return [] }
        let amount = product / percentage.millionths
        return [amount, amount - 1, amount + 1, amount * 2].filter { $0 > 0 }.map { .int($0) }
    }

    private static func addTimes(
        _ rules: CampaignRules, _ usual: Situation, to facts: inout FactTable
    ) {
        let ends = [rules.startsAt, rules.endsAt].compactMap(\.self)
        let nows = ends.flatMap { [$0, $0 - .seconds(1)] }
        facts.add(["now"], .timestamp, nows.map { .timestamp(Timestamp($0)) }, usual.values)
        let waits: [Duration] =
            (rules.attributionDays.map { [.days($0), .days($0) - .seconds(1)] } ?? [])
            + (rules.risk.minSecondsSinceJoin.map { [.seconds($0), .seconds($0 - 1)] } ?? [])
        facts.add(
            ["lead", "joined_at"], .timestamp,
            waits.map { .timestamp(Timestamp(usual.now - $0)) }, usual.values)
    }

    private static func addAddresses(
        _ risk: Risk, _ usual: Situation, to facts: inout FactTable
    ) {
        // A lead of its own address cannot join; an event can name it.
        var events = ["referrer@trial.example", "referrer+friend@trial.example"]
        var leads = ["referrer+friend@trial.example"]
        if case .known(let added) = risk.disposableEmail {
            leads += (["mailinator.com"] + added).map { "lead@\($0)" }
        }
        for entry in risk.blocklist.prefix(8) {
            if let email = EmailAddress(entry) {
                leads.append(email.canonical)
            } else {
                let domain = entry.hasPrefix("@") ? String(entry.dropFirst()) : entry
                leads.append("lead@\(domain)")
                events.append("lead@\(domain)")
                facts.add(["event", "customer"], .string, [.string(entry)], usual.values)
            }
        }
        facts.add(["event", "email"], .string, events.map { .string($0) }, usual.values)
        facts.add(["lead", "email"], .string, leads.map { .string($0) }, usual.values)
    }
}
