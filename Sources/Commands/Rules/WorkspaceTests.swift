import Gateway
import Invocation
import JSON
import Programmes
import Reading
import Scenarios
import Workspace

/// The scenarios that a workspace names as its tests.
struct WorkspaceTests {
    private let workspace: WorkspaceFile
    private let path: String

    /// - Parameter path: the path of the workspace file.
    init(_ workspace: WorkspaceFile, at path: String) {
        self.workspace = workspace
        self.path = path
    }

    /// Plays the scenarios with the declarations of the workspace, and prints those that do not
    /// pass; true if all pass.
    func pass(_ context: Context) throws(Failure) -> Bool {
        guard !workspace.tests.isEmpty else { return true }
        let failing = try reports().filter { $0.verdict != .passed }
        guard !failing.isEmpty else { return true }
        if context[Common.json] {
            var writer = Writer()
            writer.beginObject()
            writer.list("failed_tests", failing) { $0.write(to: &$1) }
            writer.endObject()
            context.json(writer.bytes)
        } else {
            let run = ScenarioRun(
                paths: [], pattern: nil, isUpdating: false, junit: nil, context: context)
            for report in failing { run.print(report) }
        }
        context.errors.line(
            "refgate: nothing was written: \(failing.count) of \(workspace.tests.count) tests of"
                + " \(path) do not pass")
        return false
    }

    private func reports() throws(Failure) -> [ScenarioReport] {
        let folder = Files.folder(of: path)
        var reports: [ScenarioReport] = []
        for test in workspace.tests {
            let file = test.hasPrefix("/") || folder.isEmpty ? test : "\(folder)/\(test)"
            let bytes = try Files.read(file)
            reports.append(report(bytes, file))
        }
        return reports
    }

    private func report(_ bytes: [UInt8], _ file: String) -> ScenarioReport {
        let folder = Files.folder(of: file)
        // A scenario that begins with the workspace gets it as it will be stored: members that the
        // file omits have their stored values.
        let given = (try? Document(parsing: bytes))?.root["given"]?.string
        let isOwn =
            given.map { given in
                Files.isSame(
                    given.hasPrefix("/") || folder.isEmpty ? given : "\(folder)/\(given)", path)
            } ?? false
        do throws(Mistakes) {
            let scenario = try Scenario.read(
                bytes, file: file, folder: .directory(folder), given: isOwn ? workspace : nil)
            return Play.run(scenario, file: file)
        } catch {
            return ScenarioReport(file: file, mistakes: error)
        }
    }
}
