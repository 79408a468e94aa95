import CTestVFS
import Database
import Referrals
import SQLite
import TestSupport
import Testing
import Time

@testable import Storage

/// What is counted of a referrer who has brought many.
@Suite struct ReferrerCountTests {
    init() throws { try #require(StatementRecording.isWatching) }

    /// A referrer with conversions of an hour's distance, every n-th of which was rejected, before one who comes now.
    private func scratch(_ count: Int, rejectingEach: Int = 10) throws -> Scratch {
        let scratch = try Scratch()
        try scratch.enrol(referrer: "REF", leads: ["A"])
        try scratch.operators.session.execute(
            """
            WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < \(count))
            INSERT INTO conversions(id, campaign_id, lead_id, referrer_id, status, was_approved, occurred_at,
                created_at)
            SELECT n, 1, 100 + n, 1, iif(n % \(rejectingEach) = 0, 'rejected', 'approved'), 1, t, t
            FROM (SELECT n, \(Scratch.noon.microseconds) - (\(count) - n) * 3600000000 AS t FROM n);
            INSERT INTO claims SELECT referrer_id, 0, lead_id, 0, id FROM conversions;
            """)
        return scratch
    }

    @Test(arguments: [(1, 1), (9, 9), (27, 27), (28, 27), (1000, 27)])
    func `those that count are counted up to a limit`(_ limit: Int, _ expected: Int) throws {
        let scratch = try scratch(30)
        #expect(
            try scratch.store.conversions.count(ofReferrer: ID(1), atMost: limit) == expected)
    }

    @Test(arguments: [(0, 0), (1, 1), (5, 5), (29, 29), (100, 30)])
    func `those of a window are counted, however old the others are`(
        _ hours: Int, _ expected: Int
    ) throws {
        let scratch = try scratch(30)
        let start = Scratch.noon - .seconds(3600 * hours)
        func count(_ limit: Int) throws -> Int {
            try scratch.store.conversions.count(
                ofReferrer: ID(1), after: start, until: Scratch.noon, atMost: limit)
        }
        #expect(try count(1000) == expected)
        #expect(try count(3) == min(3, expected))
    }

    @Test func `a threshold takes little work beside a long history`() throws {
        let scratch = try scratch(20_000, rejectingEach: 2000)
        let before = refgate_test_steps()
        let count = try scratch.store.conversions.count(ofReferrer: ID(1), atMost: 3)
        let work = refgate_test_steps() - before
        #expect(count == 3)
        // The rejected ones are looked at, and few of the others.
        #expect(work < 1000)
    }
}
