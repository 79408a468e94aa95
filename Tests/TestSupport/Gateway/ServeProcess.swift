import Foundation
import Glibc

/// The built `refgate serve` as a process of its own.
package final class ServeProcess {
    package struct DidNotStart: Error, CustomStringConvertible {
        package let status: Int
        package let said: String
        package var description: String { "ended with \(status): \(said)" }
    }

    package let port: UInt16
    private let process: ChildProcess
    private let log: URL

    /// Where the build put the executable: beside the running tests.
    package static let executable: URL = {
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appending(path: "refgate")
    }()

    /// Starts it, and returns when it is ready to take deliveries.
    ///
    /// - Parameters:
    ///   - path: where the database is for the process, if elsewhere.
    ///   - wrapper: a command that is given the executable and its arguments, such as `setpriv`.
    ///   - flags: more of its options.
    ///   - output: the place to which the standard output leads.
    package init(
        _ database: ScratchDatabase, path: String? = nil, flags: [String] = [],
        wrapper: [String] = [], output: ChildProcess.Channel = .null
    ) throws {
        port = try Self.freePort()
        log = database.folder.appending(path: "serve-\(port).log")
        try Data().write(to: log)
        process = try ChildProcess(
            wrapper + [
                Self.executable.path, "serve", "--db", path ?? database.path, "--listen",
                "127.0.0.1:\(port)",
            ] + flags, output: output, errors: .file(log.path))
        try waitUntilReady()
    }

    package var identifier: pid_t { process.identifier }

    /// The standard output, where it leads to a pipe.
    package var output: PipeReader { process.output }

    package var said: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    package func connect() throws -> Client { try Client(port: port, isGateway: true) }

    /// Ends it between two instructions.
    package func killAtOnce() { process.signal(SIGKILL) }

    /// Asks it to end.
    package func terminate() { process.signal(SIGTERM) }

    /// Waits for its end; returns its exit status, or the negative number of the signal that ended it.
    package func waitForEnd() -> Int { process.waitForEnd() }

    /// Another process tells by nothing but its port that it is ready, so it is asked until it is.
    private func waitUntilReady() throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline, process.isRunning {
            if let response = try? connect().request("GET", "/readyz"), response.status == 200 {
                return
            }
            poll(nil, 0, 2)
        }
        if process.isRunning { killAtOnce() }
        throw DidNotStart(status: waitForEnd(), said: said)
    }

    /// A port that was free a moment ago.
    package static func freePort() throws -> UInt16 {
        let number = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(number) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, size) == 0 ? getsockname(number, $0, &size) : -1
            }
        }
        guard result == 0 else { throw Client.Failure.refused(errno: errno) }
        return UInt16(bigEndian: address.sin_port)
    }
}
