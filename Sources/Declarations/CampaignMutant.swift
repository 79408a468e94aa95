import Conditions
import Currencies
import Referrals
import Rules
import Time

/// A campaign with one small change of its rules.
package struct CampaignMutant: Sendable {
    /// The kind of the change.
    package let operation: RuleMutant.Operation
    /// The member of the campaign that is changed, such as `rewards/1/cap/count`.
    package let place: String
    /// The changed part before the change.
    package let before: String
    /// The changed part after the change.
    package let after: String
    /// The expression that is changed; nil for any other rule.
    package let question: Question?
    /// The campaign after the change.
    package let campaign: CampaignDeclaration
}

extension CampaignDeclaration {
    /// The mutants of the campaign: of its expressions, in the order of a decision, and of its
    /// other rules. Mutants that no decision can tell from the campaign are left out as far as
    /// their text shows.
    ///
    /// - Parameter zones: the time zones that rules may name.
    package func mutants(zones: Zones = .none) -> [CampaignMutant] {
        var maker = CampaignMutantMaker(
            campaign: self, environment: ConditionLanguage.environment.with(zones: zones))
        maker.changeConditions()
        maker.changeReview()
        maker.changeEligibility()
        maker.changeRisk()
        for index in rewards.indices { maker.changeReward(index) }
        return maker.mutants
    }
}

private struct CampaignMutantMaker {
    let campaign: CampaignDeclaration
    let environment: Environment
    var mutants: [CampaignMutant] = []

    private mutating func add(
        _ operation: RuleMutant.Operation, _ place: String, _ before: String, _ after: String,
        question: Question? = nil, _ change: (inout CampaignDeclaration) -> Void
    ) {
        var changed = campaign
        change(&changed)
        guard changed != campaign else { return }
        mutants.append(
            CampaignMutant(
                operation: operation, place: place, before: before, after: after,
                question: question, campaign: changed))
    }

    /// Adds the mutants with one more and one less.
    private mutating func addSteps<Number: FixedWidthInteger>(
        _ place: String, _ path: WritableKeyPath<CampaignDeclaration, Number>,
        atLeast least: Number,
        by step: Number = 1
    ) {
        let value = campaign[keyPath: path]
        for (changed, overflow) in [
            value.addingReportingOverflow(step), value.subtractingReportingOverflow(step),
        ] where !overflow && changed >= least {
            add(.boundary, place, "\(value)", "\(changed)") { $0[keyPath: path] = changed }
        }
    }

    /// Adds the mutants with one more, one less and none of an optional number.
    private mutating func addSteps<Number: FixedWidthInteger>(
        _ place: String, _ path: WritableKeyPath<CampaignDeclaration, Number?>,
        atLeast least: Number
    ) {
        guard let value = campaign[keyPath: path] else { return }
        for (changed, overflow) in [
            value.addingReportingOverflow(1), value.subtractingReportingOverflow(1),
        ] where !overflow && changed >= least {
            add(.boundary, place, "\(value)", "\(changed)") { $0[keyPath: path] = changed }
        }
        add(.removal, place, "\(value)", "none") { $0[keyPath: path] = nil }
    }

    // MARK: Expressions

    mutating func changeConditions() {
        for (index, text) in campaign.rules.conditions.enumerated() {
            changeExpression(text, .condition(index)) { $0.rules.conditions[index] = $1 }
            add(.removal, "conditions/\(index)", text, "none", question: .condition(index)) {
                // A condition that is always true keeps the numbers of the others.
                $0.rules.conditions[index] = "true"
            }
        }
    }

    mutating func changeReview() {
        switch campaign.rules.review {
        case .never: add(.negation, "review", "never", "always") { $0.rules.review = .always }
        case .always: add(.negation, "review", "always", "never") { $0.rules.review = .never }
        case .when(let text):
            changeExpression(text, .review) { $0.rules.review = .when($1) }
            add(.removal, "review", text, "never", question: .review) { $0.rules.review = .never }
        }
    }

