import Foundation
import Testing
import Time

@testable import Webhooks

/// Resources are counted per process, so each test that counts them runs in its own.
@Suite(.serialized) struct ResourceTests {
    /// A million on the build machine; a quarter of it shows the same leaks sooner.
    private static let count =
        ProcessInfo.processInfo.environment["CI"] == "true" ? 1_000_000 : 250_000

    /// Ends the process: successfully if its memory grew by less than the given number of bytes
    /// after the given number of rounds.
    private static func exitByGrowth(
        beyond bytes: Int, in count: Int, _ rounds: (Int) throws -> Void
    ) throws -> Never {
        try rounds(count / 50)
        let before = try residentBytes()
        try rounds(count)
        let growth = try residentBytes() - before
        FileHandle.standardError.write(Data("\(growth) bytes more\n".utf8))
        exit(growth < bytes ? EXIT_SUCCESS : EXIT_FAILURE)
    }

    /// A context that is not freed per verification shows as hundreds of megabytes.
    @Test func `a million verifications leave no memory behind`() async {
        await #expect(processExitsWith: .success) {
            let verifier = try Verifier(.standardWebhooks, secrets: [SecretSpec(Delivery.secret)])
            let delivery = Delivery()
            let (right, wrong) = (delivery.fields, Delivery(signature: Delivery.decoy).fields)
            let now = try #require(Instant(seconds: delivery.now))
            try Self.exitByGrowth(beyond: 24 << 20, in: Self.count) { count in
                for number in 0..<count {
                    _ = try verifier.verify(
                        fields: number % 2 == 0 ? right : wrong, body: delivery.body, now: now)
                }
            }
        }
    }

    @Test func `verifying by key pair leaves no memory behind`() async {
        await #expect(processExitsWith: .success) {
            let verifier = try Verifier(
                .standardWebhooks, secrets: [SecretSpec(Delivery.publicKey)])
            let delivery = Delivery(signature: Delivery.signatureByKeyPair)
            let fields = delivery.fields
            let now = try #require(Instant(seconds: delivery.now))
            try Self.exitByGrowth(beyond: 6 << 20, in: Self.count / 16) { count in
                for _ in 0..<count {
                    _ = try verifier.verify(fields: fields, body: delivery.body, now: now)
                }
            }
        }
    }

    @Test func `making and dropping verifiers leaves no memory behind`() async {
        await #expect(processExitsWith: .success) {
            try Self.exitByGrowth(beyond: 8 << 20, in: Self.count / 10) { count in
                for _ in 0..<count {
                    _ = try Verifier(
                        .standardWebhooks,
                        secrets: [SecretSpec(Delivery.secret), SecretSpec(Delivery.publicKey)])
                    _ = try? Verifier(.sendGrid, secrets: [SecretSpec("MFkwEwYHKoZIzj0CAQ==")])
                }
            }
        }
    }

    @Test func `one verifier serves many threads at once`() async throws {
        let verifier = try Verifier(
            .standardWebhooks,
            secrets: [
                SecretSpec("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"), SecretSpec(Delivery.secret),
            ])
        let now = try #require(Instant(seconds: Delivery().now))
        let accepted = await withTaskGroup(of: Int.self) { group in
            for lane in 0..<8 {
                group.addTask {
                    var accepted = 0
                    for number in 0..<2000 {
                        let isRight = (number + lane) % 2 == 0
                        let delivery = Delivery(
                            signature: isRight ? Delivery.signature : Delivery.decoy)
                        let verdict = try? verifier.verify(
                            fields: delivery.fields, body: delivery.body, now: now)
                        if case .valid? = verdict { accepted += isRight ? 1 : 1_000_000 }
                    }
                    return accepted
                }
            }
            return await group.reduce(0, +)
        }
        #expect(accepted == 8000)
    }

    private static func residentBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return pages * 4096
    }
}
