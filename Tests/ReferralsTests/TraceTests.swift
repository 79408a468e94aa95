import TestSupport
import Testing
import Time

@testable import JSON
@testable import Referrals

@Suite struct TraceTests {
    private let all: [Check.Subject] = Check.Subject.allCases

    @Test(.rows("S0-26")) func `the four classic checks stand in the trace of the plain case`() {
        let (_, trace) = decided(facts())
        for subject in [Check.Subject.goalType, .rewardExists, .couponAvailable, .cap] {
            #expect(trace.checks.first { $0.subject == subject }?.outcome == .pass)
        }
        #expect(trace.obstacles.isEmpty)
        #expect(trace.deciding == nil)
        #expect(trace.summary == "No check failed.")
    }

    @Test func `checks stand in the order of the phases, and every one appears`() {
        let (_, trace) = decided(facts())
        let phases = trace.checks.map { Phase.allCases.firstIndex(of: $0.subject.phase)! }
        #expect(phases == phases.sorted())
        let ofSomeRules: Set<Check.Subject> = [
            .released, .when, .group, .milestone, .multipleFree, .holdUntil,
        ]
        #expect(Set(trace.checks.map(\.subject)) == Set(all).subtracting(ofSomeRules))
    }

    @Test func `behind the check that decided the others are still reported`() {
        let (decision, trace) = decided(
            facts(event(goal: "signup"), campaign: campaign(status: .paused), pool: CouponPool()))
        #expect(decision.reasons == [.goalTypeMismatch])
        #expect(
            trace.obstacles.map(\.subject) == [.goalType, .campaignActive, .couponAvailable])
        #expect(trace.deciding?.subject == .goalType)
        #expect(
            trace.summary
                == "The campaign rewards “purchase”; the event reports “signup”. 2 more checks did not"
                + " pass.")
    }

    @Test func `a single obstacle is reported alone`() {
        let (_, trace) = decided(facts(used: [RewardFacts(slotsUsed: 1)]))
        #expect(
            trace.summary
                == "One check did not pass. The cap is 1; granted before: 1.")
    }

    @Test func `without a campaign nothing is left out, only skipped`() {
        let (_, trace) = decided(
            facts(campaign: nil, code: .unknown, lead: .unknown, referrer: nil))
        #expect(Set(trace.checks.map(\.subject)) == Set(all))
        #expect(trace.obstacles.map(\.subject) == [.codeKnown, .leadKnown])
    }

    @Test func `an event rejected before its rewards were counted is still explained`() {
        let (decision, trace) = decided(facts(event(goal: "signup"), used: []))
        #expect(decision.reasons == [.goalTypeMismatch])
        #expect(!trace.checks.contains { $0.subject == .cap })
    }

    @Test func `a rule's own account is kept with its check`() {
        let rules = campaign(conditions: ["event.amount > 5"], review: .when("true"))
        let (_, trace) = explain(facts(campaign: rules), verdict: { _ in .true }) { question in
            question == .review ? nil : Array(#"{"value":true}"#.utf8)
        }
        let condition = trace.checks.first { $0.subject == .condition }
        #expect(condition?.detail == Array(#"{"value":true}"#.utf8))
        #expect(String(decoding: trace.json, as: UTF8.self).contains(#""detail":{"value":true}}"#))
    }

    @Test func `a failing check reads as it is sent to a customer`() throws {
        let (_, trace) = decided(
            facts(
                event(occurred: at("2026-11-21T11:59:00Z")),
                campaign: campaign(attributionDays: 3)))
        let check = try #require(trace.deciding)
        var writer = Writer()
        check.write(to: &writer)
        #expect(
            String(decoding: writer.bytes, as: UTF8.self) == """
                {"phase":"eligibility","check":"attribution_window","outcome":"fail",\
                "reason":"outside_attribution_window",\
                "expected":{"from":null,"before":"2026-11-04T12:00:00Z"},\
                "observed":"2026-11-21T11:59:00Z",\
                "sentence":"The lead's goals count before 2026-11-04T12:00:00Z; this was reached at \
                2026-11-21T11:59:00Z.",\
                "remedy":"Raise attribution_days if this should count, and replay the event."}
                """)
    }

    @Test func `the whole trace is one JSON value with every part`() throws {
        let rules = campaign(
            conditions: ["a"], holdDays: 14,
            rewards: [
                credit(.percent(Percentage("10")!, max: 500), 3, budget: 9000),
                credit(.text("a mug"), 4, for: .lead), credit(.points(7), 5),
            ])
        let (decision, trace) = decided(
            facts(event(amount: 12900, currency: euro), campaign: rules))
        let document = try Document(parsing: trace.json)
        #expect(document.root["outcome"]?.string == "held")
        #expect(document.root["reasons"]?[0]?.string == "held_until")
        #expect(document.root["checks"]?.count == trace.checks.count)
        let rewards = try #require(document.root["rewards"])
        #expect(rewards.count == decision.rewards.count)
        #expect(rewards[0]?["value"]?["amount"]?.int == 500)
        #expect(rewards[0]?["value"]?["currency"]?.string == "EUR")
        #expect(rewards[0]?["held_until"]?.string == "2026-12-05T12:00:00Z")
        #expect(rewards[1]?["value"]?["text"]?.string == "a mug")
        #expect(rewards[2]?["value"]?["points"]?.int == 7)
        #expect(rewards[2]?["campaign_reward"]?.int == 5)
    }

    @Test func `every check has a sentence for every way it can come out`() {
        var numbers = Seeded(6)
        for _ in 0..<5000 {
            let verdicts = numbers.verdicts()
            for check in explain(numbers.facts(), verdict: verdicts.answer).trace.checks {
                #expect(check.sentence.hasSuffix("."))
                #expect(!check.sentence.contains("nothing."), "\(check)")
                #expect(
                    (check.reason == nil) == (check.outcome == .pass || check.outcome == .skipped))
            }
        }
    }

    @Test func `a trace tells nobody's address`() {
        let anna = Participant(
            id: ID(50), campaign: ID(7), email: "anna@example.com", customer: "cus_anna",
            joinedAt: noon)
        let lena = Participant(
            id: ID(100), campaign: ID(7), email: "anna+1@example.com", joinedAt: noon,
            referredBy: ID(50))
        let facts = Facts(
            event: event(email: "lena@example.com", customer: "cus_lena"), source: SourceFacts(),
            attribution: Attribution(code: .found, lead: .known(lena), referrer: anna),
            campaign: campaign(
                risk: Risk(
                    selfReferral: .alias, disposableEmail: .known(adding: []),
                    blocklist: ["cus_anna"])), rewards: [RewardFacts()], now: noon)
        let text = String(decoding: decided(facts).trace.json, as: UTF8.self)
        #expect(text.contains("self_referral_alias"))
        for secret in ["anna", "lena", "example.com", "cus_"] {
            #expect(!text.contains(secret))
        }
    }
}
