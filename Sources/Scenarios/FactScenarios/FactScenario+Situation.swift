import Conditions
import Declarations
import Referrals
import Time

extension FactScenario {
    /// The steps that lead to the decision about a situation, and then list its rewards.
    ///
    /// - Parameters:
    ///   - usual: the situation of the earlier events.
    package init(
        _ name: String, of difference: Situation, usual: Situation,
        in campaign: CampaignDeclaration
    ) {
        let situation = difference
        let code = situation.text(["lead", "referral_code"]) ?? ""
        let referrer = situation.text(["referrer", "referral_code"]) ?? ""
        let joined = situation.instant(["lead", "joined_at"]) ?? situation.now
        let referrerJoined = min(situation.instant(["referrer", "joined_at"]) ?? joined, joined)
        let earlier = situation.otherLeads + situation.sameLead
        var builder = FactScenarioBuilder(
            campaign, at: referrerJoined, coupons: earlier + 2,
            usesHeaders: !EventText(situation, code: nil, number: 1).canShare)
        builder.enrol([
            FactScenarioBuilder.Person(
                code: referrer, email: situation.text(["referrer", "email"]),
                firstName: situation.text(["referrer", "first_name"]),
                source: situation.text(["referrer", "source"]), referrer: nil)
        ])
        builder.advance(to: joined)
        let others = (0..<situation.otherLeads).map { "TRIAL-OTHER-\($0 + 1)" }
        builder.enrol(
            [
                FactScenarioBuilder.Person(
                    code: code, email: situation.text(["lead", "email"]),
                    firstName: situation.text(["lead", "first_name"]),
                    source: situation.text(["lead", "source"]), referrer: referrer)
            ]
                + others.map { FactScenarioBuilder.Person(code: $0, referrer: referrer) })
        builder.advance(to: situation.now)
        var other = usual
        // An earlier event is of another person.
        other.values[["event", "email"]] = .some(nil)
        other.values[["event", "customer"]] = .some(nil)
        for code in others { builder.post(other, code: code) }
        for _ in 0..<situation.sameLead { builder.post(other, code: code) }
        builder.post(situation)
        builder.listRewards(of: code)
        self = builder.trial(name)
    }

    /// Trials of a rule whose effects take several events or some time: a hold, a cap, the stock
    /// or a window.
    ///
    /// - Parameters:
    ///   - place: the member of the campaign, such as `rewards/1/cap/count`.
    ///   - usual: an event that the rules reward.
    package static func courses(
        _ name: String, of place: String, usual: Situation, in campaign: CampaignDeclaration
    ) -> [FactScenario] {
        let day: Int64 = 86_400
        let most = campaign.rewards.flatMap(\.caps).map(\.count).max() ?? 1
        let isLong = most > 60
        func course(
            _ pause: Int64, coupons: Int? = nil, _ person: (Int) -> (lead: Int, referrer: Int)
        ) -> FactScenario {
            self.course(
                name, usual, campaign, count: coupons == 0 ? 12 : most + 1, pause, coupons: coupons,
                person)
        }
        let people: [(Int) -> (lead: Int, referrer: Int)] = [
            { _ in (0, 0) }, { ($0, 0) }, { ($0, $0) },
        ]
        switch place.split(separator: "/").last {
        case "hold_days", "percent", "amount", "max", "points": return [hold(name, usual, campaign)]
        case "on_empty_pool": return [course(0, coupons: 0) { ($0, $0) }]
        case "window" where !isLong:
            return [day, 31 * day].flatMap { pause in
                people.map { course(pause, $0) }
            }
        case "count", "per", "budget", "beneficiary", "conversions", "goal_threshold":
            return isLong ? [] : people.map { course(0, $0) }
        default: return []
        }
    }

    private static func hold(
        _ name: String, _ usual: Situation, _ campaign: CampaignDeclaration
    ) -> FactScenario {
        var builder = start(usual, campaign, coupons: 2)
        builder.enrol(people(leads: 1, referrers: 1))
        builder.post(usual, code: "TRIAL-LEAD-1")
        let days = Int64(campaign.rules.holdDays)
        if days > 0 {
            builder.advance(by: days * 86_400 - 1)
            builder.repeatPost()
            builder.advance(by: 1)
            builder.repeatPost()
        }
        builder.listRewards(of: "TRIAL-LEAD-1")
        return builder.trial(name)
    }

    /// A number of events with pauses between them.
    ///
    /// - Parameter person: the lead and the referrer of an event, by its index.
    private static func course(
        _ name: String, _ usual: Situation, _ campaign: CampaignDeclaration, count: Int,
        _ pause: Int64, coupons: Int? = nil, _ person: (Int) -> (lead: Int, referrer: Int)
    ) -> FactScenario {
        var builder = start(usual, campaign, coupons: coupons ?? count)
        let last = person(count - 1)
        builder.enrol(people(leads: last.lead + 1, referrers: last.referrer + 1))
        for index in 0..<count {
            builder.post(usual, code: "TRIAL-LEAD-\(person(index).lead + 1)")
            if index + 1 < count { builder.advance(by: pause) }
        }
        builder.listRewards(of: "TRIAL-REFERRER-1")
        builder.listRewards(of: "TRIAL-LEAD-\(last.lead + 1)")
        return builder.trial(name)
    }

    private static func start(
        _ usual: Situation, _ campaign: CampaignDeclaration, coupons: Int
    ) -> FactScenarioBuilder {
        FactScenarioBuilder(
            campaign, at: usual.now, coupons: coupons,
            usesHeaders: !EventText(usual, code: nil, number: 1).canShare)
    }

    /// Referrers with leads: one lead for each referrer, or all for the only one.
    private static func people(leads: Int, referrers: Int) -> [FactScenarioBuilder.Person] {
        (0..<referrers).map {
            FactScenarioBuilder.Person(
                code: "TRIAL-REFERRER-\($0 + 1)", email: "referrer-\($0 + 1)@trial.example")
        }
            + (0..<leads).map {
                FactScenarioBuilder.Person(
                    code: "TRIAL-LEAD-\($0 + 1)", email: "lead-\($0 + 1)@trial.example",
                    referrer: "TRIAL-REFERRER-\(min($0, referrers - 1) + 1)")
            }
    }
}
