import FoundationEssentials
import Invocation
import JSON
import Reading
import Scenarios
import Workspace

/// The command that plays scenario files against a gateway of its own.
enum RuleTesting: Command {
    static let usage = Usage(
        "rules test", "run scenario files against a gateway on a scratch database",
        details: """
            Each file runs by itself in this process, with a clock of its own and the same code \
            as in production. Folders are searched for `*.json` files with `steps`. A difference \
            is shown with the explanation of the decision. Exit code 1 if an expectation fails \
            or a file is not a scenario.
            """,
        operands: [paths], options: [Common.json, junit])

    static let paths = Operand<[String]>.repeated(
        "PATH", .path, "scenario files, or folders of them")
    static let junit = Option<String?>.optional(
        "junit", .path, "write the results to this file as JUnit XML", hasVariable: false)

    static func run(_ context: Context) throws -> ExitCode {
        var files: [String] = []
        for path in context[paths] { files += try scenarios(at: path) }
        guard !files.isEmpty else { throw Failure(.failed, "there is no scenario to play") }
        var reports: [ScenarioReport] = []
        for file in files {
            let report = try play(file)
            if !context[Common.json] { print(report, context) }
            reports.append(report)
        }
        if let path = context[junit] { try Files.write(JUnit.write(reports), to: path) }
        if context[Common.json] {
            printJSON(reports, context)
        } else {
            printCounts(reports, context)
        }
        return reports.allSatisfy { $0.verdict == .passed } ? .ok : .failed
    }

    /// Returns a named file, or the scenarios of a folder, which may also contain workspaces and
    /// payloads.
    private static func scenarios(at path: String) throws(Failure) -> [String] {
        let found = try Files.found(at: path, ending: ".json")
        if found == [path] { return found }
        var scenarios: [String] = []
        for file in found where try isScenario(file) { scenarios.append(file) }
        return scenarios
    }

    /// True if the file has steps. A file that is not JSON counts as a scenario with a mistake.
    private static func isScenario(_ file: String) throws(Failure) -> Bool {
        guard let document = try? Document(parsing: Files.read(file)) else { return true }
        return document.root["steps"] != nil
    }

    private static func play(_ file: String) throws(Failure) -> ScenarioReport {
        let bytes = try Files.read(file)
        do throws(Mistakes) {
            let scenario = try Scenario.read(
                bytes, file: file, folder: .directory(Files.folder(of: file)))
            return Play.run(scenario, file: file)
        } catch {
            return ScenarioReport(file: file, mistakes: error)
        }
    }

    // MARK: Telling

    private static func print(_ report: ScenarioReport, _ context: Context) {
        let (word, style): (String, Output.Style) =
            switch report.verdict {
            case .passed: ("ok   ", .green)
            case .failed: ("FAIL ", .red)
            case .error: ("ERROR", .red)
            }
        let milliseconds = report.duration / .milliseconds(1)
        let name = report.name.map { ": \($0)" } ?? ""
        context.output.line(
            .styled(word, style),
            .plain(
                " \(report.file)\(name) (\(report.steps.count) steps, \(Int(milliseconds)) ms)"))
        for step in report.steps where !step.differences.isEmpty {
            context.output.write(step.description)
        }
        if let error = report.error {
            for line in error.split(separator: "\n") { context.line("  \(line)") }
        }
    }

    private static func count(_ reports: [ScenarioReport], _ verdict: ScenarioReport.Status) -> Int
    {
        reports.count { $0.verdict == verdict }
    }

    private static func printCounts(_ reports: [ScenarioReport], _ context: Context) {
        context.line(
            "\(count(reports, .passed)) passed, \(count(reports, .failed)) failed,"
                + " \(count(reports, .error)) with errors")
    }

    private static func printJSON(_ reports: [ScenarioReport], _ context: Context) {
        var writer = Writer()
        writer.beginObject()
        writer.member("passed", count(reports, .passed))
        writer.member("failed", count(reports, .failed))
        writer.member("errors", count(reports, .error))
        writer.list("scenarios", reports) { $0.write(to: &$1) }
        writer.endObject()
        context.json(writer.bytes)
    }
}
