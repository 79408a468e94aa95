import Foundation
import FoundationXML
import JSON
import Reading
import Scenarios
import Testing
import Workspace

/// Reports in the JUnit XML format and as JSON.
@Suite struct ReportTests {
    private func reports() throws -> [ScenarioReport] {
        var passed = Story(Story.purchase(expect: #""outcome": "rewarded""#))
        passed.name = "One that <passes> & \\\"more\\\""
        let failed = Story(
            Story.purchase(expect: #""outcome": "parked""#),
            Story.purchase("LEAD-2", order: "o-2", expect: #""status": 201, "outcome": "ignored""#))
        let mistaken = #expect(throws: Mistakes.self) {
            try Story(#"{ "advance": "soon" }"#).read()
        }
        return [
            try passed.play(), try failed.play(),
            ScenarioReport(file: "bad.json", mistakes: try #require(mistaken)),
            ScenarioReport(
                file: "broken.json", name: "Broken", error: "first line \u{1}\nsecond line",
                duration: .milliseconds(1_007)),
        ]
    }

    @Test func `the verdict is passed, failed or error`() throws {
        #expect(try reports().map(\.verdict) == [.passed, .failed, .error, .error])
    }

    @Test func `JUnit has a case for each scenario, with its failure or error`() throws {
        let xml = JUnit.write(try reports())
        let document = try XMLDocument(xmlString: xml)
        let root = try #require(document.rootElement())
        #expect(root.name == "testsuites")
        for name in ["tests": "4", "failures": "1", "errors": "2"] {
            #expect(root.attribute(forName: name.key)?.stringValue == name.value, "\(name.key)")
        }
        let cases = try document.nodes(forXPath: "/testsuites/testsuite/testcase").compactMap {
            $0 as? XMLElement
        }
        #expect(
            cases.map { $0.attribute(forName: "name")?.stringValue } == [
                "One that <passes> & \"more\"", "A story", "bad.json", "Broken",
            ])
        #expect(cases.map(\.childCount) == [0, 1, 1, 1])
        let failure = try #require(cases[1].children?.first as? XMLElement)
        #expect(failure.name == "failure")
        #expect(
            failure.attribute(forName: "message")?.stringValue
                == "step 1: outcome: expected parked, got rewarded")
        let text = try #require(failure.stringValue)
        #expect(text.contains("step 1, line 4: post to shop"))
        #expect(text.contains("step 2, line 5: post to shop"))
        let error = try #require(cases[3].children?.first as? XMLElement)
        #expect(error.name == "error")
        // A character that XML does not allow.
        #expect(error.attribute(forName: "message")?.stringValue == "first line \u{FFFD}")
        #expect(error.stringValue == "first line \u{FFFD}\nsecond line")
        #expect(cases[3].attribute(forName: "time")?.stringValue == "1.007")
    }

    @Test func `JSON has the steps with their differences, and the mistakes`() throws {
        let roots = try reports().map { report in
            var writer = Writer()
            report.write(to: &writer)
            return try Document(parsing: writer.bytes).root
        }
        #expect(roots.map { $0["verdict"]?.string } == ["passed", "failed", "error", "error"])
        #expect(roots[0]["name"]?.string == "One that <passes> & \"more\"")
        #expect(roots[0]["error"]?.isNull == true)
        let steps = Array(try #require(roots[1]["steps"]).elements)
        #expect(steps.map { $0["step"]?.int } == [1, 2])
        #expect(steps.map { $0["line"]?.int } == [4, 5])
        #expect(steps.map { $0["differences"]?.count } == [1, 2])
        let difference = try #require(steps[0]["differences"]?.elements.first { _ in true })
        #expect(difference["part"]?.string == "outcome")
        #expect(difference["expected"]?.string == "parked")
        #expect(difference["got"]?.string == "rewarded")
        #expect(steps[0]["explanation"]?.string?.contains("Event 1 from shop") == true)
        let mistake = try #require(roots[2]["mistakes"]?.elements.first { _ in true })
        #expect(mistake["line"]?.int == 4)
        #expect(mistake["pointer"]?.string == "/steps/0/advance")
        #expect(roots[2]["error"]?.string?.hasSuffix("1 mistake") == true)
        #expect(roots[3]["milliseconds"]?.int == 1007)
    }
}
