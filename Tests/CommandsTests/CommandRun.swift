import Commands
import Foundation
import Invocation
import Sockets
import Time

/// A command run in this process, as from the command line.
struct CommandRun {
    let code: ExitCode
    let output: String
    let errors: String

    init(_ words: String..., at now: Instant? = nil) {
        self.init(words, at: now)
    }

    /// As on a terminal.
    init(onTerminal words: [String]) {
        let (output, errors) = (Transcript(), Transcript())
        let world = World(
            output: output.output(isTerminal: true), errors: errors.output(isTerminal: true))
        code = Tool.refgate.run(words, in: world)
        self.output = output.text
        self.errors = errors.text
    }

    /// - Parameter untilStopped: what happens while a command serves; it is stopped when that returns.
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

    /// The output as Foundation reads it.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
    }
}

/// What a command says, for whoever waits for it to say something.
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

    /// Waits until it has said this; false after twenty seconds.
    func wait(for words: String) -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while !text.contains(words) {
            guard ContinuousClock.now < deadline else { return false }
            _ = wakeUp.wait(milliseconds: 200)
        }
        return true
    }

    /// What stands between a text it said and the next white space.
    func word(after words: String) -> String {
        guard let range = text.range(of: words) else { return "" }
        return String(text[range.upperBound...].prefix { !$0.isWhitespace && $0 != "," })
    }
}

/// Where the package keeps its fixtures.
let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "fixtures").path

/// A folder for one test, gone with it.
final class TestFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "refgate-commands-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and gives its path.
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
