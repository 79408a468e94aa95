import Referrals
import Storage
import TestSupport
import Testing
import Time

@testable import Outbound

/// What the gateway itself lacks costs a receiver and its deliveries nothing.
@Suite struct LocalPauseTests {
    private let noon = Instant(rfc3339: "2026-11-21T12:00:00Z") ?? .earliest

    @Test func `waits double, attempts that failed together count once, an attempt ends them`() {
        var pause = LocalPause()
        var now = noon
        var waits: [Duration] = []
        #expect(pause.room(of: 32, at: now) == 32)
        for _ in 0..<7 {
            for _ in 0..<5 { pause.lacked(at: now) }
            #expect(pause.room(of: 32, at: now) == 0)
            let end = pause.until ?? now
            waits.append(end - now)
            now = end
            #expect(pause.room(of: 32, at: now) == 1)
        }
        #expect(waits == [1, 2, 4, 8, 16, 30, 30].map { Duration.seconds($0) })
        pause.ended()
        #expect(pause.room(of: 32, at: now) == 32)
        pause.lacked(at: now)
        #expect(pause.until == now + .seconds(1))
    }

    @Test func `a clock that is set back makes no pause longer`() {
        var pause = LocalPause()
        pause.lacked(at: noon)
        #expect(pause.room(of: 32, at: noon - .seconds(86_400)) == 1)
    }

    @Test func `an attempt that could not be made counts neither for the delivery nor the breaker`()
        throws
    {
        let scene = try OutboxScene([[:]])
        try scene.queue(3)
        for _ in 0..<30 {
            try scene.read()
            for start in scene.schedule.starts(at: scene.now) {
                scene.schedule.lacked(start.name, at: scene.now)
            }
            scene.pass(.seconds(31))
        }
        #expect(scene.schedule.underway == 0)
        #expect(try scene.states() == ["pending", "pending", "pending"])
        #expect(try scene.history() == [])
        scene.outcome = { _, _ in .answered(status: 200, retryAfter: nil) }
        try scene.run(for: .seconds(60))
        #expect(scene.attempts.map(\.delivery) == [1, 2, 3])
        #expect(try scene.states() == ["delivered", "delivered", "delivered"])
        #expect(try scene.history() == ["1 answered"])
        #expect(
            try scene.database.rows("SELECT attempts || ' ' || uncounted FROM deliveries")
                .allSatisfy {
                    $0 == "1 0"
                })
    }

    @Test func `one on record as under way waits again, also where it is declared anew`() throws {
        let scene = try OutboxScene([[:]])
        try scene.queue(2)
        let begun = try scene.begin()
        #expect(try scene.states() == ["sending", "sending"])
        for attempt in begun { scene.lack(attempt) }
        try scene.declare()
        #expect(try scene.begin().isEmpty)
        #expect(try scene.states() == ["pending", "pending"])
        try scene.declare()
        scene.outcome = { _, _ in .answered(status: 200, retryAfter: nil) }
        try scene.run(for: .seconds(60))
        #expect(try scene.states() == ["delivered", "delivered"])
        #expect(scene.attempts.map(\.delivery) == [1, 2, 1, 2])
    }

    @Test func `one that waits again is not lost by a restart`() throws {
        let scene = try OutboxScene([[:]])
        try scene.queue(2)
        for attempt in try scene.begin() { scene.lack(attempt) }
        try scene.restart()
        scene.outcome = { _, _ in .answered(status: 200, retryAfter: nil) }
        try scene.run(for: .seconds(60))
        #expect(try scene.states() == ["delivered", "delivered"])
    }

    @Test func `an endpoint without a route holds up no other`() throws {
        let scene = try OutboxScene([[:], [:]])
        try scene.queue(2, for: 1)
        try scene.queue(2, for: 2)
        try scene.read()
        for start in scene.schedule.starts(at: scene.now) where start.endpoint.id == 1 {
            scene.schedule.lacked(start.name, at: scene.now)
        }
        try scene.queue(3, for: 2)
        try scene.read()
        #expect(scene.schedule.starts(at: scene.now).map(\.endpoint.id) == [2, 2, 2])
    }

    @Test func `slow receivers, however many, leave attempts for others`() throws {
        let scene = try OutboxScene(Array(repeating: [:], count: 61))
        scene.limitAttempts(to: 128)
        for webhook in 1...60 { try scene.queue(40, for: ID(Int64(webhook))) }
        try scene.read()
        let held = scene.schedule.starts(at: scene.now)
        #expect(held.count < 128)
        #expect(Set(held.map(\.endpoint.id)).count == 60)
        try scene.queue(1, for: 61)
        try scene.read()
        #expect(scene.schedule.starts(at: scene.now).contains { $0.endpoint.id == 61 })
    }

    @Test func `a page is cut short where other queues wait to be read`() throws {
        let scene = try OutboxScene([[:]])
        try scene.queue(200)
        let question = try #require(scene.schedule.questions(at: scene.now).first)
        let setting = PageReader.Setting(campaigns: [:], endpoint: scene.endpoints[0])
        let short = try PageReader.page(question.shortened, setting, scene.store)
        #expect(short.fresh.count == EndpointQueue.sliceSize)
        #expect(short.mayHoldFresh)
        #expect(try PageReader.page(question, setting, scene.store).fresh.count == 200)
    }
}
