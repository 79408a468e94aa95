import Scenarios
import Testing
import Workspace

/// Expectations that are not met, and their differences in the report.
@Suite struct DifferenceTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let expect: String
        let part: String
        let expected: String
        let got: String

        init(_ expect: String, _ part: String, _ expected: String, _ got: String) {
            self.expect = expect
            self.part = part
            self.expected = expected
            self.got = got
        }

        var testDescription: String { expect }
        var difference: Difference { Difference(part, expected: expected, got: got) }
    }

    @Test(arguments: [
        Case(#""status": 201"#, "status", "201", "200"),
        Case(#""status": { "201": 1 }"#, "status", "1 × 201", "1 × 200"),
        Case(#""outcome": "parked""#, "outcome", "parked", "rewarded"),
        Case(
            #""outcome": { "parked": 0, "rewarded": 2 }"#, "outcome", "0 × parked, 2 × rewarded",
            "1 × rewarded"
        ),
        Case(#""duplicate": true"#, "duplicate", "true", "false"),
        Case(#""reasons": ["self_referral_email"]"#, "reasons", "self_referral_email", "none"),
        Case(#""rewards": 2"#, "rewards", "2", "1"),
        Case(#""rewards": 0"#, "rewards", "0", "1"),
        Case(#""rewards": []"#, "rewards", "0: none", #"1: {"id":16,"kind":"coupon""#),
        Case(
            #""rewards": [{ "status": "waiting_stock" }]"#, "rewards[0].status",
            #""waiting_stock""#, #""issued""#),
        Case(#""event": 2"#, "event", "2", "1"),
        Case(#""conversion": null"#, "conversion", "null", "1"),
        Case(#""title": "Unauthorized""#, "title", #""Unauthorized""#, "nothing"),
        Case(#""body": { "event": 3 }"#, "body.event", "3", "1"),
        Case(#""events": [{ "outcome": "rewarded" }]"#, "events", "1 items", "0 items"),
    ])
    func `a difference names its part, what was expected and what came`(_ one: Case) throws {
        let differences = try Story(Story.purchase(expect: one.expect)).differences()
        #expect(differences.count == 1, "\(differences)")
        let got = try #require(differences.first)
        #expect(got.part == one.part)
        #expect(got.expected == one.expected)
        #expect(got.got.hasPrefix(one.got), "\(got.got)")
    }

    @Test func `a reward that came beyond those expected is a difference`() throws {
        var story = Story(Story.purchase(expect: #""rewards": [{ "kind": "coupon" }]"#))
        story.rewards = #"[{ "kind": "coupon" }, { "kind": "coupon", "beneficiary": "lead" }]"#
        let differences = try story.differences()
        #expect(differences.map(\.part) == ["rewards"])
        #expect(differences.map(\.expected) == [#"1: {"kind":"coupon"}"#])
        #expect(differences.first?.got.hasPrefix("2: {") == true, "\(differences)")
    }

    @Test func `of posts at once each must be as expected`() throws {
        let step = Story.purchase(
            order: "o-{n}", more: #", "times": 4, "concurrent": 4, "event_id": "e-{n}""#,
            expect: #""outcome": "rewarded", "rewards": [{ "status": "issued" }]"#)
        let differences = try Story(step).differences()
        #expect(
            differences.first
                == Difference("outcome", expected: "rewarded", got: "3 × qualified, 1 × rewarded"))
        let rewards = Difference("rewards", expected: #"1: {"status":"issued"}"#, got: "0: none")
        #expect(Array(differences.dropFirst()) == [rewards, rewards, rewards])
    }

    @Test func `the step says why its event was decided so`() throws {
        let report = try Story(
            Story.purchase(expect: #""outcome": "rewarded""#),
            Story.purchase("ANN-REF", order: "o-2", expect: #""outcome": "parked""#)
        ).play()
        #expect(report.verdict == .failed)
        #expect(report.steps.map(\.differences.count) == [0, 1])
        #expect(report.steps.first?.explanation == nil)
        let step = try #require(report.steps.last)
        #expect(step.number == 2)
        #expect(step.line == 5)
        #expect(step.title == "post to shop")
        let explanation = try #require(step.explanation)
        #expect(explanation.contains("Event 2 from shop"))
        #expect(
            step.description.hasPrefix(
                "  step 2, line 5: post to shop\n    outcome\n      expected  parked\n"))
        #expect(step.description.contains("    | Event 2 from shop"))
    }

    @Test func `a refusal that was not expected is shown as it came`() throws {
        let report = try Story(
            Story.purchase(more: #", "tamper": "signature""#, expect: #""outcome": "rewarded""#)
        ).play()
        #expect(report.verdict == .failed)
        let step = try #require(report.steps.first)
        #expect(step.differences.map(\.got) == ["no outcome"])
        #expect(step.explanation?.hasPrefix("401 {") == true)
    }

    @Test func `a refusal that was expected and did not come fails`() throws {
        let differences = try Story(Story.purchase(expect: #""status": 401"#)).differences()
        #expect(differences == [Difference("status", expected: "401", got: "200")])
    }

    @Test(arguments: [
        (#"[{ "type": "reward.updated" }]"#, "reward.updated"),
        (
            #"[{ "webhook": "crm", "data": { "kind": "credit" } }]"#,
            #"any to crm with {"kind":"credit"}"#
        ),
        (#"[{ "type": "reward.issued" }, { "type": "reward.issued" }]"#, "reward.issued"),
        ("[]", "none"),
    ])
    func `deliveries that are missing, and ones too many, fail`(_ list: String, _ expected: String)
        throws
    {
        let differences = try Story(
            Story.purchase(expect: #""outcome": "rewarded""#), #"{ "expect_deliveries": \#(list) }"#
        ).differences()
        #expect(differences.map(\.part) == ["deliveries"])
        #expect(differences.map(\.expected) == [expected])
        #expect(differences.first?.got.contains("reward.issued to crm with {") == true)
    }

    @Test func `a body of a list is compared whole, one of an object by what is named`() throws {
        let call = #"{ "call": { "path": "/api/v1/campaigns/1" }, "expect": { "body": { "#
        try Story(call + #""name": "Spring" } } }"#).pass()
        let differences = try Story(call + #""name": "Autumn", "rewards": [] } } }"#).differences()
        #expect(differences.map(\.part) == ["body.name", "body.rewards"])
        #expect(
            differences.first == Difference("body.name", expected: #""Autumn""#, got: #""Spring""#))
    }
}
