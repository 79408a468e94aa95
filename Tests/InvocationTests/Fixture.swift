import Invocation
import Sockets
import Time

/// A command with every kind of option.
enum Serve: Command {
    enum Mode: String, CaseIterable, Sendable { case fast, careful }

    static let database = Option("db", .path, default: "./refgate.db", "the database file")
    static let listen = Option("listen", .address, default: "127.0.0.1:8080", "where to listen")
    static let maxBody = Option(
        "max-body", .size(in: 1024...1 << 30), default: "1MiB", "the largest body that is read")
    static let timeout = Option(
        "header-timeout", .duration(in: .milliseconds(100)...(.seconds(3600))), default: "10s",
        "how long a request's head may take, from its first byte to its last")
    static let workers = Option<Int?>.optional(
        "workers", .integer(in: 1...64), "how many loops there are; one per processor if not given")
    static let since = Option<Instant?>.optional("since", .instant, "only what came later")
    static let targets = Option<[AddressRange]?>.optional(
        "allow-targets", .ranges, "private addresses that may be called")
    static let mode = Option("mode", .choice(Mode.self), default: "fast", "how to do it")
    static let tag = Option<[String]>.repeated("tag", .text, "a word to remember")
    static let isDry = Option.flag("dry-run", "only say what would be done")

    static let usage = Usage(
        "serve", "take in signed events and send notifications",
        details: "Prints the first key once.",
        options: [
            database, listen, maxBody, timeout, workers, since, targets, mode, tag, isDry,
        ])

    static func run(_ context: Context) throws -> ExitCode {
        context.output.line("\(context[listen]) \(context[database]) \(context[isDry])")
        return .ok
    }
}

/// A command with operands and a required option.
enum Sign: Command {
    static let secret = Option.required("secret", .text, "the secret", hasVariable: false)
    static let file = Operand("FILE", .path, "what is signed")
    static let more = Operand<[String]>.repeated("MORE", .path, "what else is signed", least: 0)
    static let usage = Usage(
        "sign", "sign bodies as their source would", operands: [file, more], options: [secret])

    static func run(_ context: Context) throws -> ExitCode {
        context.output.line(([context[file]] + context[more]).joined(separator: " "))
        return .ok
    }
}

/// A command of a group, which fails as its operand says.
enum CreateKey: Command {
    static let name = Operand<String?>.optional("NAME", .text, "what it is for")
    static let usage = Usage("keys create", "make a key, shown once", operands: [name])

    static func run(_ context: Context) throws -> ExitCode {
        switch context[name] {
        case "expected": throw Failure(.failed, "it was not as expected")
        case "broken": throw SystemFault()
        default: return .ok
        }
    }

    struct SystemFault: Error, CustomStringConvertible {
        var description: String { "the disk is full" }
    }
}

enum RevokeKey: Command {
    static let usage = Usage("keys revoke", "end a key for good")
    static func run(_ context: Context) -> ExitCode { .ok }
}

struct Run {
    var code: ExitCode
    var output: String
    var errors: String
}

func run(_ words: String..., environment: [String: String] = [:]) -> Run {
    let tool = Tool(
        summary: "a gateway between your backends and your referral programme", version: "1.0.0",
        commands: [Serve.self, Sign.self, CreateKey.self, RevokeKey.self])
    let output = Transcript()
    let errors = Transcript()
    let code = tool.run(
        words,
        in: World(
            output: output.output(), errors: errors.output(), environment: environment))
    return Run(code: code, output: output.text, errors: errors.text)
}
