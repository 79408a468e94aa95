import Foundation
import HTTP
import TestSupport
import Testing
import Time
import Webhooks

/// The cases of `Tests/Conformance/http` against the `serve` process of a release build: real
/// limits of the header section, real deadlines, a signed delivery that is committed before its
/// response.
@Suite struct ServeConformanceTests {
    private static let cases = (try? ConformanceSuite.load().cases) ?? []

    /// All cases run together, once, and mostly wait; each test then checks its own case.
    private static let results = Task.detached {
        () throws -> [String: HTTPConformance.CaseResult] in
        let process = try ServingProcess(
            workspace: """
                {"account": {"name": "probe"}, "sources": [{"id": "probe", "name": "probe",
                "scheme": "github", "secrets": ["probe-secret-of-32-characters-00"], "mapping":
                {"goal": "'probe'", "referral_code": "'NOBODY'"}}]}
                """,
            flags: ["--header-timeout", "5s", "--body-timeout", "5s", "--idle-timeout", "6s"])
        defer { process.stop() }
        let scheme = try Scheme(named: "github", signature: nil)
        let signer = try Signer(
            scheme, secrets: [SecretSpec("probe-secret-of-32-characters-00")])
        let signature = try signer.sign(
            id: "probe", at: WallClock.system.now(), body: Array(#"{"probe":1}"#.utf8))
        let extra =
            signature.map { "\($0.name): \($0.value)\r\n" }.joined()
            + "Content-Type: application/json\r\n"
        var patience = HTTPConformance.Patience()
        patience.slow = .seconds(14)
        let results = try HTTPConformance.run(
            host: "127.0.0.1", port: process.port, path: "/hooks/probe", get: "/healthz",
            extra: extra, patience: patience)
        return Dictionary(uniqueKeysWithValues: results.map { ($0.case.id, $0) })
    }

    @Test(.enabled(if: ServingProcess.binary != nil), arguments: cases)
    func `a case of the suite has an acceptable outcome`(_ subject: ConformanceCase) async throws {
        let result = try #require(try await Self.results.value[subject.id])
        if subject.level == .advisory { return }
        let accepted = subject.accept.joined(separator: " | ")
        #expect(
            result.passes,
            "\(subject.level): \(subject.note); got \(result.observed), accepts \(accepted)")
    }

    @Test func `the release build is there where it must be`() {
        if ServingProcess.binary == nil { print("skipped: REFGATE_BINARY is not set") }
        #expect(
            ServingProcess.binary != nil || ProcessInfo.processInfo.environment["CI"] != "true")
    }
}
