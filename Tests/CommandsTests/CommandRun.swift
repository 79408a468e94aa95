import Commands
import Foundation
import Invocation
import Time

/// A command run in this process, as from the command line.
struct CommandRun {
    let code: ExitCode
    let output: String
    let errors: String

    init(_ words: String..., at now: Instant? = nil) {
        self.init(words, at: now)
    }

    init(_ words: [String], at now: Instant? = nil) {
        let (output, errors) = (Transcript(), Transcript())
        let world = World(
            output: output.output(), errors: errors.output(),
            clock: now.map { time in WallClock { time } } ?? .system)
        code = Tool.refgate.run(words, in: world)
        self.output = output.text
        self.errors = errors.text
    }

    /// The output as Foundation reads it.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
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
