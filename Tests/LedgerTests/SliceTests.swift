import Database
import Ledger
import Referrals
import SQLite
import TestSupport
import Testing
import Time

@testable import Storage

/// What waits moves on in slices, and the number of slices changes nothing.
@Suite struct SliceTests {
    /// A programme in which much waits: events for people and purchases, rewards for the end of their hold and for
    /// coupons.
    private func scene(seed: UInt64) throws -> Scratch {
        var random = Seeded(seed)
        let scratch = try Scratch(
            campaigns: [
                .plain(
                    conversions: .every,
                    rewards: [.coupon(1, cap: Cap(count: 1_000, per: .campaign))]),
                .plain(
                    2, conversions: .every, holdDays: 1,
                    rewards: [.coupon(2, cap: Cap(count: 1_000, per: .campaign))]),
            ],
            sources: [DeclaredSource(), DeclaredSource(id: "src_late", isPaused: true)])
        try scratch.enrol(referrer: "ADA", leads: ["LINA"])
        try scratch.enrol(referrer: "BEA", leads: ["LEO"], campaign: 2)
        try scratch.addCoupons(2)
        try scratch.addCoupons(3, to: 2)
        let people = ["LINA", "LEO", "NEW1", "NEW2", "NEW3"]
        for number in 0..<60 {
            let order = "order-\(random.below(30))"
            let isRefund = random.below(5) == 0
            try scratch.post(
                PartnerMessage(
                    id: "message-\(number)",
                    code: isRefund ? nil : people[random.below(people.count)],
                    orders: [isRefund ? order : "order-\(number)"], amount: 1000, currency: "EUR",
                    occurredAt: scratch.now - .seconds(random.below(100_000)),
                    reversal: isRefund ? "refund_total" : nil),
                to: random.below(4) == 0 ? "src_late" : "src_test")
        }
        return scratch
    }

    /// Everything appears at once, then what it makes possible moves on.
    private func play(_ scratch: Scratch, seed: UInt64, turn: () -> Turn) throws -> [String] {
        var random = Seeded(seed)
        let referrer = try scratch.enrol("EVE")
        for name in ["NEW1", "NEW2", "NEW3"] { try scratch.enrol(name, referredBy: referrer) }
        try scratch.addCoupons(1 + random.below(20))
        try scratch.addCoupons(1 + random.below(10), to: 2)
        try scratch.declare(DeclaredSource(id: "src_late"))
        scratch.now += .seconds(2 * 86_400)
        try scratch.release(turn: turn)
        scratch.now += .seconds(31 * 86_400)
        try scratch.release(turn: turn)
        var rows: [String] = []
        for (sql, columns) in Self.outcomes {
            let statement = try scratch.store.session.prepare(sql)
            while try statement.step() {
                rows.append((0..<columns).map { statement.text($0) }.joined(separator: "|"))
            }
        }
        return rows
    }

    private static let outcomes: [(String, Int32)] = [
        (
            "SELECT id, outcome, coalesce(reasons, ''), coalesce(conversion_id, 0) FROM events ORDER BY id",
            4
        ),
        ("SELECT id, lead_id, status FROM conversions ORDER BY id", 3),
        ("SELECT id, status, coalesce(reasons, '') FROM rewards ORDER BY id", 3),
        ("SELECT id, state, coalesce(reward_id, 0) FROM coupons ORDER BY id", 3),
        ("SELECT holder, rule, subject, slot, ref FROM claims ORDER BY 1, 2, 3, 4", 5),
        ("SELECT event_id, key FROM parked ORDER BY 1, 2", 2),
        ("SELECT type, subject FROM deliveries ORDER BY 1, 2", 2),
    ]

    @Test(arguments: UInt64(1)...12)
    func `one event in each transaction leads to the same rows as all in one`(_ seed: UInt64) throws
    {
        let whole = try play(scene(seed: seed), seed: seed) { .unlimited }
        let sliced = try scene(seed: seed)
        let rows = try play(sliced, seed: seed) { Turn(.zero) }
        #expect(Set(rows).symmetricDifference(whole).sorted() == [])
        #expect(rows.count == whole.count)
        // The numbers of what waits are right, too.
        #expect(
            try sliced.store.session.integer(
                """
                SELECT count(*) FROM parked_counts AS c
                WHERE count <> (SELECT count(*) FROM parked WHERE source = c.source)
                """) == 0)
        #expect(whole.count > 100)
    }

    @Test func `a slice ends with its turn`() throws {
        let scratch = try scene(seed: 1)
        try scratch.enrol("NEW1", referredBy: ID(1))
        // A refund that waits for a purchase is decided with it.
        let waiting =
            "SELECT count(DISTINCT event_id) FROM parked WHERE awaits <> 'business_key'"
        let before = try #require(try scratch.store.session.integer(waiting))
        #expect(before > 3)
        var slices = 0
        var isMore = true
        var last = before
        while isMore {
            try scratch.processor.transaction({ _ in }) {
                isMore = try scratch.processor.release(now: scratch.now, turn: Turn(.zero))
            }
            slices += 1
            let left = try #require(try scratch.store.session.integer(waiting))
            #expect(last - left <= 1)
            last = left
        }
        #expect(slices >= before - last)
        #expect(last < before)
    }
}
