import Database
import Declarations
import Referrals
import SQLite
import TestSupport
import Testing
import Time

@testable import Outbound
@testable import Storage

@Suite struct QueueTests {
    private let ok = AttemptOutcome.answered(status: 200, retryAfter: nil)

    @Test(.rows("S2-6")) func `a dead endpoint delays nobody else`() throws {
        let scene = try OutboxScene([[:], [:]])
        scene.outcome = { attempt, _ in attempt.webhook == 1 ? .failed : ok }
        for webhook in Int64(1)...2 { try scene.queue(500, for: ID(webhook)) }
        try scene.run(for: .seconds(1))
        #expect(try Set(scene.states(of: 2)) == ["delivered"])
        #expect(try !scene.states(of: 1).contains("delivered"))
    }

    @Test func `each endpoint has its deliveries in the order of the queue`() throws {
        let scene = try OutboxScene([[:]])
        scene.outcome = { _, _ in ok }
        try scene.queue(600)
        try scene.run(for: .seconds(1))
        #expect(scene.attempts.map(\.delivery) == Array(1...600))
    }

    @Test func `where there is room for few attempts, webhooks take turns`() throws {
        let scene = try OutboxScene([[:], [:], [:]])
        for webhook in Int64(1)...3 { try scene.queue(10, for: ID(webhook)) }
        try scene.read()
        var turns: [ID<Webhook>] = []
        for _ in 1...6 {
            turns += scene.schedule.starts(at: scene.now, atMost: 2).map(\.endpoint.id)
        }
        #expect(turns == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3])
    }

    /// So many are under way at once that what comes of them takes several transactions.
    private func crowd() throws -> (scene: OutboxScene, begun: [OutboxScene.Attempt]) {
        let webhooks = 2 * SendSchedule.mostEnded / EndpointQueue.mostUnderway - 1
        let scene = try OutboxScene(Array(repeating: [:], count: webhooks))
        for webhook in 1...webhooks {
            try scene.queue(EndpointQueue.mostUnderway, for: ID(Int64(webhook)))
        }
        var begun: [OutboxScene.Attempt] = []
        while true {
            let more = try scene.begin()
            if more.isEmpty { break }
            begun += more
        }
        try #require(begun.count > SendSchedule.mostEnded)
        return (scene, begun)
    }

