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
    private let process = Process()
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
    ///   - standardOutput: where its output goes; nowhere if not given.
    package init(
        _ database: ScratchDatabase, path: String? = nil, flags: [String] = [],
        wrapper: [String] = [], standardOutput: FileHandle = .nullDevice
    ) throws {
        port = try Self.freePort()
        log = database.folder.appending(path: "serve-\(port).log")
        try Data().write(to: log)
        let command =
            wrapper + [
                Self.executable.path, "serve", "--db", path ?? database.path, "--listen",
                "127.0.0.1:\(port)",
            ] + flags
        process.executableURL = URL(filePath: "/usr/bin/env")
        // As from a login shell, whatever the tests were started by: some ignore this signal.
        process.arguments = ["--default-signal=XFSZ"] + command
        process.standardOutput = standardOutput
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        try waitUntilReady()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    package var identifier: pid_t { process.processIdentifier }

    package var said: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    package func connect() throws -> Client { try Client(port: port) }

    /// Ends it between two instructions.
    package func killAtOnce() { kill(process.processIdentifier, SIGKILL) }

    /// Asks it to end.
    package func terminate() { kill(process.processIdentifier, SIGTERM) }

    /// Waits for its end; returns its exit status, or the negative number of the signal that ended it.
    package func waitForEnd() -> Int {
        process.waitUntilExit()
        let status = Int(process.terminationStatus)
        return process.terminationReason == .exit ? status : -status
    }

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

    private static func freePort() throws -> UInt16 {
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
