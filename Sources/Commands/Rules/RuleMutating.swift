import Invocation
import JSON
import Programmes
import Reading
import Rules
import Scenarios
import Workspace

/// The command that changes the rules of a workspace one by one, and lists the changes that no
/// scenario notices.
enum RuleMutating: Command {
    static let usage = Usage(
        "rules mutate", "list the changes of rules that no scenario notices",
        details: """
            Makes mutants of the workspace: each has one small change of a rule, such as `>` for \
            `>=`, `||` for `&&`, a condition removed, or a cap of one more. Each mutant is played \
            against the scenarios that begin with the workspace. A mutant that passes all of them \
            survives: no scenario holds the rule in that place. It is printed with a scenario \
            that passes with the rules and fails with the mutant; --save writes these scenarios. \
            Mutants for which no such scenario was found are listed apart, since they may decide \
            as the rules do.

            Exit code 1 if a mutant survives or a scenario fails without a mutant.
            """,
        operands: [paths],
        options: [workspace, RuleTesting.pattern, save, Common.zoneinfo, Common.json])

    static let paths = Operand<[String]>.repeated(
        "PATH", .path, "scenario files, or folders of them")
    static let workspace = Option(
        "workspace", .path, default: "fixtures/workspace.json",
        "the workspace file whose rules are changed", hasVariable: false)
    static let save = Option<String?>.optional(
        "save", .path, "write the scenarios that were found into this folder", hasVariable: false)

    static func run(_ context: Context) throws -> ExitCode {
        let path = context[workspace]
        let zones = ZoneFolder.zones(in: context[Common.zoneinfo])
        let file = try workspaceFile(path)
        let (subjects, others) = try subjects(of: path, context)
        let given = FactScenario.Given.file(path)
        let run: MutationRun
        do throws(MutationRun.Failing) {
            run = try MutationRun(
                file, given, in: .directory(""), scenarios: subjects, zones: zones,
                workers: MutationRun.usualWorkers)
        } catch {
            throw Failure(
                .failed,
                "\(error.report.file) does not pass without a mutant: "
                    + (error.report.error ?? "see `rules test`"))
        }
        let report = run.report(workers: MutationRun.usualWorkers)
        if context[Common.json] {
            var writer = Writer()
            writer.beginObject()
            writer.member("workspace", path)
            report.write(given, to: &writer)
            writer.endObject()
            context.json(writer.bytes)
        } else {
            try print(report, given, context)
            context.line(report.description)
            if others > 0 {
                context.line(
                    "\(others) scenarios begin with other declarations and were not played")
            }
        }
        try saveScenarios(report, path, context)
        return report.surviving.isEmpty ? .ok : .failed
    }

    static func workspaceFile(_ path: String) throws -> WorkspaceFile {
        let bytes = try Files.read(path)
        do throws(Mistakes) {
            return try WorkspaceFile.read(
                bytes, file: path, folder: .directory(Files.folder(of: path)))
        } catch {
            throw Failure(.failed, "the workspace has mistakes\n\(error)")
        }
    }

    /// The scenarios that begin with the workspace, and the number of the others.
    private static func subjects(
        of workspace: String, _ context: Context
    ) throws -> (subjects: [MutationRun.Subject], others: Int) {
        let run = ScenarioRun(
            paths: context[paths], pattern: try RuleTesting.regex(context),
            isUpdating: false, junit: nil, context: context)
        var subjects: [MutationRun.Subject] = []
        var others = 0
        for file in try run.scenarios() {
            let bytes = try Files.read(file)
            guard run.isChosen(file, bytes) else { continue }
            let folder = Files.folder(of: file)
            let given = (try? Document(parsing: bytes))?.root["given"]?.string
            guard let given,
                Files.isSame(
                    given.hasPrefix("/") || folder.isEmpty ? given : "\(folder)/\(given)",
                    workspace)
            else {
                others += 1
                continue
            }
            subjects.append(
                MutationRun.Subject(file: file, bytes: bytes, folder: .directory(folder)))
        }
        guard !subjects.isEmpty else {
            throw Failure(
                .failed,
                "no scenario begins with \(workspace); name the workspace with --workspace")
        }
        return (subjects, others)
    }

    private static func print(
        _ report: MutationReport, _ given: FactScenario.Given, _ context: Context
    ) throws {
        for survivor in report.surviving {
            context.output.line(.styled("SURVIVES ", .red), .plain(" \(survivor.words)"))
            guard context[save] == nil, let witness = survivor.witness else { continue }
            context.line("a scenario that notices it:")
            let text = String(decoding: witness.text(given), as: UTF8.self)
            for line in text.split(separator: "\n") { context.line("  \(line)") }
        }
        for survivor in report.undecided {
            context.line("UNDECIDED \(survivor.words)")
        }
    }

    private static func saveScenarios(
        _ report: MutationReport, _ workspace: String, _ context: Context
    ) throws {
        guard let path = context[save], !report.surviving.isEmpty else { return }
        let folder = try ScenarioFolder(path, workspace: workspace)
        for (index, survivor) in report.surviving.enumerated() {
            guard let witness = survivor.witness else { continue }
            let name = "mutant-\(index + 1)\(survivor.pointer)"
            context.errors.line("saved \(try folder.save(witness, as: name))")
        }
    }
}
