import Foundation
import TestSupport
import Testing

/// A shell in a folder of its own, with the built program on its path, that is typed into.
final class TypedShell {
    static let binary = ProcessInfo.processInfo.environment["REFGATE_BINARY"]

    private let process: ChildProcess
    private let folder: URL
    private let adapted: (String) -> String
    private(set) var said = ""

    /// - Parameter adapted: puts other ports into what is typed.
    init(listening port: UInt16, _ adapted: @escaping (String) -> String) throws {
        self.adapted = adapted
        folder = FileManager.default.temporaryDirectory
            .appending(path: "refgate-readme-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var environment = ProcessInfo.processInfo.environment
        let place = URL(filePath: Self.binary ?? "").deletingLastPathComponent().path
        environment["PATH"] = place + ":" + (environment["PATH"] ?? "")
        for name in environment.keys where name.hasPrefix("REFGATE_") { environment[name] = nil }
        environment["REFGATE_LISTEN"] = "127.0.0.1:\(port)"
        environment["fixtures"] = House.root.appending(path: "fixtures").path
        process = try ChildProcess(
            ["bash", "-em"], environment: environment, folder: folder.path, input: .pipe,
            output: .pipe, errors: .output)
        type("trap 'kill %1 %2 2>/dev/null || true' EXIT\n")
    }

    func type(_ block: String) { process.input.write(adapted(block)) }

    /// Reads until it has said this; false after twenty seconds without a word, or at its end.
    func wait(for words: String) -> Bool {
        if !said.contains(words) { said += process.output.text(through: words) }
        return said.contains(words)
    }

    /// Nothing more is typed: its exit status, when all that it started has ended too.
    func ends() -> Int {
        process.input.end()
        said += process.output.rest()
        return process.waitForEnd()
    }

    /// Leaves nothing behind, however the test went.
    func end() {
        process.input.end()
        process.waitForEnd()
        try? FileManager.default.removeItem(at: folder)
    }
}
