import Foundation
import TestSupport
import Testing

/// A sample receiver of the documentation, extracted from its page.
enum ReceiverSample {
    static let root = URL(filePath: fixtures).deletingLastPathComponent()

    /// Returns the only block of code in a language on the page "Receivers".
    static func text(in language: String) throws -> String {
        let page = try String(
            contentsOf: root.appending(path: "Sources/refgate/refgate.docc/Receivers.md"),
            encoding: .utf8)
        let blocks = page.components(separatedBy: "```\(language)\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```\n").first }
        try #require(blocks.count == 1, "one sample in \(language)")
        return blocks[0] + "\n"
    }

    /// The Python installation that `Tests/Foreign/prepare` created.
    static let python: String? = {
        let path = ProcessInfo.processInfo.environment["REFGATE_PYTHON"]
        if path == nil { print("skipped: REFGATE_PYTHON is not set (see Tests/Foreign/prepare)") }
        return path
    }()

    /// With `CI=true`, a missing installation is a failure.
    static let mustRun = ProcessInfo.processInfo.environment["CI"] == "true"
}

/// A request that a receiver got, and its response.
struct ReceivedBySample: Decodable {
    var path: String
    var headers: [[String]]
    var body: Data
    var status: Int
    /// Whether the official package of Standard Webhooks verifies the request; nil without such a package.
    var official: Bool?
}

/// `Tests/Foreign/receiver.py` or `receiver.js` with a sample. It ends with its input, so at the latest with this
/// process.
final class SampleProcess {
    struct Silence: Error {}

    /// The runtime of a sample.
    enum Runtime: String, CaseIterable {
        case flask, express

        /// True if the runtime is installed. Express is Debian's package `node-express`.
        var isInstalled: Bool {
            switch self {
            case .flask: ReceiverSample.python != nil
            case .express: Self.hasExpress
            }
        }

        private static let hasExpress: Bool = {
            let found = try? FinishedProcess(
                ["env", nodePath, "node", "-e", "require('express')"], errors: .null)
            if found?.status != 0 { print("skipped: Node has no express (Debian: node-express)") }
            return found?.status == 0
        }()

        fileprivate func command() throws -> [String] {
            let folder = ReceiverSample.root.appending(path: "Tests/Foreign")
            switch self {
            case .flask:
                let python = try #require(ReceiverSample.python, "REFGATE_PYTHON is not set")
                return [python, folder.appending(path: "receiver.py").path]
            case .express:
                return ["env", Self.nodePath, "node", folder.appending(path: "receiver.js").path]
            }
        }

        /// The folder of Debian's packages, which other builds of Node do not search.
        private static let nodePath = "NODE_PATH=/usr/share/nodejs"
    }

    let port: UInt16
    private let process: ChildProcess

    /// - Parameter file: The path of the sample.
    init(_ runtime: Runtime, file: String, secret: String) throws {
        var environment = ProcessInfo.processInfo.environment
        environment["REFGATE_SECRET"] = secret
        environment["PYTHONUNBUFFERED"] = "1"
        process = try ChildProcess(
            try runtime.command() + [file], environment: environment, input: .pipe, output: .pipe,
            errors: .pipe)
        port = try #require(UInt16(try Self.line(process.output)))
    }

    /// A sample for Flask.
    convenience init(_ sample: String, secret: String, in folder: TestFolder) throws {
        try self.init(.flask, file: try folder.write(sample, to: "receiver.py"), secret: secret)
    }

    /// Waits for the next request that the sample got.
    func next() throws -> ReceivedBySample {
        try JSONDecoder().decode(
            ReceivedBySample.self, from: Data(try Self.line(process.output).utf8))
    }

    /// Waits for the next line that the sample wrote.
    func written() throws -> String { try Self.line(process.errors) }

    func stop() {
        process.input.end()
        process.waitForEnd()
    }

    private static func line(_ reader: PipeReader) throws -> String {
        guard let line = reader.line() else { throw Silence() }
        return line
    }
}
