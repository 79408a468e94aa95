import Database
import Declarations
import Referrals
import SQLite
import TestSupport
import Testing
import Time

@testable import Outbound
@testable import Storage

/// What an operator does about a receiver that failed is tried at once, whatever its breaker waits for.
@Suite struct ProbeTests {
    private static let ok = AttemptOutcome.answered(status: 200, retryAfter: nil)

    /// A webhook whose breaker is open, and has just begun to wait.
    private func opened(_ webhook: [String: Any] = [:]) throws -> OutboxScene {
        let scene = try OutboxScene([
            webhook.merging(["retry": ["delays": [30, 30, 30]]]) { first, _ in first }, [:],
        ])
        scene.outcome = { attempt, _ in attempt.webhook == 1 ? .failed : Self.ok }
        try scene.queue(40)
        try scene.run(for: .seconds(100))
        #expect(try breaker(scene).state(at: scene.now) == .open)
        let count = scene.attempts.count
        try scene.run(for: .seconds(5))
        #expect(scene.attempts.count == count)
        return scene
    }

    private func breaker(_ scene: OutboxScene) throws -> Breaker {
        Breaker(try scene.store.outbox.queue(of: 1))
    }

    private func change(_ name: String, to value: String, in scene: OutboxScene) throws {
        try scene.write {
            try scene.store.session.execute(
                """
                UPDATE webhooks SET document = json_set(document, '$.\(name)', '\(value)')
                WHERE id = 1
                """)
        }
        try scene.declare()
    }

    private func trial(_ scene: OutboxScene) throws -> Int64 {
        var number: Int64 = 0
        try scene.write {
            number = try TestNotification.queue(
                .leadCreated, for: 1, in: NotificationForm(.standard), scene.store, at: scene.now)
        }
        scene.schedule.probe(.init(webhook: 1, delivery: number))
        return number
    }

    @Test(arguments: [("url", "https://hooks.example.com/other"), ("method", "PUT")])
    func `a changed address or method is tried at once`(name: String, value: String) throws {
        let scene = try opened()
        scene.outcome = { _, _ in Self.ok }
        try change(name, to: value, in: scene)
        try scene.run(for: .seconds(1))
        #expect(try !breaker(scene).isOpen)
        #expect(try Set(scene.states()).isSubset(of: ["delivered", "failed"]))
        #expect(
            try scene.database.rows("SELECT type FROM deliveries WHERE webhook_id = 2 ORDER BY id")
                == ["webhook.paused", "webhook.recovered"])
    }

    @Test func `a resumed webhook is tried at once`() throws {
        let scene = try opened()
        scene.outcome = { _, _ in Self.ok }
        try change("status", to: "paused", in: scene)
        let count = scene.attempts.count
        try scene.run(for: .seconds(1))
        #expect(scene.attempts.count == count)
        try change("status", to: "active", in: scene)
        try scene.run(for: .seconds(1))
        #expect(try !breaker(scene).isOpen)
    }

    @Test func `a change that the receiver does not see is no reason to try it`() throws {
        let scene = try opened()
        let count = scene.attempts.count
        try change("name", to: "renamed", in: scene)
        try scene.run(for: .seconds(1))
        #expect(scene.attempts.count == count)
    }

    @Test func `a test is sent at once, before all that waits, and closes the breaker`() throws {
        let scene = try opened()
        let count = scene.attempts.count
        let number = try trial(scene)
        scene.outcome = { _, _ in Self.ok }
        try scene.run(for: .seconds(1))
        #expect(scene.attempts.dropFirst(count).first?.delivery == number)
        #expect(try !breaker(scene).isOpen)
        #expect(try Set(scene.states()).isSubset(of: ["delivered", "failed"]))
    }

    @Test func `a test that fails is one probe, and the breaker waits on`() throws {
        let scene = try opened()
        let count = scene.attempts.count
        let since = try breaker(scene).openSince
        let number = try trial(scene)
        try scene.run(for: .seconds(1))
        #expect(scene.attempts.dropFirst(count).map(\.delivery) == [number])
        let after = try breaker(scene)
        #expect(after.openSince == since)
        #expect(after.state(at: scene.now) == .open)
    }

    @Test func `a test is sent although a probe is under way that fails after it was asked for`()
        throws
    {
        let scene = try opened()
        scene.schedule.probe(.init(webhook: 1, delivery: nil))
        let probe = try #require(try scene.beginUnrecorded().first)
        let number = try trial(scene)
        #expect(try scene.beginUnrecorded().isEmpty)
        scene.end(probe, .failed)
        #expect(try scene.beginUnrecorded().map(\.delivery) == [number])
    }

    @Test func `a failure at the former address says nothing of the new one`() throws {
        let scene = try opened()
        scene.schedule.probe(.init(webhook: 1, delivery: nil))
        let probe = try #require(try scene.beginUnrecorded().first)
        try change("url", to: "https://hooks.example.com/other", in: scene)
        scene.end(probe, .failed)
        scene.outcome = { _, _ in Self.ok }
        try scene.run(for: .seconds(1))
        #expect(try !breaker(scene).isOpen)
    }

    @Test func `a delivery that is sent again goes first`() throws {
        let scene = try opened()
        let count = scene.attempts.count
        let failed = Int64(
            try scene.database.count(
                "SELECT max(id) FROM deliveries WHERE webhook_id = 1 AND attempts > 0"))
        try scene.write {
            try scene.store.session.execute(
                """
                UPDATE deliveries SET status = 'failed', next_attempt_at = NULL
                WHERE webhook_id = 1 AND id = \(failed)
                """)
            let isSent = try scene.store.log.resend(
                failed, of: 1, at: scene.now)
            #expect(isSent)
        }
        scene.schedule.probe(.init(webhook: 1, delivery: failed))
        scene.outcome = { _, _ in Self.ok }
        try scene.run(for: .seconds(1))
        #expect(scene.attempts.dropFirst(count).first?.delivery == failed)
        #expect(try !breaker(scene).isOpen)
    }

    @Test func `a test that a kill cut off is sent again, although others were queued before it`()
        throws
    {
        let scene = try opened()
        try scene.queue(600)
        let number = try trial(scene)
        #expect(try scene.begin().map(\.delivery) == [number])
        try scene.restart()
        #expect(
            try scene.database.rows("SELECT status FROM deliveries WHERE id = \(number)")
                == ["pending"])
    }

    @Test func `what is urgent and was taken back meanwhile is forgotten`() throws {
        let scene = try opened()
        let count = scene.attempts.count
        scene.schedule.probe(.init(webhook: 1, delivery: 999_999))
        try scene.run(for: .seconds(1))
        // The probe is made with what waits.
        #expect(scene.attempts.count == count + 1)
        try scene.run(for: .seconds(1))
        #expect(scene.attempts.count == count + 1)
    }
}
