import Foundation
import Scenarios
import Testing
import Workspace

/// The expectations of a scenario file after an update from the observed responses.
@Suite struct ExpectationUpdateTests {
    /// The step after an update, which must then pass.
    private func updated(
        _ story: Story, changes: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let report = try story.play()
        #expect(report.verdict == .failed, sourceLocation: sourceLocation)
        let update = ExpectationUpdate(of: Array(story.text.utf8), from: report)
        #expect(update.changes == changes, sourceLocation: sourceLocation)
        #expect(update.leftOver == [], sourceLocation: sourceLocation)
        let text = String(decoding: update.text, as: UTF8.self)
        let scenario = try Scenario.read(Array(text.utf8), file: "story.json", folder: .none)
        let again = Play.run(scenario, file: "story.json")
        #expect(again.verdict == .passed, "\(text)", sourceLocation: sourceLocation)
        let old = story.text.split(separator: "\n")
        let new = text.split(separator: "\n")
        #expect(old.dropLast(2) == new.dropLast(2), sourceLocation: sourceLocation)
        let step = try #require(new.dropLast().last)
        return String(step[try #require(step.range(of: "\"expect\"")).lowerBound...])
    }

    @Test func `words, reasons, rewards and further members become the observed ones`() throws {
        let story = Story(
            Story.purchase(
                expect: #""status": 201,  "outcome":"parked", "reasons": ["no_referrer"], "#
                    + #""rewards": [{ "kind": "credit", "status": "issued" }], "duplicate": true"#))
        #expect(
            try updated(
                story,
                changes: [
                    "step 1: status", "step 1: outcome", "step 1: reasons",
                    "step 1: rewards[0].kind", "step 1: duplicate",
                ])
                == #""expect": { "status": 200,  "outcome":"rewarded", "reasons": [], "#
                + #""rewards": [{ "kind": "coupon", "status": "issued" }], "duplicate": false } }"#)
    }

    @Test func `a list of another length is written with the members that were expected`() throws {
        let story = Story(
            Story.purchase(expect: #""rewards": [{ "status": "issued" }, { "kind": "coupon" }]"#))
        #expect(
            try updated(story, changes: ["step 1: rewards"])
                == #""expect": { "rewards": [{"status": "issued"}] } }"#)
    }

    @Test func `several answers are counted`() throws {
        var story = Story(
            Story.purchase(
                "LEAD-{n}", order: "o-{n}", more: #", "event_id": "e-{n}", "times": 3"#,
                expect: #""outcome": "qualified""#))
        story.coupons = ["SPRING-1"]
        #expect(
            try updated(story, changes: ["step 1: outcome"])
                == #""expect": { "outcome": {"qualified": 2, "rewarded": 1} } }"#)
    }

    @Test func `a member that the answer lacks is removed with its comma`() throws {
        let call =
            #"{ "call": { "path": "/api/v1/none" }, "expect": { "status": 200, "title": "T", "#
            + #""none": 1, "more": { "x": 2 } } }"#
        #expect(
            try updated(
                Story(call),
                changes: ["step 1: status", "step 1: title", "step 1: none", "step 1: more"])
                == #""expect": { "status": 404, "title": "Not Found" } }"#)
    }

    @Test func `deliveries are left as they are, and named`() throws {
        let story = Story(
            Story.purchase(expect: #""outcome": "rewarded""#), #"{ "expect_deliveries": [] }"#)
        let update = ExpectationUpdate(of: Array(story.text.utf8), from: try story.play())
        #expect(update.changes == [])
        #expect(update.leftOver == ["step 2: deliveries"])
        #expect(update.text == Array(story.text.utf8))
    }
}
