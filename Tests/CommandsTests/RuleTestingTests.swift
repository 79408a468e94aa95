import Foundation
import FoundationXML
import Invocation
import Testing

@Suite struct RuleTestingTests {
    static let scenarios = try? FileManager.default
        .contentsOfDirectory(atPath: "\(fixtures)/scenarios").filter { $0.hasSuffix(".json") }
        .sorted()

    @Test func `there are scenarios for all ways an event can go`() throws {
        #expect(try #require(Self.scenarios).count >= 28)
    }

    @Test(arguments: scenarios ?? [])
    func `each scenario comes out as it says`(_ name: String) {
        let run = CommandRun("rules", "test", "\(fixtures)/scenarios/\(name)")
        #expect(run.code == .ok, "\(run.output)\(run.errors)")
    }

    // MARK: Broken decisions

    /// A rule of a workspace that is broken on purpose, and the differences that show it.
    struct Mutation: CustomTestStringConvertible, Sendable {
        var scenario: String
        var old: String
        var new: String
        var step: Int
        var part: String
        var got: String

        var testDescription: String { "\(scenario): \(new)" }
    }

    @Test(arguments: [
        Mutation(
            scenario: "check-already-rewarded", old: #""kind": "coupon""#,
            new: #""kind": "coupon", "cap": { "count": 2 }"#, step: 2, part: "outcome",
            got: "rewarded"),
        Mutation(
            scenario: "check-goal-type", old: #""goal_type": "purchase""#,
            new: #""goal_type": "signup""#, step: 1, part: "outcome", got: "rewarded"),
        Mutation(
            scenario: "beyond-2-53", old: "event.amount == 9007199254740993",
            new: "event.amount >= 9007199254740992", step: 3, part: "outcome", got: "rewarded"),
        Mutation(
            scenario: "same-business-key", old: #""count": 9"#, new: #""count": 1"#, step: 3,
            part: "outcome", got: "qualified"),
        Mutation(
            scenario: "check-coupon-available", old: #""on_empty_pool": "skip""#,
            new: #""on_empty_pool": "wait""#, step: 1, part: "rewards",
            got: #"1: {"id":16,"kind":"coupon","beneficiary":"referrer","status":"waiting_stock","#
                + #""reasons":["pool_empty"]}"#),
    ])
    func `a rule that is broken on purpose is caught`(_ mutation: Mutation) throws {
        let folder = try TestFolder()
        let source = "\(fixtures)/scenarios/\(mutation.scenario).json"
        let text = try String(contentsOfFile: source, encoding: .utf8)
        try #require(text.contains(mutation.old))
        let file = try folder.write(
            text.replacing(mutation.old, with: mutation.new, maxReplacements: 1),
            to: "broken.json")
        let run = CommandRun("rules", "test", file, "--json")
        #expect(run.code == .failed)
        #expect(run.json["failed"] as? Int == 1)
        let scenario = try #require((run.json["scenarios"] as? [[String: Any]])?.first)
        #expect(scenario["verdict"] as? String == "failed")
        let steps = try #require(scenario["steps"] as? [[String: Any]])
        let step = try #require(
            steps.first { !($0["differences"] as? [Any] ?? []).isEmpty })
        #expect(step["step"] as? Int == mutation.step)
        let differences = try #require(step["differences"] as? [[String: String]])
        #expect(
            differences.contains { $0["part"] == mutation.part && $0["got"] == mutation.got },
            "\(differences)")
        // The explanation of the decision is part of the report.
        let explanation = try #require(step["explanation"] as? String)
        #expect(explanation.hasPrefix("Event "), "\(explanation)")
        #expect(explanation.contains("checks passed"), "\(explanation)")
        #expect(!explanation.contains("    pass "), "\(explanation)")
    }

