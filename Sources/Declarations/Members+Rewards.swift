import Currencies
import JSON
import Reading
import Referrals

// The limits of campaign rewards: caps, budgets, amounts by currency.

extension Members {
    /// Reads the caps of a reward: one as an object, or several as a list. Omitted members keep
    /// their defaults.
    mutating func caps(of reward: RewardRule) -> [Cap] {
        guard let member = member("cap") else { return reward.usualCaps }
        let usual = Cap.once(per: reward.beneficiary)
        guard member.value.kind == .array else {
            return members("cap").map { [Self.cap($0, usual)] } ?? reward.usualCaps
        }
        let reading = reading
        guard let list = list("cap", atMost: RewardRule.mostCaps) else { return reward.usualCaps }
        if list.isEmpty { note(.emptyList, at: "cap") }
        var caps: [Cap] = []
        for element in list {
            let cap = Self.cap(Members(element.value, in: reading), usual)
            if caps.contains(where: { $0.per == cap.per && $0.window == cap.window }) {
                reading.note(
                    .rule(.capRepeated(per: cap.per.rawValue, window: cap.window.rawValue)),
                    at: element.value)
            } else {
                caps.append(cap)
            }
        }
        return caps
    }

    private static func cap(_ members: Members, _ usual: Cap) -> Cap {
        var members = members
        let count = members.count("count", in: RewardRule.capCounts) ?? usual.count
        let per = members.choice("per", of: Cap.Subject.self) ?? usual.per
        let window = members.choice("window", of: Window.self) ?? usual.window
        members.end()
        return Cap(count: count, per: per, window: window)
    }

    /// Reads the budget of a reward, and compares it with the reward's value.
    mutating func budget(of reward: RewardRule) -> UnitLimit? {
        guard let budget = limit("budget") else { return nil }
        var listed: [Amounts] = []
        if case .amounts(let amounts) = budget {
            switch reward.value {
            case .points, .text, .nothingStated:
                note(.rule(.amountsWithoutMoney), at: "budget")
                return budget
            case .money, .amounts, .percent: listed.append(amounts)
            }
        }
        switch reward.value {
        case .money(let money): compare(budget, with: [money])
        case .amounts(let amounts): compare(budget, with: amounts.all)
        case .percent(_, let max):
            if case .amounts(let amounts)? = max { listed.append(amounts) }
            guard listed.count == 2 else { break }
            let missing = listed[1].all.map(\.currency).filter { listed[0][$0] == nil }
            if !missing.isEmpty { note(.rule(.budgetLacks(missing.map(\.text))), at: "budget") }
        case .points(let points):
            if case .each(let units) = budget, units < points {
                note(.rule(.budgetBelowValue(budget: units, value: points)), at: "budget")
            }
        case .text, .nothingStated: break
        }
        return budget
    }

    private func compare(_ budget: UnitLimit, with values: [Money]) {
        let missing = values.map(\.currency).filter { budget.units(in: $0) == nil }
        guard missing.isEmpty else {
            return note(.rule(.budgetLacks(missing.map(\.text))), at: "budget")
        }
        for value in values {
            guard let units = budget.units(in: value.currency), units < value.minorUnits else {
                continue
            }
            return note(
                .rule(.budgetBelowValue(budget: units, value: value.minorUnits)), at: "budget")
        }
    }

    /// Reads a limit: a number, or an object with `amounts` by currency.
    mutating func limit(_ name: String) -> UnitLimit? {
        guard let member = member(name) else { return nil }
        guard member.value.kind == .object else {
            return integer(name, in: 1...RewardRule.mostUnits).map { .each($0) }
        }
        guard var object = members(name) else { return nil }
        if object.member("amounts") == nil { object.noteMissing("amounts") }
        let amounts = object.amounts("amounts")
        object.end()
        return amounts.map { .amounts($0) }
    }

    /// Reads amounts by currency: an object whose names are codes.
    mutating func amounts(_ name: String) -> Amounts? {
        guard var object = members(name) else { return nil }
        var names = object.object?.members.map { $0.key.string } ?? []
        let base = object.base?.members.map { $0.key.string } ?? []
        names += base.filter { name in !names.contains { $0.uppercased() == name } }
        var amounts: [Money] = []
        for name in names {
            let units = object.integer(name, in: 1...RewardRule.mostUnits)
            do throws(Fault) {
                let currency =
                    reading.isStored ? try readStoredCurrency(name) : try readCurrency(name)
                guard !amounts.contains(where: { $0.currency == currency }) else {
                    throw .rule(.amountRepeated(currency.text))
                }
                if let units { amounts.append(Money(units, currency)) }
            } catch {
                object.note(error, at: name)
            }
        }
        if names.isEmpty { note(.rule(.amountsEmpty), at: name) }
        return amounts.isEmpty ? nil : Amounts(amounts)
    }
}

extension Members {
    /// Notes rewards that wait for the goal of their own campaign: its events make conversions, and
    /// release nothing.
    func checkHolds(of campaign: CampaignDeclaration) {
        guard !reading.isStored else { return }
        let goal = campaign.rules.goalType
        for (place, reward) in campaign.rewards.enumerated() where reward.holdUntil?.goal == goal {
            let rewards = object?["rewards"]?.elements.map { $0 } ?? []
            let value =
                rewards.indices.contains(place) ? rewards[place]["hold_until"]?["goal"] : nil
            if let value {
                reading.note(.rule(.holdForOwnGoal(goal)), at: value)
            } else {
                note(.rule(.holdForOwnGoal(goal)), at: "goal_type")
            }
        }
    }
}

// MARK: Writing

extension Amounts {
    /// Writes `{"amounts": {"EUR": 1000, "USD": 1100}}`.
    func write(to json: inout Writer) {
        json.beginObject()
        json.object("amounts") { json in
            for amount in all { json.member(amount.currency.text, amount.minorUnits) }
        }
        json.endObject()
    }
}

extension UnitLimit {
    func write(to json: inout Writer) {
        switch self {
        case .each(let units): json.integer(units)
        case .amounts(let amounts): amounts.write(to: &json)
        }
    }
}