    private mutating func changeExpression(
        _ text: String, _ question: Question,
        _ change: (inout CampaignDeclaration, String) -> Void
    ) {
        let program = try? Program.compile(text, in: environment, expecting: .bool)
        for mutant in program?.mutants ?? [] {
            add(
                mutant.operation, question.place, mutant.before, mutant.after, question: question
            ) { change(&$0, mutant.text) }
        }
    }

    // MARK: Eligibility and hold

    mutating func changeEligibility() {
        let rules = campaign.rules
        add(.constant, "goal_type", rules.goalType, rules.goalType + "_") {
            $0.rules.goalType += "_"
        }
        addSteps("goal_threshold", \.rules.goalThreshold, atLeast: 1)
        let other: Campaign.Conversions = rules.conversions == .every ? .first : .every
        add(.operator, "conversions", rules.conversions.rawValue, other.rawValue) {
            $0.rules.conversions = other
        }
        addTimes("starts_at", \.rules.startsAt)
        addTimes("ends_at", \.rules.endsAt)
        addSteps("attribution_days", \.rules.attributionDays, atLeast: 1)
        addSteps("hold_days", \.rules.holdDays, atLeast: 0)
    }

    private mutating func addTimes(
        _ place: String, _ path: WritableKeyPath<CampaignDeclaration, Instant?>
    ) {
        guard let time = campaign[keyPath: path] else { return }
        for step in [Duration.seconds(1), .seconds(-1)] {
            add(.boundary, place, "\(time)", "\(time + step)") { $0[keyPath: path] = time + step }
        }
        add(.removal, place, "\(time)", "none") { $0[keyPath: path] = nil }
    }

    // MARK: Risk

    mutating func changeRisk() {
        let risk = campaign.rules.risk
        for other in Risk.SelfReferral.allCases where other != risk.selfReferral {
            add(.operator, "risk/self_referral", risk.selfReferral.rawValue, other.rawValue) {
                $0.rules.risk.selfReferral = other
            }
        }
        if let velocity = risk.velocity {
            for count in [velocity.count + 1, velocity.count - 1] where count > 0 {
                add(.boundary, "risk/velocity/count", "\(velocity.count)", "\(count)") {
                    $0.rules.risk.velocity?.count = count
                }
            }
            for step in [Duration.seconds(1), .seconds(-1)] {
                let window = velocity.window + step
                add(
                    .boundary, "risk/velocity/window", "\(velocity.window)", "\(window)"
                ) { $0.rules.risk.velocity?.window = window }
            }
            add(.removal, "risk/velocity", "\(velocity.count)", "none") {
                $0.rules.risk.velocity = nil
            }
        }
        addSteps("risk/min_seconds_since_join", \.rules.risk.minSecondsSinceJoin, atLeast: 1)
        if risk.disposableEmail != .off {
            add(.removal, "risk/disposable_email", "on", "off") {
                $0.rules.risk.disposableEmail = .off
            }
        }
        for (index, entry) in risk.blocklist.enumerated() {
            add(.removal, "risk/blocklist/\(index)", entry, "none") {
                $0.rules.risk.blocklist.remove(at: index)
            }
        }
    }

    // MARK: Rewards

    mutating func changeReward(_ index: Int) {
        let rule = campaign.rewards[index]
        let place = "rewards/\(index)"
        add(.removal, place, rule.kind.rawValue, "none") { $0.rewards.remove(at: index) }
        let other: CampaignReward.Beneficiary = rule.beneficiary == .lead ? .referrer : .lead
        add(.operator, "\(place)/beneficiary", rule.beneficiary.rawValue, other.rawValue) {
            $0.rewards[index].beneficiary = other
        }
        changeValue(rule.value, index, place)
        for (cap, limit) in rule.caps.enumerated() {
            changeCap(limit, cap, index, "\(place)/cap" + (rule.caps.count == 1 ? "" : "/\(cap)"))
        }
        changeLimit(rule.budget, "\(place)/budget") { $0.rewards[index].budget = $1 }
        if let when = rule.when {
            changeExpression(when, .when(index)) { $0.rewards[index].when = $1 }
        }
        if let every = rule.every {
            for changed in [every + 1, every - 1] where changed > 0 {
                add(.boundary, "\(place)/every", "\(every)", "\(changed)") {
                    $0.rewards[index].every = changed
                }
            }
        }
        if rule.kind == .coupon {
            let other: CampaignReward.EmptyPool = rule.onEmptyPool == .wait ? .skip : .wait
            add(
                .operator, "\(place)/on_empty_pool", rule.onEmptyPool.rawValue, other.rawValue
            ) { $0.rewards[index].onEmptyPool = other }
        }
    }

