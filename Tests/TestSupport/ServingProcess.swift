import Foundation
import Synchronization

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
    private let process: Mutex<Process>

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
        let apply = Process()
        apply.executableURL = URL(filePath: binary)
        apply.arguments = ["apply", file.path, "--db", database]
        apply.standardOutput = FileHandle.nullDevice
        try apply.run()
        apply.waitUntilExit()
        guard apply.terminationStatus == 0 else {
            throw Failure(message: "apply ended with \(apply.terminationStatus)")
        }
        let serve = Process()
        serve.executableURL = URL(filePath: binary)
        serve.arguments = ["serve", "--db", database, "--listen", "127.0.0.1:0"] + flags
        serve.standardOutput = FileHandle.nullDevice
        let log = Pipe()
        serve.standardError = log
        try serve.run()
        port = try Self.port(from: log.fileHandleForReading)
        // What it logs later is read and dropped, so that the pipe never fills.
        log.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
        process = Mutex(serve)
    }

    /// The line that says what it listens on is the first that names a port.
    private static func port(from log: FileHandle) throws -> UInt16 {
        var text = ""
        while true {
            let data = log.availableData
            guard !data.isEmpty else { throw Failure(message: "serve ended: \(text)") }
            text += String(decoding: data, as: UTF8.self)
            guard let range = text.range(of: #""port":"#) else { continue }
            let digits = text[range.upperBound...].prefix { $0.isNumber }
            if let port = UInt16(digits) { return port }
        }
    }

    package func stop() {
        process.withLock {
            $0.terminate()
            $0.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: folder)
    }
}
