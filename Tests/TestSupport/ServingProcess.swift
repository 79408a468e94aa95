import Foundation
import Glibc
import Sockets

/// The built `refgate serve` on a scratch database, as users run it.
///
/// The executable is named by REFGATE_BINARY.
package final class ServingProcess: Sendable {
    package static var binary: String? { ProcessInfo.processInfo.environment["REFGATE_BINARY"] }

    package struct Failure: Error {
        package let message: String
    }

    package let port: UInt16
    package let folder: URL
    private let process: ChildProcess

    package var database: String { folder.appending(path: "refgate.db").path }

    /// Applies the workspace to a new database and serves it on a port that the system chooses.
    package init(workspace: String, flags: [String] = []) throws {
        guard let binary = Self.binary else { throw Failure(message: "REFGATE_BINARY is not set") }
        folder = FileManager.default.temporaryDirectory
            .appending(path: "refgate-serve-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "workspace.json")
        try Data(workspace.utf8).write(to: file)
        let database = folder.appending(path: "refgate.db").path
        let apply = try FinishedProcess([binary, "apply", file.path, "--db", database])
        guard apply.status == 0 else {
            throw Failure(message: "apply ended with \(apply.status)")
        }
        process = try ChildProcess(
            [binary, "serve", "--db", database, "--listen", "127.0.0.1:0"] + flags, errors: .pipe)
        let log = process.errors
        port = try Self.port(from: log)
        // The lines that follow are read and dropped, so that the pipe never fills.
        try Thread(name: "log") { _ = log.rest() }.detach()
    }

    /// The line that says what it listens on is the first that names a port.
    private static func port(from log: PipeReader) throws -> UInt16 {
        let mark = #""port":"#
        var text = ""
        while let line = log.line() {
            text += line + "\n"
            guard let range = line.range(of: mark) else { continue }
            if let port = UInt16(line[range.upperBound...].prefix { $0.isNumber }) { return port }
        }
        throw Failure(message: "serve ended: \(text)")
    }

    package func stop() {
        process.signal(SIGTERM)
        process.waitForEnd()
        try? FileManager.default.removeItem(at: folder)
    }
}
