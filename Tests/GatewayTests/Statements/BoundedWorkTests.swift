import CTestVFS
import Database
import Foundation
import Ledger
import Referrals
import SQLite
import TestSupport
import Testing
import Time

@testable import Storage

/// How much work SQLite does in one turn of the writer, beside tables that have grown. It is counted and not timed.
@Suite struct BoundedWorkTests {
    /// Rows that each scene puts beside what is asked. Reading them takes several operations each.
    private static let many = 20_000
    /// More than anything here takes beside short tables.
    private static let bound = 8_000

    init() throws { try #require(StatementRecording.isWatching) }

    private func operations(_ body: () throws -> Void) rethrows -> Int {
        let before = refgate_test_steps()
        try body()
        return Int(refgate_test_steps() - before)
    }

    /// A campaign whose cap counts for the whole of it, or for one referrer, with so many slots taken.
    private func scratch(
        per: Cap.Subject, cap: Int, leads: [String] = ["A", "B", "C", "D"]
    ) throws -> Scratch {
        let scratch = try Scratch(campaigns: [
            .plain(rewards: [.credit(.points(5), cap: Cap(count: cap, per: per))])
        ])
        try scratch.enrol(referrer: "REF", leads: leads)
        // The referrer is participant 1. The rewards are of conversions that come after all of this test.
        try scratch.operators.session.execute(
            """
            WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < \(Self.many - 1))
            INSERT INTO claims SELECT \(per == .campaign ? 0 : 1), 1, 0, n, 16000000 + 16 * n FROM n
            """)
        return scratch
    }

    private func post(
        _ scratch: Scratch, _ code: String?, _ reversal: String? = nil, order: String
    ) throws -> Answer.Recorded {
        try #require(
            try scratch.post(
                PartnerMessage(
                    id: "\(order)-\(reversal ?? "")", code: code, orders: [order], amount: 100,
                    currency: "EUR", reversal: reversal)
            ).recorded)
    }

    private func slot(ofEvent event: ID<Event>, _ scratch: Scratch) throws -> Int64? {
        try scratch.store.session.integer(
            "SELECT slot FROM claims WHERE rule = 1 AND ref = \(event.number * 16)")
    }

    // MARK: Caps

