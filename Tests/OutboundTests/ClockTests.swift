import Storage
import TestSupport
import Testing
import Time

@testable import Outbound

/// A clock that was ahead, for seconds or for years, and one that was behind.
@Suite struct ClockTests {
    private static let year2037 = Instant(rfc3339: "2037-01-19T03:14:07Z") ?? .latest
    private static let jumps: [Duration] = [
        .seconds(7_200), .seconds(40 * 3600), year2037 - .earliest,
    ]

    private func ahead(_ jump: Duration, of scene: OutboxScene) -> Instant {
        min(scene.now + jump, Self.year2037)
    }

    /// Ten failures over more than a minute.
    private func open(_ scene: OutboxScene) throws {
        try scene.queue(40)
        try scene.run(for: .seconds(100))
        let breaker = try breaker(scene)
        #expect(breaker.isOpen)
    }

    private func breaker(_ scene: OutboxScene) throws -> Breaker {
        Breaker(try scene.store.outbox.queue(of: 1))
    }

    private func failing() throws -> OutboxScene {
        let scene = try OutboxScene([["retry": ["delays": [30, 30, 30]]]])
        scene.outcome = { _, _ in .failed }
        return scene
    }

    @Test(arguments: jumps, [false, true])
    func `a breaker that opened while the clock was ahead probes at once when it is set back`(
        _ jump: Duration, _ restarts: Bool
    ) throws {
        let scene = try failing()
        let before = scene.now
        scene.setClock(ahead(jump, of: scene))
        try open(scene)
        scene.setClock(before + .seconds(10))
        if restarts { try scene.restart() }
        let count = scene.attempts.count
        try scene.run(for: .seconds(1))
        #expect(scene.attempts.count == count + 1)
        // The probe failed, and the next wait is an ordinary one.
        let next = try #require(try breaker(scene).nextProbe(at: scene.now))
        #expect(next > scene.now)
        #expect(next <= scene.now + Breaker.longestWait)
    }

    @Test func `failures dated in the future do not put off the opening`() throws {
        var breaker = Breaker()
        for _ in 1...9 { #expect(breaker.failed(at: Self.year2037) == nil) }
        let start = Self.year2037 - .seconds(400_000_000)
        #expect(breaker.failed(at: start) == nil)
        #expect(breaker.failed(at: start + .seconds(60)) == .opened)
        #expect(breaker.openSince == start + .seconds(60))
    }

    @Test func `a breaker that opened in the future is half open, and its probe is due now`() {
        var breaker = Breaker()
        for number in 0..<10 { _ = breaker.failed(at: Self.year2037 + .seconds(number * 10)) }
        #expect(breaker.isOpen)
        let now = Self.year2037 - .seconds(1_000_000)
        #expect(breaker.nextProbe(at: now) == now)
        #expect(breaker.state(at: now) == .halfOpen)
        #expect(breaker.room(of: 32, at: now) == 1)
    }

    @Test(arguments: jumps, [false, true])
    func `a retry that was dated while the clock was ahead is made when it is set back`(
        _ jump: Duration, _ restarts: Bool
    ) throws {
        let scene = try OutboxScene([[:]])
        let before = scene.now
        scene.setClock(ahead(jump, of: scene))
        try scene.queue(1)
        try scene.run(for: .seconds(1))
        #expect(scene.attempts.count == 1)
        scene.setClock(before + .seconds(5))
        if restarts { try scene.restart() }
        try scene.run(for: .seconds(20_000))
        // At once, and from then on as the policy says.
        #expect(scene.seconds.dropFirst() == [5, 305, 1205, 4805])
        #expect(try scene.states() == ["failed"])
    }

    @Test func `a retry is made too where the clock went ahead during the attempt`() throws {
        let scene = try OutboxScene([[:]])
        try scene.queue(1)
        let attempt = try #require(try scene.beginUnrecorded().first)
        scene.setClock(Self.year2037)
        scene.end(attempt, .failed)
        try scene.run(for: .seconds(1))
        scene.setClock(scene.start + .seconds(5))
        try scene.run(for: .seconds(1))
        #expect(scene.seconds == [0, 5])
    }

    @Test func `what ended while the clock was ahead and is recorded later is not put off`() throws
    {
        let scene = try OutboxScene([[:]])
        scene.setClock(scene.start + .seconds(7_200))
        try scene.queue(1)
        let attempt = try #require(try scene.beginUnrecorded().first)
        scene.end(attempt, .failed)
        scene.setClock(scene.start + .seconds(5))
        try scene.run(for: .seconds(1))
        try scene.run(for: .seconds(1))
        #expect(scene.seconds == [7_200, 5])
    }

    @Test func `an attempt that began in the future is recorded as under way`() throws {
        let scene = try OutboxScene([[:]])
        scene.setClock(Self.year2037)
        try scene.queue(1)
        #expect(try scene.beginUnrecorded().count == 1)
        scene.setClock(scene.start)
        #expect(scene.schedule.takeRecords(at: scene.now)?.started.count == 1)
    }

    @Test func `a clock that was behind makes what waits due, and loses nothing`() throws {
        let scene = try failing()
        let start = scene.now
        scene.setClock(start - .seconds(1_000_000_000))
        try open(scene)
        scene.outcome = { _, _ in .answered(status: 200, retryAfter: nil) }
        scene.setClock(start)
        try scene.run(for: .seconds(5))
        #expect(try !scene.states().contains("pending"))
        #expect(try !breaker(scene).isOpen)
    }

    @Test func `a wait that any policy may bring is waited for`() throws {
        let scene = try OutboxScene([["retry": ["delays": [604_800], "jitter": 100]]])
        scene.outcome = { _, number in
            number == 1 ? .failed : .answered(status: 200, retryAfter: nil)
        }
        try scene.queue(1)
        try scene.run(for: .seconds(700_000))
        #expect(scene.seconds == [0, 604_800])
        #expect(scene.endpoints[0].retry.longestWait == .seconds(1_209_600))
    }
}
