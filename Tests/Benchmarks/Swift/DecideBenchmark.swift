import Currencies
import Referrals
import Time

/// What a decision costs: `Benchmarks decide [rounds]`.
enum DecideBenchmark {
    @Sendable static func run(_ arguments: [String]) {
        let rounds = arguments.first.flatMap(Int.init) ?? 200_000
        let coupon = CampaignReward(id: ID(1), RewardRule(.coupon))
        let plain = Scene(rewards: [coupon])
        var cash = RewardRule(.cash, for: .lead)
        cash.value = .percent(Percentage(millionths: 100_000)!, max: 5000)
        cash.caps = [Cap(count: 3, per: .lead, window: .month)]
        cash.budget = 1_000_000
        let rich = Scene(
            rewards: [coupon, CampaignReward(id: ID(2), cash)],
            conditions: ["event.amount >= 5000"], attributionDays: 30, holdDays: 14,
            risk: Risk(
                selfReferral: .alias, velocity: .init(count: 5, window: .seconds(3600)),
                minSecondsSinceJoin: 60, disposableEmail: .known(adding: []),
                blocklist: ["evil.example"]))
        for (name, scene) in [("one coupon", plain), ("two rewards, every check", rich)] {
            let facts = scene.facts()
            measure("decide: \(name)", rounds) {
                decide(facts, verdict: { _ in .true }).rewards.count
            }
            measure("facts + decide: \(name)", rounds) {
                decide(scene.facts(), verdict: { _ in .true }).rewards.count
            }
            let decision = decide(facts, verdict: { _ in .true })
            measure("notifications: \(name)", rounds) { decision.notifications(for: facts).count }
            measure("record: \(name)", rounds) { FactsRecord(facts).bytes.count }
            let record = FactsRecord(facts)
            measure("facts from record: \(name)", rounds) {
                (try? record.facts(event: facts.event, campaign: facts.campaign))?.rewards.count
                    ?? 0
            }
            measure("explain: \(name)", rounds / 10) {
                explain(facts, verdict: { _ in .true }).trace.checks.count
            }
            measure("explain as JSON: \(name)", rounds / 10) {
                explain(facts, verdict: { _ in .true }).trace.json.count
            }
        }
        let codes = (0..<256).map { Array("LEAD\($0)".utf8) }
        var next = 0
        measure("referral code from bytes", rounds) {
            next = (next + 1) & 255
            let bytes = codes[next]
            return ReferralCode(utf8: bytes.span) == nil ? 0 : 1
        }
    }

    private static func measure(_ name: String, _ rounds: Int, _ body: () -> Int) {
        var best = Duration.seconds(3600)
        var sum = 0
        for _ in 0..<5 {
            let start = ContinuousClock.now
            for _ in 0..<rounds { sum &+= body() }
            best = min(best, ContinuousClock.now - start)
        }
        let nanoseconds = best.components.attoseconds / 1_000_000_000 / Int64(rounds)
        let perRound = nanoseconds + best.components.seconds * 1_000_000_000 / Int64(rounds)
        print("\(perRound) ns  \(name)\(sum == 0 ? " (nothing came of it)" : "")")
    }
}

/// A campaign and the people of its plain case.
private struct Scene {
    let campaign: Campaign
    let referrer, lead: Participant
    let noon = Instant(clampingMicroseconds: 1_795_262_400_000_000)

    init(
        rewards: [CampaignReward], conditions: [String] = [], attributionDays: Int? = nil,
        holdDays: Int = 0, risk: Risk = Risk()
    ) {
        var rules = CampaignRules(name: "Spring", goalType: "lead.qualified")
        rules.conditions = conditions
        rules.risk = risk
        rules.attributionDays = attributionDays
        rules.holdDays = holdDays
        campaign = Campaign(id: ID(1), rules, rewards: rewards)
        referrer = Participant(
            id: ID(1), campaign: ID(1), email: "referrer@example.com", joinedAt: noon - .days(20))
        lead = Participant(
            id: ID(2), campaign: ID(1), email: "lead@example.com", joinedAt: noon - .days(10),
            referredBy: ID(1))
    }

    func facts() -> Facts {
        Facts(
            event: QualifyingEvent(
                goal: "lead.qualified", code: ReferralCode("LEAD123456"), amount: 12900,
                currency: Currency("USD"), occurredAt: noon, receivedAt: noon,
                email: "lead@example.com", customer: "cus_123456"),
            source: SourceFacts(),
            attribution: Attribution(code: .found, lead: .known(lead), referrer: referrer),
            campaign: campaign, pool: CouponPool(unused: 1000),
            rewards: campaign.rewards.map { _ in RewardFacts() }, now: noon)
    }
}
