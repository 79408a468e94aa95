import Foundation
import Glibc
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
    private let process = Process()
    private let input = Pipe()
    private let output: Lines

    init(_ sample: String, secret: String, in folder: TestFolder) throws {
        let python = try #require(ReceiverSample.python, "REFGATE_PYTHON is not set")
        process.executableURL = URL(filePath: python)
        process.arguments = [
            ReceiverSample.root.appending(path: "Tests/Foreign/receiver.py").path,
            try folder.write(sample, to: "receiver.py"),
        ]
        var environment = ProcessInfo.processInfo.environment
        environment["REFGATE_SECRET"] = secret
        process.environment = environment
        process.standardInput = input
        let pipe = Pipe()
        process.standardOutput = pipe
        output = Lines(pipe)
        try process.run()
        port = try #require(UInt16(try output.next()))
    }

    /// Waits for the next request that the sample got.
    func next() throws -> ReceivedBySample {
        try JSONDecoder().decode(ReceivedBySample.self, from: Data(try output.next().utf8))
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// The lines of a pipe, each awaited for at most twenty seconds.
    private struct Lines {
        private final class Buffer { var bytes: [UInt8] = [] }

        private let pipe: Pipe
        private let buffer = Buffer()

        init(_ pipe: Pipe) { self.pipe = pipe }

        func next() throws -> String {
            while true {
                if let end = buffer.bytes.firstIndex(of: UInt8(ascii: "\n")) {
                    defer { buffer.bytes.removeFirst(end + 1) }
                    return String(decoding: buffer.bytes[..<end], as: UTF8.self)
                }
                var state = pollfd(
                    fd: pipe.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&state, 1, 20_000) > 0 else { throw Silence() }
                let more = pipe.fileHandleForReading.availableData
                guard !more.isEmpty else { throw Silence() }
                buffer.bytes += more
            }
        }
    }
}
