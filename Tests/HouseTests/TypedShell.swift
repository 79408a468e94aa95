import Foundation
import Testing

/// A shell in a folder of its own, with the built program on its path, that is typed into.
final class TypedShell {
    static let binary = ProcessInfo.processInfo.environment["REFGATE_BINARY"]

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let folder: URL
    private let adapted: (String) -> String
    private(set) var said = ""

    /// - Parameter adapted: puts other ports into what is typed.
    init(listening port: UInt16, _ adapted: @escaping (String) -> String) throws {
        self.adapted = adapted
        folder = FileManager.default.temporaryDirectory
            .appending(path: "refgate-readme-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["bash", "-em"]
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        let place = URL(filePath: Self.binary ?? "").deletingLastPathComponent().path
        environment["PATH"] = place + ":" + (environment["PATH"] ?? "")
        for name in environment.keys where name.hasPrefix("REFGATE_") { environment[name] = nil }
        environment["REFGATE_LISTEN"] = "127.0.0.1:\(port)"
        environment["fixtures"] = House.root.appending(path: "fixtures").path
        process.environment = environment
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        type("trap 'kill %1 %2 2>/dev/null || true' EXIT\n")
    }

    func type(_ block: String) {
        try? input.fileHandleForWriting.write(contentsOf: Data(adapted(block).utf8))
    }

    /// Reads until it has said this; false after thirty seconds without a word, or at its end.
    func wait(for words: String) -> Bool {
        while !said.contains(words) {
            guard hear() else { return false }
        }
        return true
    }

    /// Nothing more is typed: its exit status, when all that it started has ended too.
    func ends() -> Int32 {
        try? input.fileHandleForWriting.close()
        while hear() {}
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Leaves nothing behind, however the test went.
    func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    private func hear() -> Bool {
        var state = pollfd(
            fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&state, 1, 30_000) > 0 else { return false }
        let bytes = output.fileHandleForReading.availableData
        said += String(decoding: bytes, as: UTF8.self)
        return !bytes.isEmpty
    }

    /// A port that was free a moment ago.
    static func freePort() throws -> UInt16 {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        try #require(isBound)
        return UInt16(bigEndian: address.sin_port)
    }
}
