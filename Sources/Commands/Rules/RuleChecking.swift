import Invocation
import JSON
import Workspace

/// Tells every mistake in the expressions of a workspace.
enum RuleChecking: Command {
    static let usage = Usage(
        "rules check", "find every mistake in a workspace's conditions, mappings and filters",
        details: "Needs no database: what the file leaves out is taken to be missing.",
        operands: [workspace], options: [Common.json])

    static let workspace = Operand<String?>.optional(
        "WORKSPACE", .path, "the file, fixtures/workspace.json if not given")

    static func run(_ context: Context) throws -> ExitCode {
        let path = context[workspace] ?? "fixtures/workspace.json"
        let bytes = try Files.read(path)
        let folder = Folder.directory(Files.folder(of: path))
        do {
            _ = try WorkspaceFile.read(bytes, file: path, folder: folder)
        } catch {
            if context[Common.json] {
                var writer = Writer()
                error.write(to: &writer)
                context.line(String(decoding: writer.bytes, as: UTF8.self))
            } else {
                context.errors.write(error.description)
            }
            return .failed
        }
        context.line("\(path): nothing to mend")
        return .ok
    }
}
