import Foundation
import Reading
import Scenarios
import Testing
import Workspace

/// Mistakes of scenario files, with their lines and columns.
@Suite struct MistakeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let step: String
        let mistakes: [String]
        init(_ step: String, _ mistakes: String...) {
            self.step = step
            self.mistakes = mistakes
        }
        var testDescription: String { step }
    }

    @Test(arguments: [
        Case("{}", "4:1: none of the members"),
        Case(#"{ "pots": {} }"#, #"4:3: unknown member "pots""#, "4:1: none of the members"),
        Case(#"{ "advance": "PT1H", "apply": {} }"#, #"4:31: found "advance", "apply" together"#),
        Case(
            #"{ "advance": "PT1H", "expect": { "status": 200 } }"#,
            #"4:22: unknown member "expect""#),
        Case(#"{ "advance": "soon" }"#, #"4:14: found "soon""#),
        Case(#"{ "advance": "P3651D" }"#, "4:14: found 315446400"),
        Case(
            #"{ "post": 1 }"#, "4:11: found a whole number", "4:11: none of the members"),
        Case(#"{ "post": { "payload": {} } }"#, #"4:11: member "source" is missing"#),
        Case(#"{ "post": { "source": "shop" } }"#, "4:11: none of the members"),
        Case(
            #"{ "post": { "source": "shp", "payload": {} } }"#,
            #"4:23: source "shp" does not exist"#),
        Case(
            #"{ "post": { "source": "shop", "payload": {}, "payload_file": "a.json" } }"#,
            #"4:62: found "payload", "payload_file" together"#,
            #"4:62: the file "a.json""#),
        Case(#"{ "post": { "source": "shop", "payload_file": "none.json" } }"#, "4:47: the file"),
        Case(#"{ "post": { "source": "shop", "payload": {}, "times": 0 } }"#, "4:55: found 0"),
        Case(
            #"{ "post": { "source": "shop", "payload": {}, "times": 10001 } }"#, "4:55: found 10001"
        ),
        Case(
            #"{ "post": { "source": "shop", "payload": {}, "concurrent": "yes" } }"#,
            "4:60: found a text"),
        Case(
            #"{ "post": { "source": "shop", "payload": {}, "concurrent": 257 } }"#,
            "4:60: found 257"),
        Case(
            #"{ "post": { "source": "shop", "payload": {}, "tamper": "colour" } }"#,
            #"4:56: found "colour""#),
        Case(
            #"{ "post": { "source": "shop", "payload": {}, "signed_at": "noon" } }"#,
            #"4:59: found "noon""#),
        Case(#"{ "post": { "source": "shop", "payload": {}, "secret": "whsec_?" } }"#, "4:56: "),
        Case(
            #"{ "post": { "source": "shop", "payload": {}, "headers": { "a b": "c", "X": 1, "Y": "a\n" } } }"#,
            #"4:59: "#, "4:76: found a whole number", "4:84: "),
        Case(#"{ "call": { "path": "api" } }"#, #"4:21: found "api""#),
        Case(#"{ "call": { "method": "SEND", "path": "/" } }"#, #"4:23: found "SEND""#),
        Case(#"{ "call": { "method": "GET" } }"#, #"4:11: member "path" is missing"#),
        Case(#"{ "apply": { "campaings": [] } }"#, #"4:14: unknown member "campaings""#),
        Case(
            #"{ "expect_deliveries": [{ "webhook": "crn" }] }"#,
            #"4:38: webhook "crn" does not exist"#
        ),
        Case(
            #"{ "expect_deliveries": [{ "type": "reward.gone" }] }"#, #"4:35: found "reward.gone""#),
        Case(
            #"{ "expect_deliveries": [{ "data": [], "date": 1 }] }"#,
            #"4:39: unknown member "date""#, "4:35: found a list"),
        Case(#"{ "expect_deliveries": {} }"#, "4:24: found an object"),
    ])
    func `each mistake of a step is found at its place`(_ one: Case) {
        let found = Story(one.step).mistakes
        #expect(found.count == one.mistakes.count, "\(found)")
        for mistake in one.mistakes {
            #expect(found.contains { $0.hasPrefix(mistake) }, "\(mistake) in \(found)")
        }
    }

    /// Columns are counted from the beginning of the expectation.
    @Test(arguments: [
        Case(#""outcom": "rewarded""#, #"0: unknown member "outcom""#),
        Case(#""outcome": "won""#, #"11: found "won""#),
        Case(#""outcome": 1"#, "11: found a whole number"),
        Case(#""outcome": { "rewarded": 1, "won": 1 }"#, #"28: found "won""#),
        Case(#""outcome": { "rewarded": -1 }"#, "25: found a whole number"),
        Case(#""status": 99"#, "10: found 99"),
        Case(#""status": "200""#, "10: found a text"),
        Case(#""duplicate": "no""#, "13: found a text"),
        Case(#""reasons": ["late"]"#, #"12: found "late""#),
        Case(#""reasons": [1]"#, "12: found a whole number"),
        Case(#""reasons": "late""#, "11: found a text"),
        Case(#""rewards": "one""#, "11: found a text"),
        Case(#""rewards": [{ "kind": "medal" }]"#, #"22: found "medal""#),
        Case(#""rewards": [{ "status": "lost" }]"#, #"24: found "lost""#),
        Case(#""rewards": [{ "colour": 1 }]"#, #"14: unknown member "colour""#),
        Case(#""events": [{ "outcome": "won" }]"#, #"24: found "won""#),
    ])
    func `each mistake of an expectation is found at its place`(_ one: Case) throws {
        let step = Story.purchase(expect: one.step)
        let start = try #require(step.range(of: one.step)?.lowerBound)
        let before = step.distance(from: step.startIndex, to: start) + 1
        let found = Story(step).mistakes
        #expect(found.count == one.mistakes.count, "\(found)")
        for (mistake, got) in zip(one.mistakes, found) {
            let parts = mistake.split(separator: ":", maxSplits: 1)
            let column = before + (parts.first.flatMap { Int($0) } ?? 0)
            #expect(got.hasPrefix("4:\(column):\(parts.last ?? "")"), "\(mistake) in \(got)")
        }
    }

    @Test(arguments: [
        (#"{ "name": "", "given": {}, "steps": [] }"#, ["1:11: ", "1:37: "]),
        ("{}", ["1:1: ", "1:1: ", "1:1: "]),
        ("[]", ["1:1: found a list"]),
        (#"{ "name": "A", "given": 1, "steps": 1, "clock": 1 }"#, ["1:25: ", "1:37: ", "1:49: "]),
        ("{]", ["1:2: "]),
        (
            #"{ "name": "A", "given": "none.json", "steps": [{ "advance": "PT1S" }] }"#,
            ["1:25: "]
        ),
        (#"{ "name": "A", "given": {}, "setps": [{ "advance": "PT1S" }] }"#, ["1:29: ", "1:1: "]),
    ])
    func `each mistake around the steps is found at its place`(_ text: String, _ places: [String]) {
        let mistakes = #expect(throws: Mistakes.self) {
            try Scenario.read(Array(text.utf8), file: "s.json", folder: .none)
        }
        let found = (mistakes?.list ?? []).map { "\($0.line ?? 0):\($0.column ?? 0): \($0.found)" }
        #expect(found.count == places.count, "\(found)")
        for place in places {
            #expect(found.contains { $0.hasPrefix(place) }, "\(place) in \(found)")
        }
    }

    @Test func `mistakes of a named file come with its name`() {
        let text = #"{ "name": "A", "given": "w.json", "steps": [{ "advance": "PT1S" }] }"#
        let mistakes = #expect(throws: Mistakes.self) {
            try Scenario.read(
                Array(text.utf8), file: "s.json",
                folder: Folder { path throws(FileFailure) in Memory(#"{ "campaigns": 1 }"#) })
        }
        #expect(mistakes?.list.map(\.file) == ["w.json"])
        #expect(mistakes?.list.first?.column == 16)
    }

    @Test func `a later step may name what an earlier one declared, and not the other way`() {
        let apply =
            #"{ "apply": { "sources": [{ "id": "late", "name": "Late", "preset": "refgate", "secrets": ["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"] }] } }"#
        let post = #"{ "post": { "source": "late", "payload": {} } }"#
        #expect(Story(apply, post).mistakes == [])
        let early = Story(post, apply).mistakes
        #expect(early.count == 1)
        #expect(early.first?.hasPrefix(#"4:23: source "late" does not exist"#) == true, "\(early)")
    }
}
