import Database
import Referrals
import TestSupport
import Testing
import Time

@testable import Storage

/// Counters of reports in the database.
@Suite struct ReportCounterTests {
    private func transition(_ scene: StorageScene, _ outcome: Outcome = .rewarded) -> Transition {
        Transition(
            .event(nil, outcome, []), account: scene.account, campaign: scene.campaign,
            source: scene.source)
    }

    private func counts(
        _ scene: StorageScene, _ coarsest: ReportSpan = .month, since: Instant = .earliest,
        until: Instant = .latest
    ) throws -> [Int64] {
        var counts: [Int64] = []
        try scene.store.reports.forEach(
            of: scene.account, since: since, until: until, coarsest: coarsest
        ) { counts.append($0.count) }
        return counts
    }

    @Test(arguments: Engines.available)
    func `changes are summed per commit, and a rollback counts nothing`(
        _ engine: Engines.Engine
    ) throws {
        let scene = try StorageScene(engine)
        try scene.store.write { (_) throws in
            for _ in 0..<3 { try scene.store.counters.count(transition(scene), at: scene.noon) }
        }
        #expect(try counts(scene) == [3])
        try scene.undone {
            try scene.store.counters.count(transition(scene), at: scene.noon)
        }
        try scene.store.write { (_) throws in
            try scene.store.counters.count(transition(scene), at: scene.noon)
        }
        #expect(try counts(scene) == [4])
    }

    @Test(arguments: Engines.available)
    func `more sums than are kept in memory are counted too`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        try scene.store.write { (_) throws in
            for campaign in 1...200 as ClosedRange<Int64> {
                var transition = transition(scene)
                transition.campaign = ID(campaign)
                try scene.store.counters.count(transition, at: scene.noon, amount: campaign)
            }
        }
        #expect(try counts(scene) == Array(repeating: 1, count: 200))
    }

    @Test(arguments: Engines.available)
    func `hours that are over are added to their day and month once`(
        _ engine: Engines.Engine
    ) throws {
        let scene = try StorageScene(engine)
        let counters = scene.store.counters
        try scene.store.write { (_) throws in
            for hour in 0..<30 as Range<Int64> {
                try counters.count(transition(scene), at: scene.noon + .seconds(3600 * hour))
            }
        }
        let now = scene.noon + .seconds(3600 * 30)
        #expect(try counters.canFold(at: now))
        try scene.store.write { (_) throws in while try counters.foldNext(at: now) {} }
        #expect(try !counters.canFold(at: now))
        // Twelve hours of the first day, its last day of hours that are not read as a day.
        #expect(try counts(scene, .day) == [12] + Array(repeating: 1, count: 18))
        #expect(try counts(scene, .hour).count == 30)
        // A clock that was set back: the hour is in its day already.
        let other = try scene.another()
        try other.write { (_) throws in try other.counters.count(transition(scene), at: scene.noon)
        }
        #expect(try counts(scene, .day).first == 13)
        #expect(try counts(scene, .day).reduce(0, +) == 31)
        for invariant in Invariant.ofReports.suffix(1) {
            try scene.store.audit.check(invariant) { Issue.record("\($0)") }
        }
    }

    @Test func `a year is read by months, and its edges by days and hours`() throws {
        let start = try #require(Instant(rfc3339: "2026-01-30T22:00:00Z"))
        let end = try #require(Instant(rfc3339: "2027-01-02T01:00:00Z"))
        let parts = ReportReader.parts(
            start..<end, coarsest: .month, foldedUntil: end)
        #expect(parts.count { $0.span == .month } == 11)
        #expect(parts.count { $0.span == .day } == 2)
        #expect(parts.count { $0.span == .hour } == 3)
        let days = ReportReader.parts(start..<end, coarsest: .day, foldedUntil: end)
        #expect(days.count == 2 + 336 + 1)
        let part = try #require(Instant(rfc3339: "2026-03-15T05:00:00Z"))
        let unfolded = ReportReader.parts(start..<end, coarsest: .month, foldedUntil: part)
        #expect(unfolded.filter { $0.start >= part }.allSatisfy { $0.span == .hour })
        for (one, next) in zip(unfolded, unfolded.dropFirst()) {
            #expect(one.span.end(from: one.start) == next.start)
        }
    }
}
