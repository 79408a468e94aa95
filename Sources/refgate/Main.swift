import Commands
import FoundationEssentials
import Glibc
import Invocation
import Paths
import Sockets

/// Hands the process over to the command line.
@main
enum Main {
    static func main() {
        Signals.ignoreStraySignals()
        StandardDescriptors.fillClosed()
        let environment = ProcessInfo.processInfo.environment
        let world = World(
            output: .standardOutput(environment), errors: .standardError(environment),
            environment: environment,
            takeSignals: {
                let stop = Stop()
                return { stop.wait() }
            },
            endWait: { Signals.requestStop() })
        let arguments = ProcessArguments.bytes.map { SystemPath.text($0) }
        exit(Tool.refgate.run(arguments, in: world).rawValue)
    }
}

/// The signals to stop, blocked before any thread starts so that all threads inherit that.
private final class Stop: Sendable {
    private let signals: Signals?

    init() { signals = try? Signals() }

    func wait() { _ = try? signals?.wait() }
}