    @Test func `many attempts that end at once are recorded in several transactions`() throws {
        let (scene, begun) = try crowd()
        for attempt in begun { scene.end(attempt, ok) }
        var batches: [Int] = []
        while let records = scene.schedule.takeRecords(at: scene.now) {
            batches.append(records.attempts)
            try scene.write {
                _ = try OutboxRecorder.write(records, to: scene.store, at: scene.now)
            }
            scene.schedule.recorded()
        }
        #expect(batches == [SendSchedule.mostEnded, begun.count - SendSchedule.mostEnded])
        #expect(
            try scene.database.rows(
                "SELECT status, count(*) FROM deliveries GROUP BY 1", columns: 2)
                == ["delivered|\(begun.count)"])
        #expect(scene.schedule.isAllRecorded)
    }

    @Test func `many attempts that a crash cut off are recovered in several transactions`() throws {
        let (scene, begun) = try crowd()
        let sending = "SELECT count(*) FROM deliveries WHERE status = 'sending'"
        #expect(try scene.database.count(sending) == begun.count)
        var records = Records()
        records.recovers = true
        var left: [Int] = []
        var effect = OutboxRecorder.Effect.recoversMore
        while effect == .recoversMore {
            try scene.write {
                effect = try OutboxRecorder.write(records, to: scene.store, at: scene.now)
            }
            left.append(try scene.database.count(sending))
        }
        #expect(left == [begun.count - OutboxRecorder.mostRecovered, 0])
        #expect(
            try scene.database.count("SELECT count(*) FROM attempts") == begun.count)
    }

    @Test func `only those queues are read that something was queued for`() throws {
        let scene = try OutboxScene([[:], [:]])
        try scene.read()
        #expect(scene.schedule.questions(at: scene.now) == [])
        try scene.queue(1, for: 2)
        #expect(scene.schedule.questions(at: scene.now).map(\.webhook) == [2])
    }

    @Test(.rows("S1-24"))
    func `a webhook that is gone is sent nothing more; what was under way is recorded`()
        throws
    {
        let scene = try OutboxScene([[:]])
        scene.outcome = { _, _ in ok }
        try scene.queue(100)
        let begun = try scene.begin()
        #expect(begun.count == EndpointQueue.mostUnderway)
        scene.schedule.declare([])
        try scene.queue(5)
        #expect(scene.schedule.questions(at: scene.now) == [])
        for attempt in begun { scene.end(attempt, ok) }
        try scene.run(for: .seconds(600))
        #expect(scene.attempts.count == begun.count)
        #expect(try scene.states().filter { $0 == "delivered" }.count == begun.count)
    }

    @Test func `a paused webhook keeps its queue, a resumed one sends it`() throws {
        let scene = try OutboxScene([["status": "paused"]])
        scene.outcome = { _, _ in ok }
        try scene.queue(3)
        try scene.run(for: .seconds(3600))
        #expect(scene.attempts == [])
        #expect(try scene.states() == ["pending", "pending", "pending"])
        try set("active", in: scene)
        try scene.run(for: .seconds(1))
        #expect(try scene.states() == ["delivered", "delivered", "delivered"])
    }

    @Test func `a webhook that is paused meanwhile keeps what waits, and loses nothing`() throws {
        let scene = try OutboxScene([[:]])
        scene.outcome = { _, _ in ok }
        try scene.queue(300)
        let begun = try scene.begin()
        try set("paused", in: scene)
        #expect(try scene.begin() == [])
        try set("active", in: scene)
        for attempt in begun { try end(attempt, in: scene) }
        try scene.run(for: .seconds(10))
        #expect(try Set(scene.states()) == ["delivered"])
        #expect(scene.attempts.count == 300)
    }

    @Test func `410 disables the webhook; what waits stays, and others are notified`() throws {
        let scene = try OutboxScene([[:], [:]])
        scene.outcome = { attempt, _ in
            attempt.webhook == 1 ? .answered(status: 410, retryAfter: nil) : ok
        }
        try scene.queue(40)
        try scene.run(for: .seconds(86_400))
        // Those under way when it said so end as they end.
        #expect(scene.attempts.filter { $0.webhook == 1 }.count == 32)
        #expect(try scene.states().suffix(8) == Array(repeating: "pending", count: 8))
        #expect(scene.endpoints.map(\.status) == [.disabled, .active])
        #expect(
            try scene.database.rows("SELECT type FROM deliveries WHERE webhook_id = 2")
                == ["webhook.disabled"])
    }

    @Test func `after 410 nothing more is begun, also before that is on record`() throws {
        let scene = try OutboxScene([[:]])
        try scene.queue(100)
        let begun = try scene.begin()
        for attempt in begun { scene.end(attempt, .answered(status: 410, retryAfter: nil)) }
        #expect(scene.schedule.starts(at: scene.now).isEmpty)
    }

    @Test func `the breaker opens after ten failures over a minute, probes, and closes`() throws {
        let scene = try OutboxScene([["retry": ["delays": [30, 30, 30]]], [:]])
        scene.outcome = { attempt, _ in
            attempt.webhook == 2 || attempt.at >= scene.start + .seconds(1000) ? ok : .failed
        }
        try scene.queue(40)
        try scene.run(for: .seconds(5000))
        let probes = scene.attempts.filter { $0.webhook == 1 }.map {
            Int(($0.at - scene.start).components.seconds)
        }
        // One at a time once it fails; a probe after 60 s, 120 s, 240 s, 480 s.
        let late = probes.filter { $0 > 60 }
        #expect(late.prefix(3) == [120, 240, 480])
        #expect(
            try scene.database.rows("SELECT type FROM deliveries WHERE webhook_id = 2 ORDER BY id")
                == ["webhook.paused", "webhook.recovered"])
        let response = scene.attempts.first { $0.webhook == 2 }
        #expect(
            response.map { String(decoding: $0.body, as: UTF8.self) }?
                .contains(#""webhook":{"id":1,"name":"w1"}"#) == true)
        // Waiting used no attempt: each had the four of its schedule or was delivered.
        #expect(
            try scene.database.rows(
                "SELECT DISTINCT status FROM deliveries WHERE webhook_id = 1 AND attempts < 4")
                == ["delivered"])
        #expect(try scene.states().contains("delivered"))
        #expect(try !scene.states().contains("pending"))
    }

    @Test func `failures that come within a minute open nothing`() {
        var breaker = Breaker()
        let start = Instant.earliest
        for _ in 1...100 { #expect(breaker.failed(at: start + .seconds(59)) == nil) }
        #expect(!breaker.isOpen)
        #expect(breaker.failed(at: start + .seconds(119)) == .opened)
        #expect(breaker.room(of: 32, at: start + .seconds(178)) == 0)
        #expect(breaker.room(of: 32, at: start + .seconds(179)) == 1)
        #expect(breaker.failed(at: start + .seconds(179)) == nil)
        #expect(breaker.room(of: 32, at: start + .seconds(298)) == 0)
        #expect(breaker.succeeded() == .recovered)
        #expect(breaker == Breaker())
    }

    @Test func `one success forgets the failures before it`() {
        var breaker = Breaker()
        for number in 1...9 {
            #expect(breaker.failed(at: .earliest + .seconds(number * 100)) == nil)
        }
        #expect(breaker.succeeded() == nil)
        for number in 10...18 {
            #expect(breaker.failed(at: .earliest + .seconds(number * 100)) == nil)
        }
        #expect(breaker.failed(at: .earliest + .seconds(1900)) == .opened)
    }

    @Test func `an endpoint that fails gets fewer attempts at once`() {
        var breaker = Breaker()
        var rooms = [breaker.room(of: 32, at: .earliest)]
        for _ in 1...6 {
            _ = breaker.failed(at: .earliest)
            rooms.append(breaker.room(of: 32, at: .earliest))
        }
        #expect(rooms == [32, 16, 8, 4, 2, 1, 1])
    }

    @Test func `the breaker's state survives a restart`() throws {
        let scene = try OutboxScene([["retry": ["delays": [30, 30, 30]]]])
        scene.outcome = { _, _ in .failed }
        try scene.queue(40)
        try scene.run(for: .seconds(100))
        let before = scene.attempts.count
        try scene.restart()
        try scene.run(for: .seconds(10))
        #expect(scene.attempts.count == before)
        try scene.run(for: .seconds(20))
        #expect(scene.attempts.count == before + 1)
    }

    @Test func `what cannot be recorded is tried again, and sent no second time`() throws {
        let scene = try OutboxScene([[:]])
        try scene.queue(2)
        var schedule = scene.schedule
        let question = try #require(schedule.questions(at: scene.now).first)
        let setting = PageReader.Setting(campaigns: [:], endpoint: scene.endpoints[0])
        schedule.take(try PageReader.page(question, setting, scene.store))
        let starts = schedule.starts(at: scene.now)
        #expect(starts.count == 2)
        for start in starts {
            _ = schedule.ended(
                start.name, ok, OutboxTable.Attempt(startedAt: scene.now), at: scene.now, chance: 0)
        }
        #expect(schedule.takeRecords(at: scene.now)?.attempts == 2)
        #expect(schedule.takeRecords(at: scene.now)?.attempts == nil)
        schedule.notRecorded()
        schedule.wake(1)
        // The table still says that they are due.
        let next = try #require(schedule.questions(at: scene.now).first)
        schedule.take(try PageReader.page(next, setting, scene.store))
        #expect(schedule.starts(at: scene.now).isEmpty)
        #expect(schedule.takeRecords(at: scene.now)?.attempts == 2)
    }

    private func set(_ status: String, in scene: OutboxScene) throws {
        try scene.write {
            try scene.store.session.execute(
                "UPDATE webhooks SET document = json_set(document, '$.status', '\(status)')")
        }
        try scene.declare()
    }

    private func end(_ attempt: OutboxScene.Attempt, in scene: OutboxScene) throws {
        scene.end(attempt, ok)
    }
}
