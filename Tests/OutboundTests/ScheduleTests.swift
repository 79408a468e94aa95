import Declarations
import Storage
import TestSupport
import Testing
import Time

@testable import Outbound

@Suite struct ScheduleTests {
    @Test
    func
        `attempts come a minute, five, a quarter of an hour and an hour after the end of the one before`()
        throws
    {
        let scene = try OutboxScene([[:]])
        scene.latency = .seconds(2)
        try scene.queue(1)
        try scene.run(for: .seconds(86_400))
        #expect(scene.seconds == [0, 62, 364, 1266, 4868])
        #expect(try scene.states() == ["failed"])
        #expect(Set(scene.attempts.map(\.id)).count == 1)
        #expect(Set(scene.attempts.map(\.body)).count == 1)
    }

    @Test(.rows("S4-24")) func `a restart between any two attempts changes none of them`() throws {
        for cut in [10, 100, 500, 2000] {
            let scene = try OutboxScene([[:]])
            scene.latency = .seconds(2)
            try scene.queue(1)
            try scene.run(for: .seconds(cut))
            try scene.restart()
            try scene.run(for: .seconds(86_400))
            #expect(scene.seconds == [0, 62, 364, 1266, 4868], "cut at \(cut)")
        }
    }

    @Test func `an attempt that a kill cut off is made again at once and does not count`() throws {
        let scene = try OutboxScene([[:]])
        try scene.queue(1)
        #expect(try scene.begin().count == 1)
        #expect(try scene.states() == ["sending"])
        try scene.restart()
        #expect(try scene.states() == ["pending"])
        try scene.run(for: .seconds(86_400))
        #expect(scene.seconds == [0, 0, 60, 360, 1260, 4860])
        #expect(
            try scene.history()
                == [
                    "1 unknown", "2 answered", "3 answered", "4 answered", "5 answered",
                    "6 answered",
                ])
    }

    @Test func `a kill in the middle of a queue loses none of it`() throws {
        let scene = try OutboxScene([[:]])
        scene.outcome = { _, _ in .answered(status: 200, retryAfter: nil) }
        try scene.queue(1000)
        // Thirty-two are under way, more are read ahead, most have not been looked at.
        _ = try scene.begin()
        try scene.restart()
        try scene.run(for: .seconds(60))
        #expect(try Set(scene.states()) == ["delivered"])
        let again = Dictionary(grouping: scene.attempts, by: \.delivery)
        #expect(again.count == 1000)
        #expect(again.values.filter { $0.count == 2 }.count == 32)
        #expect(again.values.allSatisfy { Set($0.map(\.id)).count == 1 })
    }

    @Test(
        .rows("S1-21", "S4-21", "C12"),
        arguments: [
            ("none", [0]), ("long", [0, 5, 305, 2105, 9305, 27_305]),
        ]) func `a policy says when`(name: String, seconds: [Int]) throws
    {
        let scene = try OutboxScene([["retry": name]])
        try scene.queue(1)
        try scene.run(for: .seconds(30_000))
        #expect(scene.seconds == seconds)
    }

    @Test func `success ends it, whichever attempt it is`() throws {
        let scene = try OutboxScene([[:]])
        scene.outcome = { _, number in
            .answered(status: number == 3 ? 204 : 503, retryAfter: nil)
        }
        try scene.queue(1)
        try scene.run(for: .seconds(86_400))
        #expect(scene.seconds == [0, 60, 360])
        #expect(try scene.states() == ["delivered"])
    }

    @Test(.rows("S0-6"), arguments: [200, 201, 204, 299]) func `it is success`(_ status: Int) {
        #expect(consequence(.answered(status: status, retryAfter: nil)) == .delivered)
    }

    @Test(arguments: [300, 301, 302, 307, 308, 400, 401, 404, 408, 429, 499, 500, 503, 599])
    func `it is a failure that is tried again`(_ status: Int) {
        #expect(consequence(.answered(status: status, retryAfter: nil)) == .again(at: at(60)))
    }

    @Test(.rows("C12"))
    func `a receiver that asks for more time than the schedule has gets it, within a day`() {
        func again(_ wanted: Duration) -> AttemptConsequence {
            consequence(.answered(status: 429, retryAfter: wanted))
        }
        #expect(again(.zero) == .again(at: at(60)))
        #expect(again(.seconds(59)) == .again(at: at(60)))
        #expect(again(.seconds(61)) == .again(at: at(61)))
        #expect(again(.seconds(1 << 40)) == .again(at: at(86_400)))
    }

    @Test func `jitter makes a delay longer, up to its share`() {
        let policy = RetryPolicy(delays: [100], jitterPercent: 10)
        func consequence(_ chance: Double) -> AttemptConsequence {
            policy.consequence(of: .failed, number: 1, endedAt: at(0), chance: chance)
        }
        #expect(consequence(0) == .again(at: at(100)))
        #expect(consequence(0.5) == .again(at: at(105)))
        #expect(consequence(1) == .again(at: at(110)))
        #expect(policy.consequence(of: .failed, number: 2, endedAt: at(0), chance: 1) == .failed)
    }

    @Test(arguments: [
        ("120", 120), ("0", 0), ("99999999999999999999", 1 << 40), ("-1", nil), ("120.1", nil),
        ("+5", nil), ("", nil), ("soon", nil), ("Sat, 21 Nov 2026 12:01:00 GMT", 60),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0), ("Sat, 21 Nov 2026 12:01:00", nil),
        ("Saturday, 21-Nov-26 12:01:00 GMT", 60),
        ("Saturday, 21-Nov-76 12:00:00 GMT", 1_577_923_200),
        ("Monday, 21-Nov-77 12:00:00 GMT", 0), ("Sat Nov 21 12:01:00 2026", 60),
        ("Sun Nov  6 08:49:37 1994", 0), ("Sat Nov 31 12:01:00 2026", nil),
        ("Caturday, 21-Nov-26 12:01 GMT", nil),
    ]) func `Retry-After is read, or is as if it were not there`(text: String, seconds: Int?) {
        #expect(
            RetryAfter.read(Array(text.utf8), now: at(0))
                == seconds.map { Duration.seconds($0) })
    }

    private func at(_ seconds: Int) -> Instant {
        (Instant(rfc3339: "2026-11-21T12:00:00Z") ?? .earliest) + .seconds(seconds)
    }

    private func consequence(_ outcome: AttemptOutcome) -> AttemptConsequence {
        RetryPolicy.usual.consequence(of: outcome, number: 1, endedAt: at(0), chance: 0)
    }
}
