import Commands
import Foundation
import Invocation
import Sockets
import Time

/// A command that runs in this process, as from the command line.
struct CommandRun {
    let code: ExitCode
    let output: String
    let errors: String

    init(_ words: String..., at now: Instant? = nil) {
        self.init(words, at: now)
    }

    /// Runs a command whose output is a terminal.
    init(onTerminal words: [String]) {
        let (output, errors) = (Transcript(), Transcript())
        let world = World(
            output: output.output(isTerminal: true), errors: errors.output(isTerminal: true))
        code = Tool.refgate.run(words, in: world)
        self.output = output.text
        self.errors = errors.text
    }

    /// - Parameter untilStopped: called while a command serves; the command is stopped when the
    ///   closure returns.
    init(
        _ words: [String], at now: Instant? = nil,
        untilStopped: @escaping @Sendable (Watch) -> Void = { _ in }
    ) {
        let (output, errors) = (Watch(), Transcript())
        let world = World(
            output: output.output, errors: errors.output(),
            clock: now.map { time in WallClock { time } } ?? .system,
            takeSignals: { { untilStopped(output) } })
        code = Tool.refgate.run(words, in: world)
        self.output = output.text
        self.errors = errors.text
    }

    /// The output, parsed by Foundation.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
    }
}

/// The output of a running command, for tests that wait for a text.
final class Watch: Sendable {
    private let transcript = Transcript()
    private let wakeUp = WakeUp()

    var text: String { transcript.text }

    var output: Output {
        let kept = transcript.output()
        return Output { [wakeUp] bytes in
            kept.write(bytes)
            wakeUp.signal()
        }
    }

    /// Waits until the output contains a text; returns false after twenty seconds.
    func wait(for words: String) -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while !text.contains(words) {
            guard ContinuousClock.now < deadline else { return false }
            _ = wakeUp.wait(milliseconds: 200)
        }
        return true
    }

    /// Returns the text between a text of the output and the next white space.
    func word(after words: String) -> String {
        guard let range = text.range(of: words) else { return "" }
        return String(text[range.upperBound...].prefix { !$0.isWhitespace && $0 != "," })
    }
}

/// The folder of the package's fixtures.
let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "fixtures").path

/// A temporary folder that is removed with its owner.
final class TestFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "refgate-commands-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let url = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(path)/\(name)")), as: UTF8.self)
    }
}
