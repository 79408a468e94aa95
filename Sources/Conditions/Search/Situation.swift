import Currencies
import Referrals
import Rules
import Time

/// Facts about one event that a search tries: a lead with a referrer reaches a goal, after other
/// leads of the same referrer, and the lead itself, did so before.
package struct Situation: Sendable {
    /// The facts that expressions read, by path; nil for an absent one. `event`, `lead`, `referrer`
    /// and `now` have all their fields.
    package var values: [[String]: Rules.Value?]
    /// The number of earlier conversions of other leads of the referrer.
    package var otherLeads: Int
    /// The number of earlier conversions of the lead.
    package var sameLead: Int

    /// The path of `otherLeads` among the facts of a search.
    static let otherLeads = ["history", "other_leads"]
    /// The path of `sameLead` among the facts of a search.
    static let sameLead = ["history", "same_lead"]

    /// The instant of the decision.
    package var now: Instant { instant(["now"]) ?? Self.usualNow }

    /// A Monday at noon.
    static let usualNow = Instant(clampingMicroseconds: 1_772_452_800_000_000)

    /// A text among the facts; nil if it is absent.
    package func text(_ path: [String]) -> String? { (values[path] ?? nil)?.asString }

    /// A whole number among the facts; nil if it is absent.
    package func integer(_ path: [String]) -> Int64? { (values[path] ?? nil)?.asInt }

    /// A time among the facts; nil if it is absent.
    package func instant(_ path: [String]) -> Instant? {
        if case .timestamp(let time)? = values[path] ?? nil { time.instant } else { nil }
    }
}

extension Situation {
    /// The facts to begin with: an event that the rules are likely to reward.
    init(for campaign: Campaign) {
        var now = Self.usualNow
        let rules = campaign.rules
        if let start = rules.startsAt, now < start { now = start + .days(1) }
        if let end = rules.endsAt, now >= end { now = max(rules.startsAt ?? end, end - .days(1)) }
        values = [
            ["event", "goal"]: .string(rules.goalType),
            ["event", "referral_code"]: .string("TRIAL-LEAD"),
            ["event", "business_keys"]: .list([.string("order-1")]),
            ["event", "amount"]: .int(10_000), ["event", "currency"]: .string("EUR"),
            ["event", "email"]: nil, ["event", "customer"]: nil, ["event", "test"]: .bool(false),
            ["lead", "id"]: .int(2), ["lead", "referral_code"]: .string("TRIAL-LEAD"),
            ["lead", "email"]: .string("lead@trial.example"),
            ["lead", "first_name"]: .string("Lee"),
            ["lead", "source"]: .string("web"), ["referrer", "id"]: .int(1),
            ["referrer", "referral_code"]: .string("TRIAL-REFERRER"),
            ["referrer", "email"]: .string("referrer@trial.example"),
            ["referrer", "first_name"]: .string("Robin"), ["referrer", "source"]: .string("web"),
        ]
        otherLeads = 0
        sameLead = 0
        let wait = max(3600, (rules.risk.minSecondsSinceJoin ?? 0) + 60)
        setTimes(now, leadJoined: now - .seconds(wait), referrerJoined: now - .days(30))
    }

    /// Sets the time of the decision, and those that depend on it.
    mutating func setTimes(_ now: Instant, leadJoined: Instant, referrerJoined: Instant) {
        for (path, instant) in [
            (["now"], now), (["event", "occurred_at"], now), (["event", "received_at"], now),
            (["lead", "joined_at"], leadJoined), (["referrer", "joined_at"], referrerJoined),
        ] { values[path] = .timestamp(Timestamp(instant)) }
    }

    /// Facts that no event can change.
    static func isFixed(_ path: [String]) -> Bool {
        path.first == "campaign" || path.last == "id" && path.count == 2 && path[0] != "payload"
            || path == ["event", "received_at"] || path == ["event", "referral_code"]
    }

    /// True if an event and people with these facts can exist.
    var canExist: Bool {
        guard let goal = text(["event", "goal"]), !goal.isEmpty,
            let code = text(["lead", "referral_code"]), ReferralCode(code)?.text == code,
            let other = text(["referrer", "referral_code"]), ReferralCode(other)?.text == other,
            code != other, let joined = instant(["lead", "joined_at"]),
            let referrerJoined = instant(["referrer", "joined_at"]),
            let occurred = instant(["event", "occurred_at"])
        else { return false }
        let emails = [["event", "email"], ["lead", "email"], ["referrer", "email"]]
        return joined <= now && referrerJoined <= now && occurred <= now
            && emails.allSatisfy { path in
                text(path).map { EmailAddress($0)?.canonical == $0 } ?? true
            }
            && text(["lead", "email"]) != text(["referrer", "email"])
            && !(text(["event", "customer"])?.isEmpty ?? false)
            && (integer(["event", "amount"]) == nil || text(["event", "currency"]) != nil)
            && keysExist
    }

    private var keysExist: Bool {
        guard let keys = (values[["event", "business_keys"]] ?? nil)?.asList else { return false }
        return keys.count <= 1 && keys.allSatisfy { !($0.asString?.isEmpty ?? true) }
    }
}

// MARK: Decisions

extension Situation {
    /// The event of the situation.
    var event: QualifyingEvent {
        QualifyingEvent(
            goal: text(["event", "goal"]) ?? "",
            code: text(["lead", "referral_code"]).flatMap { ReferralCode($0) },
            businessKeys: ((values[["event", "business_keys"]] ?? nil)?.asList ?? [])
                .compactMap(\.asString),
            amount: integer(["event", "amount"]),
            currency: text(["event", "currency"]).flatMap { Currency($0) },
            occurredAt: instant(["event", "occurred_at"]), receivedAt: now,
            email: text(["event", "email"]), customer: text(["event", "customer"]),
            isTest: (values[["event", "test"]] ?? nil)?.asBool ?? false)
    }

    /// The facts that a decision by these rules would have.
    func facts(under campaign: Campaign) -> Facts {
        let event = event
        let referrer = Participant(
            id: ID(1), campaign: campaign.id, email: text(["referrer", "email"]),
            joinedAt: instant(["referrer", "joined_at"]) ?? now, hasReferred: true)
        let lead = Participant(
            id: ID(2), campaign: campaign.id, email: text(["lead", "email"]),
            joinedAt: instant(["lead", "joined_at"]) ?? now, referredBy: ID(1))
        let earlier = otherLeads + sameLead
        let isRepeat = campaign.rules.conversions == .first && sameLead > 0
        return Facts(
            event: event, source: SourceFacts(),
            attribution: Attribution(code: .found, lead: .known(lead), referrer: referrer),
            campaign: campaign,
            history: History(
                repeated: isRepeat ? ID(1) : nil, referrerConversions: earlier,
                recentConversions: earlier),
            pool: CouponPool(unused: 1000),
            rewards: campaign.rewards.map { used($0, event) }, now: now)
    }

    private func used(_ reward: CampaignReward, _ event: QualifyingEvent) -> RewardFacts {
        let earlier = otherLeads + sameLead
        let slots = reward.caps.map { min($0.count, $0.per == .lead ? sameLead : earlier) }
        let units = reward.granted(for: event)?.units ?? 0
        let granted = slots.min() ?? earlier
        var facts = RewardFacts(
            slotsUsed: slots.first ?? 0, budgetSpent: units * Int64(granted))
        facts.furtherSlotsUsed = Array(slots.dropFirst())
        return facts
    }
}
