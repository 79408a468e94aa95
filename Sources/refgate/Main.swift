import Commands
import FoundationEssentials
import Glibc
import Sockets

/// Hands the process over to the command line.
@main
enum Main {
    static func main() {
        Signals.ignoreBrokenPipes()
        let context = Context(
            environment: ProcessInfo.processInfo.environment,
            isTerminal: isatty(STDOUT_FILENO) == 1,
            out: { write($0, to: STDOUT_FILENO) }, err: { write($0, to: STDERR_FILENO) },
            takeSignals: {
                let stop = Stop()
                return { stop.wait() }
            })
        exit(Program.run(Array(CommandLine.arguments.dropFirst()), context).rawValue)
    }

    private static func write(_ text: String, to descriptor: CInt) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// The signals to stop, blocked before any thread starts so that all threads inherit that.
private final class Stop: Sendable {
    private let signals: Signals?

    init() { signals = try? Signals() }

    func wait() { _ = try? signals?.wait() }
}