    private mutating func changeValue(_ value: RewardValue, _ index: Int, _ place: String) {
        switch value {
        case .money(let money):
            for amount in [money.minorUnits + 1, money.minorUnits - 1] where amount > 0 {
                add(.boundary, "\(place)/value/amount", "\(money.minorUnits)", "\(amount)") {
                    $0.rewards[index].value = .money(Money(amount, money.currency))
                }
            }
        case .points(let points):
            for changed in [points + 1, points - 1] where changed > 0 {
                add(.boundary, "\(place)/value/points", "\(points)", "\(changed)") {
                    $0.rewards[index].value = .points(changed)
                }
            }
        case .percent(let share, let max):
            // One per cent.
            for step in [10_000, -10_000] as [Int64] {
                guard let changed = Percentage(millionths: share.millionths + step) else {
                    continue
                }
                add(.boundary, "\(place)/value/percent", "\(share)", "\(changed)") {
                    $0.rewards[index].value = .percent(changed, max: max)
                }
            }
            changeLimit(max, "\(place)/value/max") {
                $0.rewards[index].value = .percent(share, max: $1)
            }
        case .amounts(let amounts):
            for (changed, words) in amounts.steps {
                add(.boundary, "\(place)/value/amounts", words.from, words.to) {
                    $0.rewards[index].value = .amounts(changed)
                }
            }
        case .text, .nothingStated: break
        }
    }

    /// Adds a unit to a limit, and takes one away.
    private mutating func changeLimit(
        _ limit: UnitLimit?, _ place: String,
        _ set: @escaping (inout CampaignDeclaration, UnitLimit) -> Void
    ) {
        switch limit {
        case .each(let units)?:
            for changed in [units + 1, units - 1] where changed > 0 {
                add(.boundary, place, "\(units)", "\(changed)") { set(&$0, .each(changed)) }
            }
        case .amounts(let amounts)?:
            for (changed, words) in amounts.steps {
                add(.boundary, place, words.from, words.to) { set(&$0, .amounts(changed)) }
            }
        case nil: break
        }
    }

    private mutating func changeCap(_ cap: Cap, _ list: Int, _ index: Int, _ place: String) {
        for count in [cap.count + 1, cap.count - 1] where count > 0 {
            add(.boundary, "\(place)/count", "\(cap.count)", "\(count)") {
                $0.rewards[index].caps[list].count = count
            }
        }
        for per in Cap.Subject.allCases where per != cap.per {
            add(.operator, "\(place)/per", cap.per.rawValue, per.rawValue) {
                $0.rewards[index].caps[list].per = per
            }
        }
        for window in Window.allCases where window != cap.window {
            add(.operator, "\(place)/window", cap.window.rawValue, window.rawValue) {
                $0.rewards[index].caps[list].window = window
            }
        }
    }
}

extension Amounts {
    /// The amounts with one unit more or less in one currency, and what that changes.
    fileprivate var steps: [(Amounts, (from: String, to: String))] {
        all.flatMap { amount in
            [amount.minorUnits + 1, amount.minorUnits - 1].filter { $0 > 0 }.map { units in
                (
                    Amounts(
                        [Money(units, amount.currency)]
                            + all.filter { $0.currency != amount.currency }),
                    ("\(amount.minorUnits) \(amount.currency.text)", "\(units)")
                )
            }
        }
    }
}
