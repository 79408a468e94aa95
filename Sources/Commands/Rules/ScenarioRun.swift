import Gateway
import Invocation
import JSON
import Programmes
import Reading
import Rules
import Scenarios
import Sockets
import Synchronization
import Workspace

/// The scenarios of one call of `rules test`, played once or after each change.
struct ScenarioRun: Sendable {
    let paths: [String]
    /// Matched with the file and the name of a scenario; nil for all of them.
    let pattern: TextPattern?
    /// True if failing expectations are replaced by the observed values.
    let isUpdating: Bool
    /// The file for the results as JUnit XML.
    let junit: String?
    let context: Context
    /// Counts the outcomes of the decisions; nil if they are not counted.
    var coverage: Coverage?
    /// The paths of all files that were read.
    let filesRead = FileList()

    /// Plays the scenarios and prints the results; true if all passed.
    func play() throws -> Bool {
        let reports = try reports { if !context[Common.json] { print($0) } }
        if let junit { try Files.write(JUnit.write(reports), to: junit) }
        if context[Common.json] { printJSON(reports) } else { printCounts(reports) }
        return reports.allSatisfy { $0.verdict == .passed }
    }

    /// Plays the scenarios; calls the closure with each report at once.
    func reports(_ each: (ScenarioReport) -> Void) throws -> [ScenarioReport] {
        var reports: [ScenarioReport] = []
        let files = try scenarios()
        for file in files {
            guard let report = try play(file) else { continue }
            each(report)
            reports.append(report)
        }
        guard !reports.isEmpty else {
            throw Failure(
                .failed,
                files.isEmpty ? "there is no scenario to play" : "no scenario matches --run")
        }
        return reports
    }

    /// Plays the scenarios, and again after each change of one of their files, until the watch is
    /// stopped.
    func repeatOnChanges(_ watch: FolderWatch) {
        var last: [String: FileVersion]?
        repeat {
            // The versions are those before the play, so that a change during it is noticed.
            let before = versions(watch)
            if before != last {
                do { _ = try play() } catch {
                    context.errors.line("refgate: \((error as? Failure)?.message ?? "\(error)")")
                }
                // A play reads further files, and with --update it writes some.
                let after = versions(watch)
                last = isUpdating ? after : after.merging(before) { $1 }
                context.errors.line("waiting for changes")
            }
        } while context.output.failure == nil && watch.wait()
    }

    /// The versions of the scenarios and of all files that they named, whose folders are watched
    /// from now on.
    private func versions(_ watch: FolderWatch) -> [String: FileVersion] {
        var files = Set(filesRead.paths)
        for path in paths {
            let found = (try? Files.found(at: path, ending: ".json")) ?? []
            files.formUnion(found)
            if found != [path] { try? watch.add(path) }
        }
        // A folder that is gone, or one too many for the system, is not watched.
        for folder in Set(files.map { Files.folder(of: $0) }) { try? watch.add(folder) }
        return files.reduce(into: [:]) { $0[$1] = FileVersion(path: $1) }
    }

    // MARK: Files

    /// The scenario files in the order of the paths.
    func scenarios() throws(Failure) -> [String] {
        var files: [String] = []
        for path in paths { files += try scenarios(at: path) }
        return files
    }

    /// Returns a named file, or the scenarios of a folder, which may also contain workspaces and
    /// payloads.
    private func scenarios(at path: String) throws(Failure) -> [String] {
        let found = try Files.found(at: path, ending: ".json")
        if found == [path] { return found }
        var scenarios: [String] = []
        for file in found where try isScenario(file) { scenarios.append(file) }
        return scenarios
    }

    /// True if the file has steps. A file that is not JSON counts as a scenario with a mistake.
    private func isScenario(_ file: String) throws(Failure) -> Bool {
        guard let document = try? Document(parsing: Files.read(file)) else { return true }
        return document.root["steps"] != nil
    }

    // MARK: Playing

    /// Returns nil for a scenario that the pattern does not match.
    private func play(_ file: String) throws(Failure) -> ScenarioReport? {
        let bytes = try Files.read(file)
        guard isChosen(file, bytes) else { return nil }
        let report = play(bytes, file)
        guard isUpdating, file != OpenFile.standardInput, report.verdict == .failed else {
            return report
        }
        let update = ExpectationUpdate(of: bytes, from: report)
        guard !update.changes.isEmpty else { return report }
        try Files.write(String(decoding: update.text, as: UTF8.self), to: file)
        for change in update.changes { context.errors.line("\(file): updated \(change)") }
        return play(try Files.read(file), file)
    }

    /// True if the pattern matches the file or its name.
    func isChosen(_ file: String, _ bytes: [UInt8]) -> Bool {
        guard let pattern else { return true }
        if pattern.matches(file) { return true }
        let name = (try? Document(parsing: bytes))?.root["name"]?.string
        return name.map(pattern.matches) ?? false
    }

    private func play(_ bytes: [UInt8], _ file: String) -> ScenarioReport {
        let folder = filesRead.noting(Files.folder(of: file))
        do throws(Mistakes) {
            let scenario = try Scenario.read(bytes, file: file, folder: folder)
            coverage?.declare(scenario)
            return Play.run(scenario, file: file, observer: coverage)
        } catch {
            return ScenarioReport(file: file, mistakes: error)
        }
    }

    // MARK: Printing

    func print(_ report: ScenarioReport) {
        let (word, style): (String, Output.Style) =
            switch report.verdict {
            case .passed: ("PASS ", .green)
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

    private func count(_ reports: [ScenarioReport], _ verdict: ScenarioReport.Status) -> Int {
        reports.count { $0.verdict == verdict }
    }

    private func printCounts(_ reports: [ScenarioReport]) {
        context.line(
            "\(count(reports, .passed)) passed, \(count(reports, .failed)) failed,"
                + " \(count(reports, .error)) with errors")
    }

    private func printJSON(_ reports: [ScenarioReport]) {
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

/// The files that scenarios opened.
final class FileList: Sendable {
    private let opened = Mutex<Set<String>>([])

    var paths: [String] { opened.withLock { $0.sorted() } }

    /// Returns a folder whose opened files are added to the list.
    func noting(_ path: String) -> Folder {
        let folder = Folder.directory(path)
        return Folder { [self] file throws(FileFailure) in
            let isAbsolute = file.hasPrefix("/") || path.isEmpty
            let whole = isAbsolute ? file : path == "/" ? path + file : "\(path)/\(file)"
            opened.withLock { _ = $0.insert(whole) }
            return try folder.open(file)
        }
    }
}
