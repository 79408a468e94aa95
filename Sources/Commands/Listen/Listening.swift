import HTTP
import Invocation
import Sockets
import Webhooks

/// The command that receives notifications as a subscriber would.
enum Listening: Command {
    static let usage = Usage(
        "listen", "receive notifications on this machine, verify them and print each",
        details: """
            Prints one line for each delivery: the time, its id and type, the verdict on its \
            signatures, and the status of the answer. A gateway on this machine can call it if it \
            serves with --allow-targets 127.0.0.0/8 --allow-http-targets.
            """,
        options: [port, secret, statuses, delay, retryAfter, quiet, Common.json])

    static let port = Option(
        "port", .integer(in: 0...65_535), default: "9000",
        "the port on 127.0.0.1; 0 for a free one", hasVariable: false)
    static let secret = Option<String?>.optional(
        "secret", .text("SECRET"), "the secret of the webhook; without it nothing is verified")
    static let statuses = Option(
        "status", statusList, default: "200",
        "the statuses to answer, one after another; the last one repeats", hasVariable: false)
    static let delay = Option(
        "delay", .duration(in: .zero...(.seconds(3600))), default: "0s",
        "the delay before each answer", hasVariable: false)
    static let retryAfter = Option<String?>.optional(
        "retry-after", .text("TEXT"), "the value of Retry-After in each answer", hasVariable: false)
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
        let untilStopped = context.takeSignals()
        let printer = DeliveryPrinter(context)
        let receiver: Receiver
        do throws(ConfigurationError) {
            receiver = try Receiver(
                secret: context[secret],
                manner: Receiver.Manner(
                    statuses: context[statuses], delay: context[delay],
                    retryAfter: context[retryAfter]),
                clock: context.clock
            ) { if !context[quiet] { printer.print($0) } }
        } catch {
            throw Failure(
                .usage,
                "\(error.asOption); use the webhook's secret, whsec_ and the base64 of 24 to 64 bytes"
            )
        }
        let number: UInt16
        do throws(SystemError) {
            number = try receiver.open(port: UInt16(context[port]))
        } catch {
            throw Ports.failure("127.0.0.1:\(context[port])", error, option: "--port")
        }
        if context[Common.json] {
            context.errors.line("listening on http://127.0.0.1:\(number)")
        } else {
            context.line("listening on http://127.0.0.1:\(number), until interrupted")
        }
        untilStopped()
        receiver.close()
        if context.output.failure == nil { context.errors.line("\(receiver.summary)") }
        return receiver.hasRefused ? .failed : .ok
    }
}
