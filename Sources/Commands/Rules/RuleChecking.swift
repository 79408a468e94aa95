import Gateway
import Invocation
import JSON
import Programmes
import Reading
import Rules
import Workspace

/// The command that lists the mistakes in the expressions of a workspace, and the warnings about
/// them.
enum RuleChecking: Command {
    static let usage = Usage(
        "rules check", "find every mistake in the conditions, mappings and filters of a workspace",
        details: """
            Also warns of valid expressions that are probably unintended, and prints the \
            estimated cost of each expression. Needs no database. Exit code 1 if there is a \
            mistake.
            """,
        operands: [workspace], options: [Common.zoneinfo, Common.json])

    static let workspace = Operand<String?>.optional(
        "WORKSPACE", .path, "the workspace file; fixtures/workspace.json if not given")

    static func run(_ context: Context) throws -> ExitCode {
        let path = context[workspace] ?? "fixtures/workspace.json"
        let lint = WorkspaceFile.lint(
            try Files.read(path), file: path,
            folder: Folder.directory(Files.folder(of: path)),
            zones: ZoneFolder.zones(in: context[Common.zoneinfo]))
        if context[Common.json] {
            context.json(lint.json)
        } else {
            if lint.mistakes.count > 0 { context.errors.write(lint.mistakes.located) }
            for warning in lint.warnings { context.errors.write("warning: \(warning.located)") }
            context.line(lint.summary)
        }
        return lint.mistakes.count == 0 ? .ok : .failed
    }
}

extension WorkspaceLint {
    fileprivate var summary: String {
        let words =
            "\(counted(expressions.count, "valid expression"));"
            + " \(counted(mistakes.count, "mistake")), \(counted(warnings.count, "warning"))"
        guard let dearest = expressions.max(by: { $0.cost.maximum < $1.cost.maximum }) else {
            return words
        }
        return words
            + "\nthe most expensive is \(dearest.pointer): up to \(dearest.cost.maximum) units"
    }

    fileprivate var json: [UInt8] {
        var writer = Writer(reservingCapacity: 1024)
        writer.beginObject()
        writer.list("mistakes", mistakes.list) { $0.write(to: &$1) }
        writer.member("omitted", mistakes.omitted)
        writer.list("warnings", warnings) { $0.write(to: &$1) }
        writer.key("expressions")
        writer.beginArray()
        for expression in expressions {
            writer.beginObject()
            writer.member("pointer", expression.pointer)
            writer.member("type", expression.type)
            writer.key("cost")
            writer.beginObject()
            writer.member("minimum", expression.cost.minimum)
            writer.member("maximum", expression.cost.maximum)
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}

private func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}
