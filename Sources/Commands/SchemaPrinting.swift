import Invocation
import Scenarios
import Schemas
import Workspace

/// The command that prints the JSON Schema of a file format.
enum SchemaPrinting: Command {
    static let usage = Usage(
        "schema", "print the JSON Schema of the workspace or scenario file",
        details: """
            An editor that knows the schema completes and checks the file. The member `$schema` at \
            the top of a file may name it; it has no other effect.
            """,
        operands: [format], options: [])

    /// The formats that have a schema.
    enum Format: String, CaseIterable {
        case workspace, scenario

        var schema: JSONSchema {
            switch self {
            case .workspace: WorkspaceFile.schema
            case .scenario: Scenario.schema
            }
        }
    }

    static let format = Operand<Format>(
        "FORMAT",
        Kind(
            "FORMAT", allowed: "workspace or scenario is needed",
            choices: Format.allCases.map(\.rawValue)
        ) { Format(rawValue: $0) }, "workspace or scenario")

    static func run(_ context: Context) -> ExitCode {
        let format = context[format]
        context.json(format.schema.document(titled: "refgate \(format.rawValue)"))
        return .ok
    }
}
