import Invocation
import JSON
import Scenarios

/// The command that plays scenario files and reports the outcomes of rules that did not occur.
enum RuleCoverage: Command {
    static let usage = Usage(
        "rules coverage", "list the outcomes of rules that no scenario reaches",
        details: """
            Plays scenario files as `rules test` does, and counts how often each part of each \
            condition and review expression was true, false and unknown, and how often each \
            check passed, failed and was unknown. A part that another term made unimportant is \
            not counted. Exit code 1 if a scenario fails, or if fewer outcomes occurred than \
            --threshold asks for; each part of a rule has two, true and false.
            """,
        operands: [RuleTesting.paths],
        options: [RuleTesting.pattern, threshold, listing, Common.json])

    static let threshold = Option(
        "threshold", .integer(in: 0...100), default: "0",
        "the least percentage of outcomes that must occur", hasVariable: false)
    static let listing = Option.flag(
        "listing", "print every part of every rule with its numbers of outcomes",
        hasVariable: false)

    static func run(_ context: Context) throws -> ExitCode {
        let coverage = Coverage()
        let run = ScenarioRun(
            paths: context[RuleTesting.paths], pattern: try RuleTesting.regex(context),
            isUpdating: false, junit: nil, context: context, coverage: coverage)
        let reports = try run.reports { report in
            if report.verdict != .passed, !context[Common.json] { run.print(report) }
        }
        let passed = reports.count { $0.verdict == .passed }
        let report = coverage.report
        let isEnough = report.percent >= context[threshold]
        if context[Common.json] {
            var writer = Writer()
            writer.beginObject()
            writer.member("scenarios", reports.count)
            writer.member("passed", passed)
            writer.member("threshold", context[threshold])
            report.write(to: &writer)
            writer.endObject()
            context.json(writer.bytes)
        } else {
            context.line(context[listing] ? report.listing : report.description)
            if passed < reports.count {
                context.errors.line("\(reports.count - passed) of \(reports.count) scenarios fail")
            }
            if !isEnough {
                context.errors.line(
                    "\(report.percent) % is less than the threshold of \(context[threshold]) %")
            }
        }
        return isEnough && passed == reports.count ? .ok : .failed
    }
}
