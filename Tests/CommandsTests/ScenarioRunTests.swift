import Foundation
import Invocation
import Testing

/// `rules test`: the choice of scenarios, their output, `--update` and `--watch`.
@Suite struct ScenarioRunTests {
    private static let good = "\(fixtures)/scenarios/test-event.json"

    /// A scenario that passes; `edit` changes its text.
    private func scenario(_ edit: (String) -> String = { $0 }) throws -> String {
        edit(try String(contentsOfFile: Self.good, encoding: .utf8))
    }

    @Test func `PASS, FAIL and ERROR are apart, and only files with steps are scenarios`() throws {
        let folder = try TestFolder()
        try folder.write(try scenario(), to: "a/1-good.json")
        try folder.write(
            try scenario { $0.replacing("test_event", with: "unknown_code") }, to: "a/2-wrong.json")
        try folder.write("{\"steps\": 7}", to: "a/3-none.json")
        try folder.write("{\"campaigns\": []}", to: "a/workspace.json")
        let run = CommandRun("rules", "test", "\(folder.path)/a")
        #expect(run.code == .failed)
        let lines = run.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }
        #expect(
            lines.map { $0.prefix(5) } == ["PASS ", "FAIL ", "ERROR", "1 pas"], "\(run.output)")
        #expect(run.output.hasSuffix("1 passed, 1 failed, 1 with errors\n"))
    }

    @Test func `--run plays the scenarios whose file or name matches`() throws {
        let folder = try TestFolder()
        try folder.write(try scenario(), to: "a/first.json")
        try folder.write(
            try scenario { $0.replacing("A test event", with: "The other one") },
            to: "a/second.json")
        for (pattern, file) in [
            ("sec.nd\\.json$", "second.json"), ("^The other", "second.json"),
            ("^A test", "first.json"),
        ] {
            let run = CommandRun("rules", "test", "\(folder.path)/a", "--run", pattern)
            #expect(run.code == .ok, "\(run.output)\(run.errors)")
            #expect(run.output.contains("PASS  \(folder.path)/a/\(file)"))
            #expect(run.output.hasSuffix("1 passed, 0 failed, 0 with errors\n"))
        }
        let none = CommandRun("rules", "test", "\(folder.path)/a", "--run", "third")
        #expect(none.code == .failed)
        #expect(none.errors.contains("no scenario matches --run"))
        let invalid = CommandRun("rules", "test", "\(folder.path)/a", "--run", "a(")
        #expect(invalid.code == .usage)
        #expect(invalid.errors.contains("--run: the pattern is invalid: a ( is not closed"))
    }

    @Test func `a failing step shows the checks that failed and not those that passed`() throws {
        let folder = try TestFolder()
        let text = try String(
            contentsOfFile: "\(fixtures)/scenarios/check-goal-type.json", encoding: .utf8)
        let file = try folder.write(
            text.replacing("\"goal_type_mismatch\"", with: "\"no_referrer\""), to: "a.json")
        let run = CommandRun("rules", "test", file)
        #expect(run.code == .failed)
        #expect(run.output.contains("    |     fail     goal_type "), "\(run.output)")
        #expect(!run.output.contains(" pass "), "\(run.output)")
        #expect(!run.output.contains("skipped"), "\(run.output)")
        #expect(run.output.contains(" checks passed\n"), "\(run.output)")
    }

    @Test func `--update replaces the failing values and keeps all other text`() throws {
        let folder = try TestFolder()
        let original = try scenario()
        let broken =
            original
            .replacing("\"outcome\": \"ignored\"", with: "\"outcome\": \"parked\"")
            .replacing("[\"test_event\"]", with: "[\"unknown_code\", \"no_referrer\"]")
            .replacing("\"rewards\": []", with: "\"rewards\": 3")
        try #require(broken != original)
        let file = try folder.write(broken, to: "a.json")
        let run = CommandRun("rules", "test", "--update", file)
        #expect(run.code == .ok, "\(run.output)\(run.errors)")
        #expect(run.output.hasPrefix("PASS  \(file)"))
        #expect(
            run.errors == """
                \(file): updated step 1: outcome
                \(file): updated step 1: reasons
                \(file): updated step 1: rewards

                """)
        #expect(
            try folder.read("a.json")
                == original.replacing("\"rewards\": []", with: "\"rewards\": 0"))
    }

    @Test func `--update changes no file that passes or cannot be read`() throws {
        let folder = try TestFolder()
        let original = try scenario()
        let good = try folder.write(original, to: "a.json")
        let bad = try folder.write("{\"steps\": 7}", to: "b.json")
        #expect(CommandRun("rules", "test", "--update", good, bad).code == .failed)
        #expect(try folder.read("a.json") == original)
        #expect(try folder.read("b.json") == "{\"steps\": 7}")
    }

    @Test func `--watch plays again when a scenario or a file that it names has changed`() throws {
        let folder = try TestFolder()
        let text = try String(
            contentsOfFile: "\(fixtures)/scenarios/self-referral.json", encoding: .utf8)
        let workspace = try String(
            contentsOfFile: "\(fixtures)/workspace.json", encoding: .utf8)
        try folder.write(workspace, to: "workspace.json")
        try folder.write(text, to: "scenarios/a.json")
        let path = folder.path
        let run = CommandRun(["rules", "test", "\(path)/scenarios", "--watch"]) { output in
            #expect(output.wait(for: "1 passed, 0 failed, 0 with errors\n"))
            do {
                try Data(text.replacing("\"rejected\"", with: "\"parked\"").utf8)
                    .write(to: URL(filePath: "\(path)/scenarios/a.json"))
                #expect(output.wait(for: "0 passed, 1 failed, 0 with errors\n"))
                try Data(text.utf8).write(to: URL(filePath: "\(path)/scenarios/a.json"))
                #expect(output.wait(for: "errors\nPASS "), "\(output.text)")
                // The workspace is another file, in another folder.
                try Data("{".utf8).write(to: URL(filePath: "\(path)/workspace.json"))
                #expect(output.wait(for: "0 passed, 0 failed, 1 with errors\n"))
            } catch {
                Issue.record("\(error)")
            }
        }
        #expect(run.code == .ok, "\(run.errors)")
        #expect(run.errors.hasPrefix("waiting for changes\n"), "\(run.errors)")
    }
}
