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
    var official: Bool
}

/// `Tests/Foreign/receiver.py` with a sample. It ends with its input, so at the latest with this
/// process.
final class SampleProcess {
    struct Silence: Error {}

    let port: UInt16
    private let process: ChildProcess

    init(_ sample: String, secret: String, in folder: TestFolder) throws {
        let python = try #require(ReceiverSample.python, "REFGATE_PYTHON is not set")
        var environment = ProcessInfo.processInfo.environment
        environment["REFGATE_SECRET"] = secret
        process = try ChildProcess(
            [
                python, ReceiverSample.root.appending(path: "Tests/Foreign/receiver.py").path,
                try folder.write(sample, to: "receiver.py"),
            ], environment: environment, input: .pipe, output: .pipe)
        port = try #require(UInt16(try Self.line(process)))
    }

    /// Waits for the next request that the sample got.
    func next() throws -> ReceivedBySample {
        try JSONDecoder().decode(ReceivedBySample.self, from: Data(try Self.line(process).utf8))
    }

    func stop() {
        process.input.end()
        process.waitForEnd()
    }

    private static func line(_ process: ChildProcess) throws -> String {
        guard let line = process.output.line() else { throw Silence() }
        return line
    }
}
