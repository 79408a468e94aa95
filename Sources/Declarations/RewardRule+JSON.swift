import Currencies
import JSON
import Reading
import Referrals

extension RewardRule {
    private static let usual = RewardRule(.coupon)

    /// The defaults of the members, except `kind` and `cap`, in the order of the schema. Only a coupon reward has
    /// `on_empty_pool`.
    package static func defaults(of kind: CampaignReward.Kind) -> [DeclaredDefault] {
        let onEmptyPool = kind == .coupon ? "\"\(usual.onEmptyPool.rawValue)\"" : "null"
        return [
            DeclaredDefault(name: "beneficiary", text: usual.beneficiary.rawValue),
            DeclaredDefault(name: "value", json: Array("null".utf8)),
            DeclaredDefault(name: "when", json: Array("null".utf8)),
            DeclaredDefault(name: "every", json: Array("null".utf8)),
            DeclaredDefault(name: "group", json: Array("null".utf8)),
            DeclaredDefault(name: "budget", json: Array("null".utf8)),
            DeclaredDefault(name: "on_empty_pool", json: Array(onEmptyPool.utf8)),
            DeclaredDefault(name: "hold_until", json: Array("null".utf8)),
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
        reward.when = members.expression("when")
        reward.every = members.count("every", in: multiples)
        reward.group = members.text("group", atMost: longestGroup)
        reward.caps = members.caps(of: reward)
        reward.budget = members.budget(of: reward)
        reward.holdUntil = members.members("hold_until").flatMap(readHold)
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
        let forms = [
            ["amount", "currency"], ["amounts"], ["percent", "max"], ["points"], ["text"],
        ]
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
        case "amounts"?:
            return members.amounts("amounts").map { .amounts($0) } ?? .nothingStated
        case "percent"?:
            let percent = readPercentage(&members)
            let most = members.limit("max")
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

    private static func readHold(_ members: Members) -> Hold? {
        var members = members
        let goal = members.text("goal", atMost: 128, required: true)
        if members.member("days") == nil { members.noteMissing("days") }
        let days = members.count("days", in: holdDays)
        members.end()
        guard let goal, let days else { return nil }
        return Hold(goal: goal, days: days)
    }
}

extension Members {
    /// Notes a reward without a benefit, and a value that the kind of reward does not allow.
    fileprivate func checkValue(of reward: RewardRule) {
        let allowed: [String] =
            switch reward.kind {
            case .credit, .cash: ["amount", "amounts", "percent"]
            case .points: ["points"]
            case .coupon, .custom: ["amount", "amounts", "percent", "points", "text"]
            }
        let said: String? =
            switch reward.value {
            case .money: "amount"
            case .amounts: "amounts"
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
        } else if allowed.count < 5 {
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
        json.member("when", ifPresent: when)
        json.member("every", ifPresent: every)
        json.member("group", ifPresent: group)
        writeCaps(to: &json)
        if let budget {
            json.key("budget")
            budget.write(to: &json)
        }
        if onEmptyPool != usual.onEmptyPool { json.member("on_empty_pool", onEmptyPool.rawValue) }
        if let holdUntil {
            json.object("hold_until") { json in
                json.member("goal", holdUntil.goal)
                json.member("days", holdUntil.days)
            }
        }
        json.endObject()
    }

    private func writeCaps(to json: inout Writer) {
        guard caps != usualCaps else { return }
        let usual = Cap.once(per: beneficiary)
        func write(_ cap: Cap, _ json: inout Writer) {
            json.beginObject()
            if cap.count != usual.count || cap == usual { json.member("count", cap.count) }
            if cap.per != usual.per { json.member("per", cap.per.rawValue) }
            if cap.window != usual.window { json.member("window", cap.window.rawValue) }
            json.endObject()
        }
        json.key("cap")
        if caps.count == 1 {
            write(caps[0], &json)
        } else {
            json.array(caps) { write($0, &$1) }
        }
    }

    private func writeValue(to json: inout Writer) {
        guard value != .nothingStated else { return }
        json.key("value")
        if case .amounts(let amounts) = value { return amounts.write(to: &json) }
        json.beginObject()
        switch value {
        case .money(let money):
            json.member("amount", money.minorUnits)
            json.member("currency", money.currency.text)
        case .percent(let percent, let most):
            json.member("percent", raw: percent.description.utf8)
            if let most {
                json.key("max")
                most.write(to: &json)
            }
        case .points(let points): json.member("points", points)
        case .text(let text): json.member("text", text)
        case .amounts, .nothingStated: break
        }
        json.endObject()
    }
}
