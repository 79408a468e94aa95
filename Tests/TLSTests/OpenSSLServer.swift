import Foundation
import TestSupport
import Testing

/// `openssl s_server` with one of the test certificates, for one connection.
final class OpenSSLServer: Sendable {
    let port: UInt16
    private let process: ChildProcess

    /// - Parameters:
    ///   - certificate: the name of one of `Certificates`.
    ///   - options: more options of `s_server`.
    init(_ certificate: String, _ options: [String] = []) throws {
        let material = try Certificates.shared.get()
        process = try ChildProcess(
            [
                "openssl", "s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-cert",
                material.path("\(certificate).pem"), "-key", material.path("\(certificate).key"),
            ] + options, folder: material.folder.path, input: .pipe, output: .pipe, errors: .output)
        var port: UInt16?
        while port == nil, let line = process.output.line() {
            // The line that names the port: ACCEPT 127.0.0.1:41593.
            if line.hasPrefix("ACCEPT ") {
                port = line.split(separator: ":").last.flatMap { UInt16($0) }
            }
        }
        self.port = try #require(port, "s_server did not start")
    }

    /// Types a line at the server: a command such as `Q` or `K`, or text that it sends to its client.
    func type(_ line: String) { process.input.write(line + "\n") }

    /// The output of the server up to its end, which comes after its one connection.
    func outputToEnd() -> String {
        process.input.end()
        return process.output.rest()
    }

    /// Waits for a line with the text; the lines up to it.
    func lines(until text: String) throws -> [String] {
        var lines: [String] = []
        while let line = process.output.line() {
            lines.append(line)
            if line.contains(text) { return lines }
        }
        throw Silence(wanted: text, lines: lines)
    }

    /// Reads bytes that the client sent, past the lines that were read.
    func bytes(_ count: Int) -> [UInt8] { process.output.bytes(count) }

    /// Ends the server at once, so that it cannot end its session.
    func killAtOnce() {
        process.signal(SIGKILL)
        process.waitForEnd()
    }

    struct Silence: Error {
        let wanted: String
        let lines: [String]
    }
}
