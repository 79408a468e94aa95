import Foundation
import Testing

/// Runs what the README shows under "A first event in a minute", as it is printed, in an empty folder.
@Suite struct FirstMinuteTests {
    static let binary = ProcessInfo.processInfo.environment["REFGATE_BINARY"]

    @Test(.enabled(if: binary != nil, "REFGATE_BINARY names the built program"))
    func `what the README shows leads to a reward`() throws {
        let section = try #require(try Readme().section("## A first event in a minute"))
        let script = section.matches(of: /(?m)^```sh\n(?<body>(?s:.)*?)^```$/)
            .map { String($0.output.body) }
            // The first line builds, which is done here, and goes to an empty folder, where we are.
            .filter { !$0.contains("swift build") }
            .joined()
        try #require(script.contains("127.0.0.1:8080"))
        let port = try freePort()
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "refgate-readme-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = try run(
            "trap 'kill %1 2>/dev/null || true' EXIT\n"
                + script.replacingOccurrences(of: "127.0.0.1:8080", with: "127.0.0.1:\(port)"),
            in: folder)
        #expect(output.contains(#""outcome":"rewarded""#), "\(output)")
        #expect(output.contains(#""status":"issued""#), "\(output)")
    }

    private func run(_ script: String, in folder: URL) throws -> String {
        let shell = Process()
        shell.executableURL = URL(filePath: "/usr/bin/env")
        shell.arguments = ["bash", "-em", "-c", script]
        shell.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        let place = URL(filePath: Self.binary ?? "").deletingLastPathComponent().path
        environment["PATH"] = place + ":" + (environment["PATH"] ?? "")
        for name in environment.keys where name.hasPrefix("REFGATE_") { environment[name] = nil }
        shell.environment = environment
        let output = Pipe()
        shell.standardOutput = output
        shell.standardError = output
        try shell.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A port that was free a moment ago.
    private func freePort() throws -> UInt16 {
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
