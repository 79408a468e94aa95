import HTTP
import Invocation
import JSON
import Sockets
import Synchronization
import Time
import Transport
import Webhooks

/// Receives notifications as a subscriber would.
enum Listening: Command {
    static let usage = Usage(
        "listen", "receive notifications on this machine, verify them and print each",
        details: """
            Prints one line for each delivery: when it came, its id and type, whether its signatures \
            are valid, and what was answered. A gateway on this machine may call it when it serves \
            with --allow-targets 127.0.0.0/8 --allow-http-targets.
            """,
        options: [port, secret, statuses, delay, retryAfter, quiet, Common.json])

    static let port = Option(
        "port", .integer(in: 0...65_535), default: "9000",
        "the port on 127.0.0.1, 0 for one that is free", hasVariable: false)
    static let secret = Option<String?>.optional(
        "secret", .text("SECRET"), "the webhook's secret; without it nothing is verified")
    static let statuses = Option(
        "status", statusList, default: "200",
        "what to answer, in turn; the last one stays", hasVariable: false)
    static let delay = Option(
        "delay", .duration(in: .zero...(.seconds(3600))), default: "0s",
        "how long each answer takes", hasVariable: false)
    static let retryAfter = Option<String?>.optional(
        "retry-after", .text("TEXT"), "send this Retry-After along", hasVariable: false)
    static let quiet = Option.flag("quiet", "print no deliveries", hasVariable: false)

    private static let statusList = Kind<[Status]>(
        "STATUS", allowed: "statuses from 200 to 599 are needed, such as 500,503,200"
    ) { text in
        var statuses: [Status] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let code = Int(part), (200...599).contains(code) else { return nil }
            statuses.append(Status(code))
        }
        return statuses
    }

    static func run(_ context: Context) throws -> ExitCode {
        let untilStopped = context.world.takeSignals()
        let receiver: Receiver
        do {
            receiver = try Receiver(context)
        } catch {
            throw Failure(.usage, "the secret cannot be used: \(error)")
        }
        let number: UInt16
        let server: Server
        do throws(SystemError) {
            server = try Server(
                address: Address(ipv4: 0x7F00_0001, port: UInt16(context[port]))
            ) { ReceiverHandler(receiver, on: $0) }
            number = try server.start()
        } catch {
            throw Failure(.environment, "port \(context[port]) cannot be listened on: \(error)")
        }
        if !context[Common.json] {
            context.line("listening on http://127.0.0.1:\(number), until interrupted")
        }
        untilStopped()
        server.stop()
        server.wait()
        context.errors.line("\(receiver.summary)")
        return receiver.hasRefused ? .failed : .ok
    }
}

/// What a receiver is told of itself, and counts.
final class Receiver: Sendable {
    private struct Counts {
        var received = 0
        var valid = 0
        var refused = 0
        var ids: Set<String> = []
    }

    private let verifiers: [(name: String, verifier: Verifier)]
    private let statuses: [Status]
    let delay: Duration
    private let retryAfter: String?
    private let context: Context
    private let printsJSON, isQuiet: Bool
    private let counts = Mutex(Counts())

    init(_ context: Context) throws(ConfigurationError) {
        self.context = context
        statuses = context[Listening.statuses]
        delay = context[Listening.delay]
        retryAfter = context[Listening.retryAfter]
        printsJSON = context[Common.json]
        isQuiet = context[Listening.quiet]
        var made: [(name: String, verifier: Verifier)] = []
        if let secret = context[Listening.secret] {
            let secrets = [SecretSpec(secret)]
            made.append(("webhook-signature", try Verifier(.standardWebhooks, secrets: secrets)))
            made.append(("x-webhook-signature", try Verifier(.hmac, secrets: secrets)))
        }
        verifiers = made
    }

    var hasRefused: Bool { counts.withLock { $0.refused > 0 } }

    var summary: String {
        counts.withLock { counts in
            "\(counts.received) received, \(counts.ids.count) different, \(counts.valid) valid,"
                + " \(counts.refused) not valid"
        }
    }

    /// Verifies a delivery, prints it, and says what to answer.
    func take(_ request: Request) -> Response {
        let now = context.clock.now()
        let id = request.fields.first("webhook-id").map { String(decoding: $0, as: UTF8.self) }
        let verdict = verdict(on: request, now)
        let number = counts.withLock { counts in
            counts.received += 1
            if verdict == "valid" { counts.valid += 1 }
            if verdict != "valid", !verifiers.isEmpty { counts.refused += 1 }
            if let id { counts.ids.insert(id) }
            return counts.received
        }
        var status = statuses[min(number, statuses.count) - 1]
        if !verifiers.isEmpty, verdict != "valid" { status = .unauthorized }
        if !isQuiet { tell(request, id, verdict, status, now) }
        var fields = Fields()
        if let retryAfter { fields.append("retry-after", retryAfter) }
        return Response(
            status: status, fields: fields, contentType: .json,
            body: Array(#"{"received":true}"#.utf8))
    }

    private func verdict(on request: Request, _ now: Instant) -> String {
        guard !verifiers.isEmpty else { return "not verified" }
        for (name, verifier) in verifiers {
            let verdict = try? verifier.verify(
                fields: request.fields, body: request.body, now: now)
            switch verdict {
            case .valid: continue
            case .refused(let refusal): return "\(name): \(refusal.verdict)"
            case nil: return "\(name): OpenSSL failed"
            }
        }
        return "valid"
    }

    private func tell(
        _ request: Request, _ id: String?, _ verdict: String, _ status: Status, _ now: Instant
    ) {
        let document = try? Document(parsing: request.body)
        let type = document.flatMap {
            $0.root["type"]?.string ?? $0.root["event_type"]?.string ?? $0.root["event"]?.string
        }
        guard printsJSON else {
            let said = [now.rfc3339, id ?? "(no id)", type ?? "(no type)", verdict]
            context.line(said.joined(separator: "  ") + "  → \(status.code)")
            context.line("    " + String(decoding: request.body, as: UTF8.self))
            return
        }
        var json = Writer()
        json.beginObject()
        json.key("at")
        json.string(now.rfc3339)
        json.key("path")
        json.string(request.target.pathText)
        json.key("verdict")
        json.string(verdict)
        json.key("status")
        json.integer(Int(status.code))
        json.key("headers")
        json.beginObject()
        request.fields.forEach { name, value in
            json.key(String(decoding: name, as: UTF8.self))
            json.string(String(decoding: value, as: UTF8.self))
        }
        json.endObject()
        json.key("body")
        json.string(String(decoding: request.body, as: UTF8.self))
        json.endObject()
        context.line(String(decoding: json.bytes, as: UTF8.self))
    }
}

/// Answers at once, or after a while.
private final class ReceiverHandler: Handler {
    private let receiver: Receiver
    private let loop: Loop

    init(_ receiver: Receiver, on loop: Loop) {
        self.receiver = receiver
        self.loop = loop
    }

    func admit(_ head: Request) -> Admission { .accept(maxBody: 1 << 20) }

    func handle(_ request: Request, reply: Reply) {
        let response = receiver.take(request)
        guard receiver.delay > .zero else { return reply.answer(response) }
        loop.schedule(after: receiver.delay) { reply.answer(response) }
    }
}
