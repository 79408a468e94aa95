import HTTP
import Sockets
import TestSupport
import Testing
import Transport

/// The cases of `Tests/Conformance/http` against a server in this process.
@Suite struct ConformanceTests {
    private static let cases = (try? ConformanceSuite.load().cases) ?? []

    /// All cases run together, once, because they mostly wait; each test then checks its own.
    private static let results = Task.detached {
        () throws -> [String: HTTPConformance.CaseResult] in
        var limits = ServerLimits()
        limits.headerTimeout = .seconds(3)
        limits.bodyTimeout = .seconds(3)
        limits.idleTimeout = .seconds(4)
        let writer = try Loop(name: "writer")
        try writer.start()
        let server = try Server(address: Address(ipv4: 0x7F00_0001, port: 0), limits: limits) { _ in
            ProbeHandler(writer: writer)
        }
        let port = try server.start()
        defer {
            server.stop()
            server.wait()
            writer.stop()
            writer.join()
        }
        var patience = HTTPConformance.Patience()
        patience.slow = .seconds(9)
        let results = try HTTPConformance.run(
            host: "127.0.0.1", port: port, path: "/hooks/probe", get: "/status",
            patience: patience)
        return Dictionary(uniqueKeysWithValues: results.map { ($0.case.id, $0) })
    }

    @Test func `the suite is there`() {
        #expect(Self.cases.count == 163)
    }

    @Test(arguments: cases)
    func `a case of the suite has an acceptable outcome`(_ subject: ConformanceCase) async throws {
        let result = try #require(try await Self.results.value[subject.id])
        if subject.level == .advisory { return }
        let accepted = subject.accept.joined(separator: " | ")
        #expect(
            result.passes,
            "\(subject.level): \(subject.note); got \(result.observed), accepts \(accepted)")
    }

    @Test(arguments: cases.filter { $0.prefer != nil })
    func `where one outcome is better, it is that one`(_ subject: ConformanceCase) async throws {
        let result = try #require(try await Self.results.value[subject.id])
        let preferred = subject.prefer?.joined(separator: " | ") ?? ""
        #expect(
            result.isPreferred, "\(subject.note); got \(result.observed), prefers \(preferred)")
    }
}
