import Currencies
import TestSupport
import Testing
import Time

@testable import Referrals

// A test sets only the values that it is about; all others are the plain case: an active campaign
// with one coupon for the referrer, a known lead of a known referrer, and an unused coupon.

let noon = at("2026-11-21T12:00:00Z")
let euro = Currency("EUR")!
let dollar = Currency("USD")!

func at(_ text: String) -> Instant { Instant(rfc3339: text)! }
func euros(_ minorUnits: Int64) -> Money { Money(minorUnits, euro) }

func coupon(
    _ id: Int64 = 1, for beneficiary: CampaignReward.Beneficiary = .referrer, cap: Cap? = nil,
    budget: Int64? = nil, onEmptyPool: CampaignReward.EmptyPool = .wait
) -> CampaignReward {
    var rule = RewardRule(.coupon, for: beneficiary)
    if let cap { rule.caps = [cap] }
    rule.budget = budget.map { .each($0) }
    rule.onEmptyPool = onEmptyPool
    return CampaignReward(id: ID(id), rule)
}

func credit(
    _ value: RewardValue, _ id: Int64 = 1, for beneficiary: CampaignReward.Beneficiary = .referrer,
    cap: Cap? = nil, budget: Int64? = nil
) -> CampaignReward {
    var rule = RewardRule(.credit, for: beneficiary)
    rule.value = value
    if let cap { rule.caps = [cap] }
    rule.budget = budget.map { .each($0) }
    return CampaignReward(id: ID(id), rule)
}

func campaign(
    status: Campaign.Status = .active, goal: String = "purchase", threshold: Int = 1,
    starts: Instant? = nil, ends: Instant? = nil, conditions: [String] = [], risk: Risk = Risk(),
    attributionDays: Int? = nil, review: Campaign.Review = .never, holdDays: Int = 0,
    rewards: [CampaignReward] = [coupon()], version: Int32 = 1
) -> Campaign {
    var rules = CampaignRules(name: "Spring", goalType: goal)
    rules.status = status
    rules.goalThreshold = threshold
    rules.startsAt = starts
    rules.endsAt = ends
    rules.conditions = conditions
    rules.risk = risk
    rules.attributionDays = attributionDays
    rules.review = review
    rules.holdDays = holdDays
    return Campaign(id: ID(7), version: version, rules, rewards: rewards)
}

func event(
    goal: String = "purchase", code: String? = "LEAD1", amount: Int64? = nil,
    currency: Currency? = nil, occurred: Instant? = nil, received: Instant = noon,
    email: String? = nil, customer: String? = nil, test: Bool = false
) -> QualifyingEvent {
    QualifyingEvent(
        goal: goal, code: code.flatMap { ReferralCode($0) }, amount: amount, currency: currency,
        occurredAt: occurred, receivedAt: received, email: email, customer: customer, isTest: test)
}

let knownLead = Party(id: ID(100), joinedAt: at("2026-11-01T12:00:00Z"), referredBy: ID(50))
let knownReferrer = Party(id: ID(50), joinedAt: at("2026-10-01T12:00:00Z"))

func facts(
    _ event: QualifyingEvent = event(), campaign rules: Campaign? = campaign(),
    source: SourceFacts = SourceFacts(), code: CodeMatch = .found,
    lead: Facts.Lead = .known(knownLead), referrer: Party? = knownReferrer,
    addresses: AddressFacts = AddressFacts(likeness: .different), history: History = History(),
    pool: CouponPool = CouponPool(unused: 10), used: [RewardFacts]? = nil, now: Instant = noon
) -> Facts {
    Facts(
        event: event, source: source, code: code, campaign: rules,
        lead: lead, referrer: referrer, addresses: addresses, history: history, pool: pool,
        rewards: used ?? (rules?.rewards ?? []).map { _ in RewardFacts() }, now: now)
}

/// The verdicts under which all conditions are true and no review is required.
func plainly(_ question: Question) -> Verdict {
    question == .review ? .false : .true
}

/// Decides in both ways and requires equal results.
func decided(
    _ facts: Facts, verdict: (Question) -> Verdict = plainly
) -> (decision: Decision, trace: Trace) {
    let quiet = decide(facts, verdict: verdict)
    let response = explain(facts, verdict: verdict)
    #expect(quiet == response.decision, "explaining changed the decision")
    return response
}
