import Invocation
import JSON
import Reading
import Scenarios
import Sockets
import Time
import Workspace

/// The command that sends recorded payloads as their senders would, and counts the outcomes.
enum Replaying: Command {
    static let usage = Usage(
        "replay", "send recorded payloads, signed as their sources would, and count the outcomes",
        details: """
            A payload is a file SOURCE/NAME.json, with further headers in SOURCE/NAME.headers. \
            The folder has the id or the name of the source, or the name of its preset. Without --to, a \
            gateway on a scratch database with the declarations of --workspace receives the \
            payloads. Exit code 1 if an answer is neither 200 nor 422.
            """,
        operands: [paths], options: [workspace, to, concurrency, Common.json])

    static let paths = Operand<[String]>.repeated(
        "PATH", .path, "payload files, or folders of them such as fixtures/payloads")
    static let workspace = Option(
        "workspace", .path, default: "fixtures/workspace.json",
        "the workspace file that declares the sources and their secrets",
        hasVariable: false)
    static let to = Option<String?>.optional(
        "to", .url, "the URL of a running gateway, such as http://127.0.0.1:8080",
        hasVariable: false)
    static let concurrency = Option(
        "concurrency", .integer(in: 1...256), default: "1",
        "the number of concurrent requests; with 1, the payloads are sent in the order of their names",
        hasVariable: false)

    static func run(_ context: Context) throws -> ExitCode {
        let file = context[workspace]
        let folder = Folder.directory(Files.folder(of: file))
        let declared = try read(file, in: folder)
        var payloads: [RecordedPayload] = []
        for path in context[paths] {
            for file in try Files.found(at: path, ending: ".json") {
                payloads.append(try payload(file, declared))
            }
        }
        guard !payloads.isEmpty else { throw Failure(.failed, "there is no payload to send") }
        let replay = Replay(payloads, concurrency: context[concurrency])
        let now = context.clock.now()
        let place = try context[to].map { url throws(Failure) in try HTTPPlace(url) }
        do {
            let answers: [GatewayResponse]
            if let place {
                answers = try replay.run(
                    to: place.host, place.port, below: place.prefix, at: now)
            } else {
                answers = try replay.run(with: declared, in: folder, at: now)
            }
            let summary = ReplaySummary(payloads, answers)
            if context[Common.json] { summary.writeJSON(context) } else { summary.print(context) }
            return summary.isAsExpected ? .ok : .failed
        } catch {
            throw Failure(.environment, words(on: error, context[to]))
        }
    }

    /// Returns the error in words, with a solution if one is known.
    private static func words(on error: any Error, _ url: String?) -> String {
        guard let url, let reason = error as? BlockingHTTPClient.Failure else { return "\(error)" }
        let remedy =
            switch reason {
            case .connection(_, _, .system(let error)) where error.cause == .refused:
                "no gateway listens there; start one with refgate serve, or correct --to"
            case .connection(_, _, .unknownHost): "correct --to"
            case .notHTTP, .tooLong: "the server is not a gateway; correct --to"
            case .connection, .cut: "read the gateway's log, and try again"
            }
        return "\(url): \(reason): \(remedy)"
    }

    private static func read(_ file: String, in folder: Folder) throws(Failure) -> WorkspaceFile {
        let bytes: [UInt8]
        do { bytes = try Files.read(file) } catch {
            throw Failure(
                error.code,
                "\(error.message), or give the file that declares the sources with --workspace")
        }
        do throws(Mistakes) {
            return try WorkspaceFile.read(bytes, file: file, folder: folder)
        } catch {
            throw Failure(.failed, "the workspace has mistakes\n\(error)")
        }
    }

    private static func payload(
        _ file: String, _ declared: WorkspaceFile
    ) throws(Failure) -> RecordedPayload {
        do throws(RecordedPayload.Failure) {
            return try RecordedPayload(file, among: declared.sources)
        } catch {
            throw Failure(.failed, error.description)
        }
    }
}

/// The address of a gateway, from an `http` URL.
struct HTTPPlace {
    let host: String
    let port: UInt16
    /// The path before the gateway's own paths; may be empty.
    let prefix: String

    init(_ url: String) throws(Failure) {
        guard url.hasPrefix("http://") else {
            throw Failure(.usage, "--to: only http URLs are supported; found \(url)")
        }
        let rest = url.dropFirst(7)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = rest[authority.endIndex...]
        prefix = path.hasSuffix("/") ? String(path.dropLast()) : String(path)
        var host = authority
        var port: UInt16 = 80
        let isBare6 = authority.hasSuffix("]")
        if !isBare6, let colon = authority.lastIndex(of: ":") {
            guard let number = UInt16(authority[authority.index(after: colon)...]) else {
                throw Failure(.usage, "--to: \(url) has an invalid port")
            }
            port = number
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.host = String(host)
        self.port = port
    }
}