    @Test(arguments: [Cap.Subject.campaign, .referrer])
    func `a post below a large cap reads few of the slots that are taken`(
        _ per: Cap.Subject
    ) throws {
        let scratch = try scratch(per: per, cap: 1_000_000)
        var settled: [Answer.Recorded] = []
        // Twice: what was remembered is forgotten when another process has written.
        for (number, code) in ["A", "B"].enumerated() {
            try scratch.enrol("OTHER\(number)")
            let work = try operations { settled.append(try post(scratch, code, order: code)) }
            #expect(work < Self.bound)
        }
        #expect(settled.map(\.outcome) == [.rewarded, .rewarded])
        #expect(
            try settled.map { try slot(ofEvent: $0.event, scratch) }
                == [Int64(Self.many), Int64(Self.many + 1)])
    }

    @Test(arguments: [Cap.Subject.campaign, .referrer])
    func `a refund frees a slot of a large cap, and the next purchase takes it, with little work`(
        _ per: Cap.Subject
    ) throws {
        let scratch = try scratch(per: per, cap: Self.many + 2)
        let first = try post(scratch, "A", order: "1")
        #expect(try post(scratch, "B", order: "2").outcome == .rewarded)
        #expect(try post(scratch, "C", order: "3").outcome == .qualified, "all slots are taken")
        var refunded: Answer.Recorded?
        let refund = try operations { refunded = try post(scratch, nil, "refund", order: "1") }
        #expect(refunded?.outcome == .reversed)
        #expect(refund < Self.bound)
        #expect(try slot(ofEvent: first.event, scratch) == nil)
        try scratch.enrol("OTHER")
        var next: Answer.Recorded?
        let purchase = try operations { next = try post(scratch, "D", order: "4") }
        #expect(purchase < Self.bound)
        let settled = try #require(next)
        #expect(settled.outcome == .rewarded)
        #expect(try slot(ofEvent: settled.event, scratch) == Int64(Self.many))
        #expect(
            try scratch.store.session.integer("SELECT count(*) FROM freed_slots") == 0)
    }

    @Test func `a cap that was made small is full beside the slots of its former size`() throws {
        let scratch = try scratch(per: .campaign, cap: 1_000_000)
        try scratch.declare(
            .plain(rewards: [.credit(.points(5), cap: Cap(count: 3, per: .campaign))]))
        var settled: Answer.Recorded?
        let work = try operations { settled = try post(scratch, "A", order: "1") }
        #expect(work < Self.bound)
        #expect(settled?.outcome == .qualified)
        #expect(settled?.reasons == [.capReached])
    }

    /// Slots are taken and freed at random, near ones and far ones, below a cap that changes.
    @Test(arguments: UInt64(1)...8)
    func `what is counted of a cap is what is there`(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let scratch = try Scratch()
        let claims = scratch.store.claims
        let scope = ClaimTable.Scope(
            Cap(count: 1, per: .campaign), of: ID(1), window: 0, lead: ID(2), referrer: ID(1))
        var taken: [ID<Reward>: Int64] = [:]
        for number in Int64(1)...900 {
            let cap = Int.random(in: 40...300, using: &random)
            let before = try claims.usage(in: scope)
            #expect(before.used == taken.count)
            // It grows first and shrinks then.
            let takes = Int.random(in: 0..<10, using: &random) < (number % 300 < 200 ? 8 : 2)
            if takes {
                let slot = try claims.takeSlot(
                    in: scope, below: cap, given: before, for: ID(number))
                #expect((slot != nil) == (taken.count < cap), "\(number)")
                if let slot {
                    #expect(slot < cap && !taken.values.contains(slot))
                    taken[ID(number)] = slot
                }
            } else if let reward = taken.keys.sorted().randomElement(using: &random) {
                #expect(try claims.releaseSlot(of: reward, in: [scope]))
                #expect(try !claims.releaseSlot(of: reward, in: [scope]))
                taken[reward] = nil
            }
        }
        #expect(try claims.usage(in: scope).used == taken.count)
    }

    // MARK: Customers

    /// So many conversions have taught a customer's name since names were last entered in the table.
    private func learnt() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.enrol(referrer: "REF", leads: ["A", "B", "C", "D"])
        try scratch.operators.session.execute(
            """
            WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 8000)
            INSERT INTO conversions SELECT n, 1, 2, 1, 'approved', NULL, NULL, 'cus-' || n, 1, 0, 0,
                NULL, NULL FROM n;
            INSERT INTO events(id, source, event_id, fingerprint, received_at, outcome, source_version)
                VALUES (8000, 1, 'last', 0, 0, 'rejected', 1)
            """)
        #expect(try scratch.store.customers.find("cus-8000", in: ID(1)) == ID(2))
        try buy(scratch, "A")
        return scratch
    }

    private func buy(_ scratch: Scratch, _ code: String) throws {
        let settled = try scratch.post(
            PartnerMessage(id: code, code: code, orders: [code], customer: "new-\(code)")
        ).recorded
        try #require(settled?.conversion != nil)
    }

    @Test func `customers are not read again after another process has written`() throws {
        let scratch = try learnt()
        try scratch.enrol("OTHER")
        try scratch.operators.session.execute(
            """
            INSERT INTO conversions VALUES (8100, 1, 3, 1, 'approved', NULL, NULL, 'theirs', 1, 0, 0,
                NULL, NULL);
            INSERT INTO events(id, source, event_id, fingerprint, received_at, outcome, source_version)
                VALUES (8100, 1, 'theirs', 0, 0, 'rejected', 1)
            """)
        #expect(try operations { try buy(scratch, "B") } < Self.bound)
        let customers = scratch.store.customers
        #expect(try customers.find("theirs", in: ID(1)) == ID(3))
        #expect(try customers.find("cus-17", in: ID(1)) == ID(2))
        #expect(try customers.find("new-B", in: ID(1)) != nil)
    }

    @Test func `customers are not read again after a rollback`() throws {
        let scratch = try learnt()
        struct Stop: Error {}
        let customers = scratch.store.customers
        #expect(throws: Stop.self) {
            try scratch.transaction {
                let row = ConversionRow(
                    id: ID(9000), campaign: ID(1), lead: ID(3), referrer: ID(1), status: .approved,
                    amount: nil, currency: nil, customer: "gone", occurredAt: scratch.now,
                    createdAt: scratch.now, wasApproved: true)
                try scratch.store.conversions.append(row)
                try customers.remember(row)
                #expect(try customers.find("gone", in: ID(1)) == ID(3))
                throw Stop()
            }
        }
        #expect(try operations { try buy(scratch, "B") } < Self.bound)
        #expect(try customers.find("gone", in: ID(1)) == nil)
        #expect(try customers.find("new-B", in: ID(1)) != nil)
        #expect(try customers.find("cus-17", in: ID(1)) == ID(2))
    }

    // MARK: Declarations

    private func declared(_ budget: Int?) -> DeclaredWorkspace {
        var credit: [String: Any] = [
            "kind": "credit", "value": ["amount": 500, "currency": "EUR"],
            "cap": ["count": 1_000_000, "per": "referrer"],
        ]
        if let budget { credit["budget"] = budget }
        return DeclaredWorkspace(rewards: [credit, ["kind": "points", "value": ["points": 1]]])
    }

    private func granted(_ database: ScratchDatabase, rule: Int) throws {
        try database.execute(
            """
            WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < \(Self.many))
            INSERT INTO rewards(id, campaign_reward_id, beneficiary_id, status, amount, unit, issued_at)
                SELECT n * 16 + \(rule - 1), \(rule), 1, 'issued', 500, 'EUR', 0 FROM n;
            UPDATE campaign_rewards SET granted = \(Self.many), budget_spent = 500 * \(Self.many)
                WHERE id = \(rule)
            """)
    }

    @Test func `a budget that is declared beside many rewards reads none of them`() throws {
        let database = try ScratchDatabase()
        try database.apply(declared(nil))
        try granted(database, rule: 1)
        let work = try operations { try database.apply(declared(20_000_000)) }
        #expect(work < Self.bound)
        #expect(
            try database.count("SELECT budget_spent FROM campaign_rewards WHERE id = 1")
                == 500 * Self.many)
    }

    @Test func `a reward that is declared at another place is refused without reading rewards`()
        throws
    {
        let database = try ScratchDatabase()
        try database.apply(declared(nil))
        // Of the other rule nothing was granted, so that looking for it reads all of them.
        try granted(database, rule: 1)
        var moved = declared(nil)
        moved.campaigns[0]["rewards"] = (moved.campaigns[0]["rewards"] as? [Any])?.reversed()
        let work = operations {
            #expect(throws: (any Error).self) { try database.apply(moved) }
        }
        #expect(work < Self.bound)
    }
}
