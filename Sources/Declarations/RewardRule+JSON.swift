import Currencies
import JSON
import Reading
import Referrals

extension RewardRule {
    private static let usual = RewardRule(.coupon)

    /// The defaults of the members, except `kind` and `cap`. Only a coupon reward has
    /// `on_empty_pool`.
    package static func defaults(of kind: CampaignReward.Kind) -> [DeclaredDefault] {
        let onEmptyPool = kind == .coupon ? "\"\(usual.onEmptyPool.rawValue)\"" : "null"
        return [
            DeclaredDefault(name: "beneficiary", text: usual.beneficiary.rawValue),
            DeclaredDefault(name: "value", json: Array("null".utf8)),
            DeclaredDefault(name: "budget", json: Array("null".utf8)),
            DeclaredDefault(name: "on_empty_pool", json: Array(onEmptyPool.utf8)),
        ]
    }

    static func read(_ members: Members) -> RewardRule {
        var members = members
        let beneficiary = members.choice("beneficiary", of: CampaignReward.Beneficiary.self)
        let kind = members.choice("kind", of: CampaignReward.Kind.self, required: true)
        var reward = RewardRule(kind ?? .coupon, for: beneficiary ?? usual.beneficiary)
        let before = members.reading.count
        if let value = members.members("value") { reward.value = readValue(value) }
        if kind != nil, members.reading.count == before { members.checkValue(of: reward) }
        if let cap = members.members("cap") { reward.cap = readCap(cap, reward.cap) }
        reward.budget = members.integer("budget", in: 1...mostUnits)
        if case .money(let money) = reward.value, let budget = reward.budget,
            budget < money.minorUnits
        {
            members.note(
                .rule(.budgetBelowValue(budget: budget, value: money.minorUnits)), at: "budget")
        }
        if case .points(let points) = reward.value, let budget = reward.budget, budget < points {
            members.note(.rule(.budgetBelowValue(budget: budget, value: points)), at: "budget")
        }
        if let onEmptyPool = members.choice("on_empty_pool", of: CampaignReward.EmptyPool.self) {
            if kind == .coupon {
                reward.onEmptyPool = onEmptyPool
            } else if kind != nil {
                members.note(.rule(.onlyForCoupons), at: "on_empty_pool")
            }
        }
        members.end()
        return reward
    }

    private static func readValue(_ members: Members) -> RewardValue {
        var members = members
        let forms = [["amount", "currency"], ["percent", "max"], ["points"], ["text"]]
        let said = forms.filter { names in names.contains { members.member($0) != nil } }
        guard said.count <= 1 else {
            members.end()
            members.note(.rule(.valueMixed(said.map { $0[0] })), at: said[1][0])
            return .nothingStated
        }
        defer { members.end() }
        switch said.first?[0] {
        case "amount"?:
            let amount = members.integer("amount", in: 1...mostUnits, required: true)
            let currency = members.text(
                "currency", required: true,
                as: members.reading.isStored ? readStoredCurrency : readCurrency)
            guard let amount, let currency else { return .nothingStated }
            return .money(Money(amount, currency))
        case "percent"?:
            let percent = readPercentage(&members)
            let most = members.integer("max", in: 1...mostUnits)
            return percent.map { .percent($0, max: most) } ?? .nothingStated
        case "points"?:
            return members.integer("points", in: 1...mostUnits).map { .points($0) }
                ?? .nothingStated
        case "text"?:
            return members.text("text", atMost: longestValueText).map { .text($0) }
                ?? .nothingStated
        default: return .nothingStated
        }
    }

    private static func readPercentage(_ members: inout Members) -> Percentage? {
        guard let member = members.member("percent") else {
            members.noteMissing("percent")
            return nil
        }
        guard let text = member.value.numberText else {
            members.note(
                .wrongType(found: JSONType(member.value.kind), expected: [.number]), at: member)
            return nil
        }
        guard let percent = Percentage(text), percent.millionths > 0 else {
            members.note(.malformed(.percentage, text), at: member)
            return nil
        }
        return percent
    }

    /// Reads a cap; omitted members keep their defaults.
    private static func readCap(_ members: Members, _ usual: Cap) -> Cap {
        var members = members
        let count = members.count("count", in: capCounts) ?? usual.count
        let per = members.choice("per", of: Cap.Subject.self) ?? usual.per
        let window = members.choice("window", of: Window.self) ?? usual.window
        members.end()
        return Cap(count: count, per: per, window: window)
    }
}

extension Members {
    /// Notes a reward without a benefit, and a value that the kind of reward does not allow.
    fileprivate func checkValue(of reward: RewardRule) {
        let allowed: [String] =
            switch reward.kind {
            case .credit, .cash: ["amount", "percent"]
            case .points: ["points"]
            case .coupon, .custom: ["amount", "percent", "points", "text"]
            }
        let said: String? =
            switch reward.value {
            case .money: "amount"
            case .percent: "percent"
            case .points: "points"
            case .text: "text"
            case .nothingStated: nil
            }
        if let said {
            if !allowed.contains(said) {
                note(
                    .rule(.valueUnfit(kind: reward.kind.rawValue, allowed: allowed)), at: "value")
            }
        } else if allowed.count < 4 {
            note(.rule(.valueNeeded(kind: reward.kind.rawValue, allowed: allowed)), at: "value")
        }
    }
}

extension RewardRule {
    /// The canonical JSON.
    package var canonicalJSON: [UInt8] { compact(write) }

    /// Writes the canonical JSON: compact, in a fixed order, without defaults.
    func write(to json: inout Writer) {
        let usual = Self.usual
        json.beginObject()
        if beneficiary != usual.beneficiary { json.member("beneficiary", beneficiary.rawValue) }
        json.member("kind", kind.rawValue)
        writeValue(to: &json)
        writeCap(to: &json)
        json.member("budget", ifPresent: budget)
        if onEmptyPool != usual.onEmptyPool { json.member("on_empty_pool", onEmptyPool.rawValue) }
        json.endObject()
    }

    private func writeCap(to json: inout Writer) {
        let usual = RewardRule(kind, for: beneficiary).cap
        guard cap != usual else { return }
        json.object("cap") { json in
            if cap.count != usual.count { json.member("count", cap.count) }
            if cap.per != usual.per { json.member("per", cap.per.rawValue) }
            if cap.window != usual.window { json.member("window", cap.window.rawValue) }
        }
    }

    private func writeValue(to json: inout Writer) {
        guard value != .nothingStated else { return }
        json.key("value")
        json.beginObject()
        switch value {
        case .money(let money):
            json.member("amount", money.minorUnits)
            json.member("currency", money.currency.text)
        case .percent(let percent, let most):
            json.member("percent", raw: percent.description.utf8)
            if let most { json.member("max", most) }
        case .points(let points): json.member("points", points)
        case .text(let text): json.member("text", text)
        case .nothingStated: break
        }
        json.endObject()
    }
}
