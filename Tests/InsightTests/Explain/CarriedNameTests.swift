import Database
import Insight
import Ledger
import Referrals
import SQLite
import TestSupport
import Testing
import Time

@testable import Storage

/// Events are found by what they carry, whatever became of them.
@Suite struct CarriedNameTests {
    private static let all = PartnerMessage(
        id: "1", code: "CODE-1", orders: ["O-1", "O-2"], amount: 100, customer: "cus_1",
        email: "Ann@Example.com")

    private static let names: [Explanation.Query] = [
        .code("code-1"), .businessKey("O-1"), .businessKey("O-2"), .email("ann@example.com"),
        .customer("cus_1"),
    ]

    private func found(_ scratch: Scratch) throws -> [[Int64]] {
        try Self.names.map { try scratch.explain($0).events.map(\.row.id.number) }
    }

    @Test func `a parked event is found by each, also when it waits no more`() throws {
        let scratch = try Scratch(campaigns: [.plain()])
        try scratch.enrol(referrer: "ANNA", leads: ["BOB"])
        try scratch.post(Self.all)
        #expect(try found(scratch) == Self.names.map { _ in [1] })
        scratch.now += .seconds(86_400 * 31)
        try scratch.release()
        #expect(try found(scratch) == Self.names.map { _ in [1] })
        let explanation = try scratch.explain(.code("CODE-1"))
        #expect(
            explanation.summary
                == "No participant has the code CODE-1, and no event waits for it any more.")
        let remedies = try #require(explanation.events.first?.remedies)
        #expect(
            remedies.contains {
                $0.hasSuffix("then replay the event, which no longer waits.")
            })
    }

    @Test func `a rejected, an ignored and an unmapped event are found too`() throws {
        let scratch = try Scratch(campaigns: [.plain()])
        try scratch.enrol(referrer: "ANNA", leads: ["BOB"])
        var rejected = PartnerMessage(
            id: "1", goal: "signup", code: "BOB", orders: ["R-1"], customer: "cus_r",
            email: "bob2@example.com")
        try scratch.post(rejected)
        (rejected.id, rejected.isTest, rejected.orders) = ("2", true, ["T-1"])
        try scratch.post(rejected)
        // No currency has two letters.
        try scratch.post(
            PartnerMessage(
                id: "3", code: "BOB", orders: ["U-1"], amount: 1, currency: "EU",
                customer: "cus_u", email: "u@example.com"))
        func outcomes(_ query: Explanation.Query) throws -> [Outcome] {
            try scratch.explain(query).events.map(\.row.outcome)
        }
        #expect(try outcomes(.businessKey("R-1")) == [.rejected])
        #expect(try outcomes(.businessKey("T-1")) == [.ignored])
        #expect(try Set(outcomes(.email("bob2@example.com"))) == [.rejected, .ignored])
        #expect(try outcomes(.businessKey("U-1")) == [.unmapped])
        #expect(try outcomes(.email("u@example.com")) == [.unmapped])
        #expect(try outcomes(.customer("cus_u")) == [.unmapped])
        #expect(try outcomes(.code("BOB")).contains(.unmapped))
    }

    @Test func `a person is found by customer id with their conversions`() throws {
        let scratch = try Scratch(campaigns: [.plain()])
        try scratch.addCoupons(1)
        try scratch.enrol(referrer: "ANNA", leads: ["BOB"])
        try scratch.post(PartnerMessage(id: "1", code: "BOB", customer: "cus_b"))
        let explanation = try scratch.explain(.customer("cus_b"))
        #expect(explanation.people.map(\.row.code) == ["BOB"])
        #expect(explanation.events.map(\.row.outcome) == [.rewarded])
        #expect(try scratch.explain(.customer("cus_x")).isFound == false)
    }

    @Test func `another account's events are not found`() throws {
        let scratch = try Scratch(campaigns: [.plain()])
        try scratch.post(Self.all)
        for query in Self.names {
            #expect(try !scratch.explain(query, account: 99).isFound)
        }
    }

    @Test func `an event is found by what it carries after it was decided again`() throws {
        let scratch = try Scratch(campaigns: [.plain()])
        try scratch.addCoupons(1)
        try scratch.post(Self.all)
        try scratch.enrol(referrer: "ANNA", leads: ["CODE-1"])
        try scratch.release()
        let rows = try scratch.store.session.integer("SELECT count(*) FROM event_names")
        #expect(rows == 0)
        #expect(try scratch.explain(.code("CODE-1")).events.map(\.row.outcome) == [.rewarded])
        #expect(try scratch.explain(.businessKey("O-2")).events.map(\.row.outcome) == [.rewarded])
    }

    @Test func `events of a former release are looked at once`() throws {
        let scratch = try Scratch(campaigns: [.plain()])
        try scratch.post(Self.all)
        try scratch.execute("DELETE FROM event_names")
        try scratch.execute("INSERT INTO meta VALUES ('event_names_left', 1)")
        #expect(try scratch.explain(.customer("cus_1")).events.isEmpty)
        try scratch.transaction { scratch.processor.forget() }
        try scratch.release()
        #expect(try found(scratch) == Self.names.map { _ in [1] })
        let left = try scratch.store.session.integer(
            "SELECT count(*) FROM meta WHERE name = 'event_names_left'")
        #expect(left == 0)
    }

    @Test func `all rewards are counted, and not those of the events that are shown`() throws {
        let scratch = try Scratch(campaigns: [.plain(rewards: [.coupon(cap: .unlimited)])])
        try scratch.addCoupons(30)
        let leads = (1...30).map { "LEAD-\($0)" }
        try scratch.enrol(referrer: "ANNA", leads: leads)
        for (number, lead) in leads.enumerated() {
            try scratch.post(PartnerMessage(id: "\(number)", code: lead))
        }
        let explanation = try scratch.explain(.code("ANNA"))
        #expect(explanation.events.count == 20)
        #expect(explanation.isCut)
        #expect(explanation.givenRewards == 30)
        #expect(explanation.summary.contains("Rewards given so far: 30."))
    }

    // MARK: The nearest code

    @Test(arguments: [
        ("SUMMER-5", "SUMMER-S"), ("SUMER-S", "SUMMER-S"), ("SUMMER-SS", "SUMMER-S"),
        ("USMMER-S", "SUMMER-S"), ("XUMMER-S", "SUMMER-S"), ("SUMMER-XS", "SUMMER-S"),
    ])
    func `the nearest of very many codes is suggested`(_ asked: String, _ meant: String) throws {
        let scratch = try Scratch(campaigns: [.plain()])
        try scratch.enrol(referrer: "SUMMER-S", leads: [])
        try scratch.execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            INSERT INTO participants(id, campaign_id, account_id, referral_code, joined_at)
            SELECT 1000 + i, (SELECT campaign_id FROM participants WHERE referral_code = 'SUMMER-S'),
                (SELECT account_id FROM participants WHERE referral_code = 'SUMMER-S'),
                'SU' || printf('%06d', i), 0 FROM n
            """)
        let explanation = try scratch.explain(.code(asked))
        #expect(explanation.suggestions.first == meant)
        #expect(explanation.summary.hasSuffix("Did you mean \(meant)?"))
    }

    @Test func `a code that events wait for is compared with those that exist as well`() throws {
        let scratch = try Scratch(campaigns: [.plain()])
        try scratch.enrol(referrer: "ANNA-2026", leads: [])
        try scratch.post(PartnerMessage(id: "1", code: "ANNA-2062"))
        let explanation = try scratch.explain(.code("ANNA-2062"))
        #expect(
            explanation.summary
                == "No participant has the code ANNA-2062 yet. 1 event waits for a participant with it."
                + " Did you mean ANNA-2026?")
        #expect(explanation.description.contains("Did you mean ANNA-2026?"))
    }
}
