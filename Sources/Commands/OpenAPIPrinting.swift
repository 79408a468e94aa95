import Gateway
import Invocation

/// The command that prints the OpenAPI document.
enum OpenAPIPrinting: Command {
    static let usage = Usage(
        "openapi", "print the OpenAPI 3.1 document of the HTTP API and the notifications",
        details: "A gateway answers `GET /openapi.json` with the same document.",
        operands: [], options: [])

    static func run(_ context: Context) -> ExitCode {
        context.json(OpenAPI.document)
        return .ok
    }
}
