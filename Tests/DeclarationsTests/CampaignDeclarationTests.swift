import Declarations
import JSON
import Referrals
import TestSupport
import Testing
import Time
import Workspace

@Suite struct CampaignDeclarationTests {
    @Test func `what is left out is what the product says it is`() throws {
        let campaign = try campaign(#"{"id": 1, "name": "A", "goal_type": "signup"}"#)
        #expect(
            campaign == CampaignDeclaration(id: ID(1), CampaignRules(name: "A", goalType: "signup"))
        )
        #expect(campaign.rules.publish == .private)
        #expect(campaign.rules.conversions == .first)
        #expect(campaign.rules.risk.selfReferral == .email)
        #expect(text(campaign) == #"{"id":1,"name":"A","goal_type":"signup"}"#)
    }

    @Test func `a reward without a cap comes once per beneficiary`() throws {
        let campaign = try campaign(
            """
            {"id": 1, "name": "A", "goal_type": "signup",
             "rewards": [{"kind": "coupon"}, {"kind": "coupon", "beneficiary": "lead"},
                         {"kind": "coupon", "cap": {"count": 5, "window": "day"}}]}
            """)
        #expect(
            campaign.rewards.flatMap(\.caps) == [
                Cap(count: 1, per: .referrer), Cap(count: 1, per: .lead),
                Cap(count: 5, per: .referrer, window: .day),
            ])
    }

    @Test func `everything that is declared is written back and read again`() throws {
        let declared = try campaign(everything)
        let written = text(declared)
        #expect(
            written == #"{"id":7,"name":"Réfer","owner":"ops","kind":"waitlist","status":"paused","#
                + #""publish":"public","goal_type":"purchase","goal_threshold":3,"#
                + #""conversions":"every","link_base":"https://example.com/r/","#
                + #""starts_at":"2026-01-01T00:00:00Z","ends_at":"2026-12-31T22:59:59.500Z","#
                + #""conditions":["event.amount >= 5000"],"#
                + #""risk":{"self_referral":"alias","velocity":{"count":5,"window":86400},"#
                + #""min_seconds_since_join":60,"disposable_email":["junk.example"],"#
                + #""blocklist":["@evil.example"]},"attribution_days":30,"#
                + #""review":"event.amount > 100000","hold_days":14,"rewards":["#
                + #"{"kind":"cash","value":{"amount":500,"currency":"USD"},"budget":500000},"#
                + #"{"beneficiary":"lead","kind":"credit","value":{"percent":12.5,"max":2000},"#
                + #""cap":{"count":3,"per":"campaign","window":"month"}},"#
                + #"{"kind":"coupon","on_empty_pool":"skip"},"#
                + #"{"kind":"custom","value":{"text":"Thanks"}},"#
                + #"{"kind":"points","value":{"points":100}}]}"#)
        #expect(try campaign(written) == declared)
    }

    private let everything = """
        {"id": 7, "name": "Réfer", "owner": "ops", "kind": "waitlist", "status": "paused",
         "publish": "public", "goal_type": "purchase", "goal_threshold": 3, "conversions": "every",
         "link_base": "https://example.com/r/", "starts_at": "2026-01-01T00:00:00Z",
         "ends_at": "2027-01-01T00:59:59.5+02:00", "conditions": ["event.amount >= 5000"],
         "risk": {"self_referral": "alias", "velocity": {"count": 5, "window": "P1D"},
                  "min_seconds_since_join": "1m", "disposable_email": ["junk.example"],
                  "blocklist": ["@evil.example"]},
         "attribution_days": 30, "review": "event.amount > 100000", "hold_days": 14,
         "rewards": [
            {"kind": "cash", "value": {"amount": 500, "currency": "usd"}, "budget": 500000},
            {"beneficiary": "lead", "kind": "credit", "value": {"percent": 12.50, "max": 2000},
             "cap": {"count": 3, "per": "campaign", "window": "month"}},
            {"kind": "coupon", "on_empty_pool": "skip"},
            {"kind": "custom", "value": {"text": "Thanks"}},
            {"kind": "points", "value": {"points": 100}}]}
        """

    @Test func `over a stored campaign only what is said changes`() throws {
        let stored = text(try campaign(everything))
        let known = Known(campaign: { $0 == ID(7) ? Array(stored.utf8) : nil })
        let changed = try workspace(
            """
            {"campaigns": [{"id": 7, "status": "active", "owner": null,
                            "risk": {"velocity": {"count": 6}}}]}
            """, known: known
        ).campaigns[0].campaign
        var expected = try campaign(everything)
        expected.rules.status = .active
        expected.rules.owner = nil
        expected.rules.risk.velocity = Risk.Velocity(count: 6, window: .seconds(86_400))
        #expect(changed == expected)
    }

    @Test(arguments: [
        (#""ends_at": "2026-01-01T00:00:00Z", "starts_at": "2026-01-01T00:00:00Z""#, "ends before"),
        (#""goal_threshold": 0"#, "found 0; allowed are 1 to 1000000"),
        (#""goal_threshold": 1.0"#, "found a number; expected a whole number"),
        (#""goal_threshold": 99999999999999999999"#, "found 99999999999999999999; allowed are"),
        (#""status": "Active""#, #"found "Active"; allowed are "draft", "active""#),
        (#""link_base": "example.com""#, "an absolute http or https URL"),
        (#""conditions": ["", 1]"#, "found an empty text"),
        (#""starts_at": 1764500000000"#, "found 1764500000000, milliseconds since 1970"),
        (#""ends_at": "1764500000""#, "found 1764500000, seconds since 1970"),
        (#""risk": {"velocity": {"count": 5}}"#, #"member "window" is missing"#),
        (#""risk": {"velocity": {"count": 5, "window": "day"}}"#, "a duration is"),
        (#""risk": {"disposable_email": "yes"}"#, "expected true or false or a list"),
        (#""risk": []"#, "found a list; expected an object"),
        (#""rewards": [{}]"#, #"member "kind" is missing"#),
        (#""rewards": [{"kind": "cash", "value": {"points": 1}}]"#, "cannot have this value"),
        (#""rewards": [{"kind": "cash", "value": {}}]"#, "has no value"),
        (#""rewards": [{"kind": "cash", "value": {"amount": 5}}]"#, #""currency" is missing"#),
        (#""rewards": [{"kind": "cash", "value": {"amount": 5, "currency": "US"}}]"#, "ISO 4217"),
        (#""rewards": [{"kind": "cash", "value": {"amount": 0, "currency": "USD"}}]"#, "found 0"),
        (#""rewards": [{"kind": "cash", "value": {"amount": 1, "percent": 1}}]"#, "combines"),
        (#""rewards": [{"kind": "cash", "value": {"percent": 100.5}}]"#, "between 0 and 100"),
        (#""rewards": [{"kind": "cash", "value": {"percent": 0}}]"#, "between 0 and 100"),
        (#""rewards": [{"kind": "cash", "value": {"max": 5}}]"#, #""percent" is missing"#),
        (#""rewards": [{"kind": "coupon", "cap": {"count": 0}}]"#, "found 0; allowed are 1"),
        (#""rewards": [{"kind": "custom", "on_empty_pool": "wait"}]"#, "take coupons from a pool"),
        (
            #""rewards": [{"kind": "points", "value": {"points": 9}, "budget": 8}]"#,
            "the budget of 8 is below one reward of 9"
        ),
        (#""coupons": ["A", "B", "A"]"#, #"coupon "A" is repeated, first in w:1"#),
        (#""coupons": [" A"]"#, "white space"),
        (#""coupons": "nowhere.csv""#, "does not exist"),
    ]) func `a campaign that says what can't be is refused`(member: String, says: String) {
        let text = #"{"campaigns": [{"id": 1, "name": "A", "goal_type": "x", \#(member)}]}"#
        let found = mistakes(in: text)
        #expect(found.count == (says == "found an empty text" ? 2 : 1))
        #expect(found.first?.contains(says) == true, "\(found)")
    }

    @Test func `an expression that can't be used is shown where it is wrong`() {
        let text =
            #"{"campaigns": [{"id": 1, "name": "A", "goal_type": "x", "#
            + #""conditions": [1, "true", "event.amuont > 5"], "review": "\"a\" + 1"}]}"#
        let found = mistakes(in: text)
        #expect(found.count == 3, "\(found)")
        #expect(found[0].hasPrefix("w:1:72: found a whole number"))
        #expect(found[1].hasPrefix("w:1:90: invalid expression: "), "\(found)")
        #expect(found[1].contains("amuont"), "\(found)")
        #expect(found[2].hasPrefix("w:1:115: invalid expression: "), "\(found)")
    }

    @Test func `publishing needs the paid plan`() {
        let campaign = #"{"id": 1, "name": "A", "goal_type": "x", "publish": "public"}"#
        let text = #"{"campaigns": [\#(campaign)]}"#
        #expect(mistakes(in: text).isEmpty)
        #expect(mistakes(in: text, known: Known(plan: .free)).count == 1)
        #expect(mistakes(in: text, known: Known(plan: .paid)).isEmpty)
    }

    private func campaign(_ json: String) throws -> CampaignDeclaration {
        try workspace(#"{"campaigns": [\#(json)]}"#).campaigns[0].campaign
    }

    private func text(_ campaign: CampaignDeclaration) -> String {
        String(decoding: campaign.canonicalJSON, as: UTF8.self)
    }
}
