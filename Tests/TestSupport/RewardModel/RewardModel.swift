import Foundation
import Referrals
import Time

/// The reward rules as the contract words them, kept in plain lists and counted afresh at each step:
/// slow, and meant to be read. Nothing here uses the engine; the gateway is compared with it.
package struct RewardModel {
    /// The truth of a condition; nil is unknown.
    typealias Truth = Bool?

    /// A condition of one reward.
    package enum Condition: Sendable {
        case amount(atLeast: Int64)
        case referrerConversions(atLeast: Int)
        case leadConversions(atLeast: Int)
        case campaignConversions(below: Int)
        case referrerRewards(below: Int)
        case leadTotal(atLeast: Int64)

        /// The condition as an expression of the rule language.
        package var text: String {
            switch self {
            case .amount(let least): "event.amount >= \(least)"
            case .referrerConversions(let least): "referrer.conversions >= \(least)"
            case .leadConversions(let least): "lead.conversions >= \(least)"
            case .campaignConversions(let bound): "campaign.conversions < \(bound)"
            case .referrerRewards(let bound): "referrer.rewards < \(bound)"
            case .leadTotal(let least): "lead.amount_total >= \(least)"
            }
        }
    }

    /// The value of a reward.
    package enum Worth: Sendable {
        case points(Int64)
        case amounts([String: Int64])
        case coupon(waits: Bool)
    }

    package struct Limit: Sendable {
        package enum Subject: Sendable { case referrer, lead, campaign }
        package enum Window: Sendable { case total, day, month }
        package var count: Int
        package var per: Subject
        package var window: Window

        package init(count: Int, per: Subject, window: Window) {
            self.count = count
            self.per = per
            self.window = window
        }
    }

    package struct Rule: Sendable {
        package var isForLead = false
        package var worth: Worth
        package var when: Condition?
        package var every: Int?
        package var group: String?
        package var limits: [Limit]
        package var budget: Int64?
        /// The days of the wait for the goal `verified`.
        package var goalDays: Int?

        package init(worth: Worth, limits: [Limit]) {
            self.worth = worth
            self.limits = limits
        }
    }

    package enum Status: String, Sendable {
        case inReview = "in_review"
        case pending, issued, redeemed
        case waiting = "waiting_stock"
        /// Rejected or revoked.
        case gone
    }

    package struct Reward: Sendable {
        package var conversion: Int64
        package var rule: Int
        package var person: Int64
        package var status: Status
        package var units: Int64?
        var currency: String?
        package var multiple: Int?
        var deadline: Instant?
        /// True if a refund took it while it was issued.
        package var canReturn = false
        /// True if its benefit was used, even if it went to review afterwards.
        package var wasRedeemed = false
        /// True if it came back from a refund while its slots were taken: it is in review, and has
        /// none.
        package var isWithoutSlot = false
    }

    package struct Conversion: Sendable {
        package enum State: Sendable { case pending, approved, reversed, rejected }
        package var id: Int64
        package var lead: Int64
        package var referrer: Int64
        package var amount: Int64
        package var currency: String?
        package var at: Instant
        package var refunded: Int64 = 0
        package var state: State
        /// The partner's number of the order.
        package var order: String
        /// The results of the conditions, and the rules, at the time of the event.
        var truths: [Truth] = []
        package var rules: [Rule] = []

        package init(
            id: Int64, lead: Int64, referrer: Int64, amount: Int64, currency: String?, at: Instant,
            state: State, order: String
        ) {
            self.id = id
            self.lead = lead
            self.referrer = referrer
            self.amount = amount
            self.currency = currency
            self.at = at
            self.state = state
            self.order = order
        }
    }

    package var rules: [Rule]
    /// The amount from which a conversion is reviewed; nil for no review.
    package var reviewedFrom: Int64?
    package var conversions: [Conversion] = []
    package var rewards: [Reward] = []
    package var coupons = 0
    /// The leads who have reached the goal `verified`.
    var verified: Set<Int64> = []
    package var now: Instant

    package init(_ rules: [Rule], reviewedFrom: Int64?, coupons: Int, now: Instant) {
        self.rules = rules
        self.reviewedFrom = reviewedFrom
        self.coupons = coupons
        self.now = now
    }

    // MARK: Counting

    private func approved(_ isTheirs: (Conversion) -> Bool) -> Int {
        conversions.count { $0.state == .approved && isTheirs($0) }
    }

    private func holdsSlot(_ reward: Reward) -> Bool {
        reward.status != .gone && !reward.isWithoutSlot
    }

    private func truth(of condition: Condition, for event: Conversion) -> Truth {
        // The event itself counts, whatever its own state will be.
        let others = conversions.filter { $0.id != event.id && $0.state == .approved }
        switch condition {
        case .amount(let least): return event.amount >= least
        case .referrerConversions(let least):
            return others.count { $0.referrer == event.referrer } + 1 >= least
        case .leadConversions(let least):
            return others.count { $0.lead == event.lead } + 1 >= least
        case .campaignConversions(let bound): return others.count + 1 < bound
        case .referrerRewards(let bound):
            return rewards.count { holdsSlot($0) && $0.person == event.referrer } < bound
        case .leadTotal(let least):
            guard let currency = event.currency else { return nil }
            let spent = others.filter { $0.lead == event.lead && $0.currency == currency }
                .map { $0.amount - $0.refunded }.reduce(0, +)
            return spent + event.amount >= least
        }
    }

    private func window(_ window: Limit.Window, _ at: Instant) -> String {
        switch window {
        case .total: ""
        case .day: String(at.rfc3339.prefix(10))
        case .month: String(at.rfc3339.prefix(7))
        }
    }

    private func isFull(_ limit: Limit, _ place: Int, _ event: Conversion) -> Bool {
        let used = rewards.count { reward in
            guard holdsSlot(reward), reward.rule == place,
                let other = conversions.first(where: { $0.id == reward.conversion }),
                window(limit.window, other.at) == window(limit.window, event.at)
            else { return false }
            return switch limit.per {
            case .referrer: other.referrer == event.referrer
            case .lead: other.lead == event.lead
            case .campaign: true
            }
        }
        return used >= limit.count
    }

    // MARK: Deciding

    /// A purchase of a lead.
    package mutating func purchase(_ event: Conversion) {
        var event = event
        event.rules = rules
        event.truths = rules.map { rule in
            rule.when.map { truth(of: $0, for: event) } ?? .some(true)
        }
        event.state = reviewedFrom.map { event.amount >= $0 } == true ? .pending : .approved
        conversions.append(event)
        grant(event) { rule in rule.every == nil || event.state == .approved }
    }

    /// Grants the rewards of a conversion under those of its rules that are asked for.
    private mutating func grant(_ event: Conversion, _ isAsked: (Rule) -> Bool) {
        var usedGroups: Set<String> = []
        for (place, rule) in event.rules.enumerated() {
            let truth = event.truths[place]
            if let group = rule.group {
                let key = "\(group) \(rule.isForLead)"
                if usedGroups.contains(key) || truth == false { continue }
                usedGroups.insert(key)
            }
            guard isAsked(rule), truth != false else { continue }
            grant(place, rule, event, isDoubtful: truth == nil)
        }
    }

    private mutating func grant(
        _ place: Int, _ rule: Rule, _ event: Conversion, isDoubtful: Bool
    ) {
        let person = rule.isForLead ? event.lead : event.referrer
        var reward = Reward(
            conversion: event.id, rule: place, person: person, status: .issued, units: nil)
        if let every = rule.every {
            let count = approved { (rule.isForLead ? $0.lead : $0.referrer) == person }
            guard count % every == 0 else { return }
            let isTaken = rewards.contains {
                holdsSlot($0) && $0.rule == place && $0.person == person && $0.multiple == count
            }
            if isTaken { return }
            reward.multiple = count
        }
        if rule.limits.contains(where: { isFull($0, place, event) }) { return }
        switch rule.worth {
        case .points(let points):
            let spent = rewards.filter { holdsSlot($0) && $0.rule == place }
                .compactMap(\.units).reduce(0, +)
            if let budget = rule.budget, spent + points > budget { return }
            reward.units = points
        case .amounts(let amounts):
            reward.currency = event.currency
            reward.units = event.currency.flatMap { amounts[$0] }
            if reward.units == nil { reward.status = .inReview }
        case .coupon(let waits):
            if coupons > 0, !rewards.contains(where: { $0.status == .waiting }) {
                coupons -= 1
            } else if waits {
                reward.status = .waiting
            } else {
                return
            }
        }
        if isDoubtful || event.state == .pending { reward.status = .inReview }
        if let days = rule.goalDays, reward.status == .issued, !verified.contains(event.lead) {
            reward.status = .pending
            reward.deadline = now + .seconds(Int64(days) * 86_400)
        }
        rewards.append(reward)
    }

    // MARK: What happens later

    /// Time passes: what waited too long for its goal is rejected.
    package mutating func pass(to instant: Instant) {
        now = instant
        for index in rewards.indices where rewards[index].status == .pending {
            if let deadline = rewards[index].deadline, deadline <= now {
                rewards[index].status = .gone
            }
        }
    }

    /// A lead reaches the goal that rewards wait for.
    package mutating func verify(_ lead: Int64) {
        verified.insert(lead)
        for index in rewards.indices where rewards[index].status == .pending {
            let conversion = conversions.first { $0.id == rewards[index].conversion }
            if conversion?.lead == lead { rewards[index].status = .issued }
        }
    }

    /// A part of a payment is given back.
    package mutating func refund(_ place: Int, _ amount: Int64) {
        conversions[place].refunded += amount
        guard conversions[place].refunded >= conversions[place].amount else { return }
        conversions[place].refunded = conversions[place].amount
        end(place, as: .reversed)
    }

    /// A conversion is no longer approved.
    package mutating func end(_ place: Int, as state: Conversion.State) {
        let event = conversions[place]
        conversions[place].state = state
        for index in rewards.indices
        where rewards[index].conversion == event.id && rewards[index].multiple == nil {
            takeBack(index)
        }
        for index in rewards.indices {
            guard let multiple = rewards[index].multiple, holdsSlot(rewards[index]) else {
                continue
            }
            let person = rewards[index].person
            let isForLead = event.rules[rewards[index].rule].isForLead
            if approved({ (isForLead ? $0.lead : $0.referrer) == person }) < multiple {
                takeBack(index)
            }
        }
    }

    private mutating func takeBack(_ index: Int) {
        rewards[index].canReturn = rewards[index].status == .issued
        // A used reward cannot be taken back by itself.
        let isUsed = rewards[index].wasRedeemed && rewards[index].status != .gone
        rewards[index].status = isUsed ? .inReview : .gone
    }

    /// A refund is undone. It must not be asked for if rewards of the conversion could not return.
    package mutating func reinstate(_ place: Int) {
        conversions[place].refunded = 0
        conversions[place].state = .approved
        let event = conversions[place]
        for index in rewards.indices
        where rewards[index].conversion == event.id && rewards[index].multiple == nil {
            guard rewards[index].status == .gone, rewards[index].canReturn else { continue }
            let rule = event.rules[rewards[index].rule]
            let isFull = rule.limits.contains { self.isFull($0, rewards[index].rule, event) }
            rewards[index].status = isFull ? .inReview : .issued
            rewards[index].isWithoutSlot = isFull
        }
        grant(event) { $0.every != nil }
    }

    /// An operator approves a pending conversion with all its rewards.
    package mutating func approve(_ place: Int) {
        conversions[place].state = .approved
        let event = conversions[place]
        for index in rewards.indices
        where rewards[index].conversion == event.id && rewards[index].status == .inReview {
            rewards[index].status = .issued
        }
        grant(event) { $0.every != nil }
    }

    /// An operator decides on a reward in review.
    package mutating func review(_ index: Int, approves: Bool, value: Int64? = nil) {
        if let value { rewards[index].units = value }
        rewards[index].status = approves ? .issued : .gone
    }

    package mutating func redeem(_ index: Int) {
        rewards[index].status = .redeemed
        rewards[index].wasRedeemed = true
    }

    /// Coupons arrive: the rewards that wait get theirs, the oldest first.
    package mutating func refill(_ count: Int) {
        coupons += count
        for index in rewards.indices where rewards[index].status == .waiting && coupons > 0 {
            coupons -= 1
            rewards[index].status = .issued
        }
    }

    /// Each reward in words, in the order of conversions and rules.
    package var summary: [String] {
        rewards.map { reward in
            let units = reward.units.map { "\($0)" } ?? "-"
            return
                "\(reward.conversion) \(reward.rule) \(reward.person) \(reward.status.rawValue) \(units)"
        }.sorted()
    }
}
