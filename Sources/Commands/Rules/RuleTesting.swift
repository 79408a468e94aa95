import Invocation
import Rules
import Sockets

/// The command that plays scenario files against a gateway of its own.
enum RuleTesting: Command {
    static let usage = Usage(
        "rules test", "run scenario files against a gateway on a scratch database",
        details: """
            Each file runs by itself in this process, with a clock of its own and the same code \
            as in production. Folders are searched for `*.json` files with `steps`. A difference \
            is shown with the failed checks of the decision. Exit code 1 if an expectation fails \
            or a file is not a scenario.

            --update replaces the failing values in `expect` by the observed ones, keeps the \
            other text of the file, and plays the file again.
            """,
        operands: [paths], options: [pattern, update, watch, Common.json, junit])

    static let paths = Operand<[String]>.repeated(
        "PATH", .path, "scenario files, or folders of them")
    static let pattern = Option<String?>.optional(
        "run", .text("PATTERN"),
        "run only the scenarios whose file or name matches this regular expression (RE2)",
        hasVariable: false)
    static let update = Option.flag(
        "update", "write the observed values into the failing expectations", hasVariable: false)
    static let watch = Option.flag(
        "watch", "run again whenever a scenario or a file that it names changes",
        hasVariable: false)
    static let junit = Option<String?>.optional(
        "junit", .path, "write the results to this file as JUnit XML", hasVariable: false)

    static func run(_ context: Context) throws -> ExitCode {
        let run = ScenarioRun(
            paths: context[paths], pattern: try regex(context),
            isUpdating: context[update], junit: context[junit], context: context)
        guard context[watch] else { return try run.play() ? .ok : .failed }
        let untilStopped = context.takeSignals()
        let folders: FolderWatch
        do throws(SystemError) { folders = try FolderWatch() } catch {
            throw Failure(.environment, "files cannot be watched: \(error)")
        }
        let thread: Thread
        do throws(SystemError) {
            thread = try Thread(name: "scenarios") { run.repeatOnChanges(folders) }
        } catch {
            throw Failure(.environment, "files cannot be watched: \(error)")
        }
        untilStopped()
        folders.stop()
        thread.join()
        return .ok
    }

    /// The pattern of --run; nil if it is not given.
    static func regex(_ context: Context) throws(Failure) -> TextPattern? {
        guard let pattern = context[pattern] else { return nil }
        do throws(TextPattern.Failure) { return try TextPattern(pattern) } catch {
            throw Failure(.usage, "--run: \(error)")
        }
    }
}