    @Test func `self-referral that is let through is caught`() throws {
        let folder = try TestFolder()
        let scenario = try String(
            contentsOfFile: "\(fixtures)/scenarios/self-referral.json", encoding: .utf8)
        let workspace = try String(
            contentsOfFile: "\(fixtures)/workspace.json", encoding: .utf8)
        try folder.write(
            workspace.replacing(
                #""conversions": "every","#,
                with: #""conversions": "every", "risk": { "self_referral": "off" },"#),
            to: "workspace.json")
        let file = try folder.write(scenario, to: "scenarios/self-referral.json")
        let run = CommandRun("rules", "test", file)
        #expect(run.code == .failed)
        #expect(run.output.contains("expected  rejected\n      got       rewarded"))
        #expect(run.output.contains("| Event 2 from refgate"))
    }

    // MARK: What is told

    @Test func `JUnit XML tells passed, failed and wrong files apart`() throws {
        let folder = try TestFolder()
        let good = try String(
            contentsOfFile: "\(fixtures)/scenarios/test-event.json", encoding: .utf8)
        try folder.write(good, to: "a/good.json")
        try folder.write(
            good.replacing("test_event", with: "unknown_code")
                .replacing("A test event", with: "A <test> & \\\"event\\\""),
            to: "a/wrong.json")
        try folder.write("{]", to: "a/none.json")
        let junit = "\(folder.path)/junit.xml"
        let run = CommandRun("rules", "test", "\(folder.path)/a", "--junit", junit)
        #expect(run.code == .failed)
        #expect(run.output.hasSuffix("1 passed, 1 failed, 1 with errors\n"))
        let reader = JUnitReader()
        let parser = XMLParser(data: try Data(contentsOf: URL(filePath: junit)))
        parser.delegate = reader
        #expect(parser.parse(), "\(parser.parserError as Any)")
        #expect(reader.elements.filter { $0 == "testcase" }.count == 3)
        #expect(reader.elements.filter { $0 == "failure" }.count == 1)
        #expect(reader.elements.filter { $0 == "error" }.count == 1)
        #expect(reader.names.contains { $0.hasPrefix("A <test> & \"event\" at") })
        #expect(reader.counts == ["3", "1", "1"])
    }

    @Test func `all mistakes of a file are reported in one run, with their places`() throws {
        let folder = try TestFolder()
        let file = try folder.write(
            """
            {
              "name": "",
              "given": { "campaigns": [{ "id": 1, "name": "C", "goal_typ": "purchase" }],
                "sources": [{ "id": "shop", "preset": "refgate", "secrets": ["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"] }] },
              "clock": "yesterday",
              "steps": [
                { "post": { "source": "shp", "payload": {} } },
                { "post": { "source": "shop", "payload_file": "none.json", "tamper": "colour" } },
                { "post": { "source": "shop", "payload": {}, "payload_file": "x.json" }, "expect": { "outcom": "rewarded" } },
                { "post": { "source": "shop", "payload": {}, "times": 0 }, "expect": { "outcome": "won", "reasons": ["late"] } },
                { "advance": "soon" },
                { "advance": "PT1H", "apply": {} },
                { "call": { "path": "api" } },
                { "expect_deliveries": [{ "webhook": "crm", "type": "reward.gone" }] },
                {}
              ]
            }
            """, to: "scenario.json")
        let run = CommandRun("rules", "test", file)
        #expect(run.code == .failed)
        for place in [
            "2:11: found an empty text", "3:52: unknown member \"goal_typ\"",
            "5:12: found \"yesterday\"", "7:27: source \"shp\" does not exist",
            "8:51: the file", "8:74: found \"colour\"",
            "9:66: found \"payload\", \"payload_file\" together",
            "9:90: unknown member \"outcom\"", "10:59: found 0",
            "10:87: found \"won\"", "10:106: found \"late\"", "11:18: found \"soon\"",
            "12:35: found \"advance\", \"apply\" together", "13:25: found \"api\"",
            "14:42: webhook \"crm\" does not exist", "14:57: found \"reward.gone\"",
            "15:5: none of the members",
        ] {
            #expect(run.output.contains("scenario.json:\(place)"), "\(place)\n\(run.output)")
        }
        #expect(run.output.contains("Did you mean \"outcome\"?"))
        #expect(run.output.contains(" (/steps/3/expect/reasons/0)\n"))
        let json = CommandRun("rules", "test", file, "--json").json
        let scenario = try #require((json["scenarios"] as? [[String: Any]])?.first)
        let mistakes = try #require(scenario["mistakes"] as? [[String: Any]])
        #expect(mistakes.count == 19)
        #expect(mistakes.first?["pointer"] as? String == "/name")
        #expect(mistakes.last?["line"] as? Int == 15)
    }

    @Test func `a path that is not there is the environment's fault, an empty folder fails`() throws
    {
        let folder = try TestFolder()
        #expect(CommandRun("rules", "test", "\(folder.path)/none").code == .environment)
        #expect(CommandRun("rules", "test", folder.path).code == .failed)
    }
}

private final class JUnitReader: NSObject, XMLParserDelegate {
    private(set) var elements: [String] = []
    private(set) var names: [String] = []
    /// The numbers of tests, failures and errors of the suite.
    private(set) var counts: [String] = []

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        elements.append(name)
        if name == "testcase" { names.append(attributes["name"] ?? "") }
        if name == "testsuites" {
            counts = ["tests", "failures", "errors"].map { attributes[$0] ?? "" }
        }
    }
}
