import Foundation
import Testing
import Time

@testable import Webhooks

/// One after the other: each looks at what the whole process holds.
@Suite(.serialized) struct ResourceTests {
    /// A million on the build machine; a quarter of it shows the same leaks sooner.
    private static let count =
        ProcessInfo.processInfo.environment["CI"] == "true" ? 1_000_000 : 250_000

    private func grown(_ rounds: (Int) throws -> Void, _ count: Int) throws -> Int {
        try rounds(count / 50)
        let before = try residentBytes()
        try rounds(count)
        return try residentBytes() - before
    }

    /// A context that is not freed per verification shows as hundreds of megabytes.
    @Test func `a million verifications leave no memory behind`() throws {
        let verifier = try Verifier(.standardWebhooks, secrets: [SecretSpec(Delivery.secret)])
        let delivery = Delivery()
        let (right, wrong) = (delivery.fields, Delivery(signature: Delivery.decoy).fields)
        let now = try #require(Instant(seconds: delivery.now))
        let growth = try grown(
            { count in
                for number in 0..<count {
                    _ = try verifier.verify(
                        fields: number % 2 == 0 ? right : wrong, body: delivery.body, now: now)
                }
            }, Self.count)
        #expect(growth < 24 << 20, "\(growth) bytes more")
    }

    @Test func `verifying by key pair leaves no memory behind`() throws {
        let verifier = try Verifier(.standardWebhooks, secrets: [SecretSpec(Delivery.publicKey)])
        let delivery = Delivery(signature: Delivery.signatureByKeyPair)
        let fields = delivery.fields
        let now = try #require(Instant(seconds: delivery.now))
        let growth = try grown(
            { count in
                for _ in 0..<count {
                    _ = try verifier.verify(fields: fields, body: delivery.body, now: now)
                }
            }, Self.count / 16)
        #expect(growth < 6 << 20, "\(growth) bytes more")
    }

    @Test func `making and dropping verifiers leaves no memory behind`() throws {
        let growth = try grown(
            { count in
                for _ in 0..<count {
                    _ = try Verifier(
                        .standardWebhooks,
                        secrets: [SecretSpec(Delivery.secret), SecretSpec(Delivery.publicKey)])
                    _ = try? Verifier(.sendGrid, secrets: [SecretSpec("MFkwEwYHKoZIzj0CAQ==")])
                }
            }, Self.count / 10)
        #expect(growth < 8 << 20, "\(growth) bytes more")
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

    private func residentBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return pages * 4096
    }
}
