import Insight
import JSON
import Referrals
import Storage
import TestSupport
import Testing
import Time

extension Scratch {
    func explain(_ query: Explanation.Query, account: ID<Account>? = nil) throws -> Explanation {
        try Explainer(
            store, now: now, campaign: { [unowned self] in campaign($0, version: $1) },
            source: { [unowned self] in source($0, version: $1) }
        ).explain(query, account: account ?? self.account)
    }
}

@Suite struct ExplainerTests {
    // MARK: By code and address

    @Test func `a near miss comes first, and says the one thing that stood in the way`() throws {
        let explanation = try AuditedLife.scratch().explain(.code("bob"))
        #expect(explanation.events.map(\.row.id.number) == [9, 8, 1])
        #expect(explanation.events.map(\.isNearMiss) == [true, false, false])
        #expect(
            explanation.summary
                == "Event 9 is rejected. One check did not pass. The campaign rewards"
                + " “purchase”; the event reports “signup”. Rewards given so far: 1.")
    }

    @Test func `a referrer is notified of their leads' events too`() throws {
        let explanation = try AuditedLife.scratch().explain(.code("ANNA"))
        #expect(explanation.people.map(\.row.code) == ["ANNA"])
        #expect(explanation.people[0].leadCount == 3)
        #expect(Set(explanation.events.map(\.row.id.number)) == [1, 2, 5, 8, 9])
    }

    @Test func `what came later to a conversion is reported with it`() throws {
        let explanation = try AuditedLife.scratch().explain(.email("Gina@Gina.example"))
        let story = try #require(explanation.events.first { $0.row.id == ID(11) })
        #expect(story.later.map(\.event.number) == [13, 14])
        #expect(story.later.map(\.outcome) == [.reversed, .rewarded])
        #expect(story.rewards.map(\.remaining) == [2000])
        let shrunk = try #require(explanation.events.first { $0.row.id == ID(10) })
        #expect(shrunk.rewards.map(\.remaining) == [750, 1])
        #expect(shrunk.rewards.map(\.coupon) == [nil, .assigned])
    }

    @Test func `a refund since the decision is no near miss any more`() throws {
        let explanation = try AuditedLife.scratch().explain(.code("MAX"))
        #expect(explanation.events.map(\.isNearMiss) == [false])
        #expect(explanation.events[0].summary.hasSuffix("The purchase was refunded later."))
    }

    @Test func `what waits is reported with what it waits for`() throws {
        let scratch = try AuditedLife.scratch()
        #expect(
            try scratch.explain(.code("OLA")).events[0].waitsFor == [
                "Reward 336 waits for a coupon; 0 wait before it."
            ])
        #expect(
            try scratch.explain(.code("NOA")).events[0].waitsFor == [
                "The conversion waits for a person to approve or reject it."
            ])
        let parked = try scratch.explain(.code("nobody"))
        #expect(parked.people.isEmpty)
        #expect(parked.summary.hasPrefix("No participant has the code NOBODY yet. 1 event waits"))
        #expect(
            parked.events[0].waitsFor == [
                "The event waits until 2026-12-21T12:00:06Z for a participant with the code NOBODY;"
                    + " then it is decided automatically."
            ])
    }

    @Test func `a held reward is reported with the end of its hold`() throws {
        let scratch = try Scratch(campaigns: [.plain(holdDays: 14)])
        try scratch.addCoupons(1)
        try scratch.enrol(referrer: "ANNA", leads: ["BOB"])
        try scratch.post(PartnerMessage(id: "1", code: "BOB"))
        let story = try #require(try scratch.explain(.code("BOB")).events.first)
        #expect(story.isNearMiss)
        #expect(
            story.waitsFor == [
                "Reward 16 is held until 2026-12-05T12:00:01Z, and then issued automatically."
            ])
        scratch.now += .seconds(86_400 * 14)
        try scratch.release()
        let after = try #require(try scratch.explain(.code("BOB")).events.first)
        #expect(!after.isNearMiss)
        #expect(after.summary.hasSuffix("A reward was issued later."))
        #expect(after.remedies == [])
    }

    @Test func `an event's checks and remedies are reported as support sends them on`() throws {
        let text = try AuditedLife.scratch().explain(.event(17)).description
        #expect(
            text.hasPrefix(
                """
                The condition “event.amount >= 1000” should be true, but is false. 1 more check did not pass.

                IDA is a lead of FRED in campaign 2 “Spring”, joined 2026-11-20T12:00:09Z.
                  ida@ida.example

                Event 17 from src_test, received 2026-11-21T12:00:17Z, goal “purchase”, lead IDA, referrer FRED: rejected.
                  The condition “event.amount >= 1000” should be true, but is false. 1 more check did not pass.
                  → See the condition in the trace; change the rule or the data, and replay.
                    fail     condition            The condition “event.amount >= 1000” should be true, but is false.
                             false    event.amount >= 1000   (event.amount = 500)
                    fail     coupon_available     An unused coupon is needed, and none is left.
                    pass     not_a_test           The event is not marked as a test.

                """))
    }

    // MARK: By event and key

    @Test func `a repeat is reported with the conversion it repeats`() throws {
        let explanation = try AuditedLife.scratch().explain(.event(3))
        #expect(explanation.events.map(\.row.id.number) == [3, 1])
        #expect(explanation.events[0].remedies.first?.contains("see the first conversion") == true)
    }

    @Test func `a refund says what it left`() throws {
        let scratch = try AuditedLife.scratch()
        #expect(try scratch.explain(.event(12)).summary == "Of 100.00 EUR, 75.00 EUR is left.")
        #expect(try scratch.explain(.event(13)).summary == "Of 200.00 EUR, 0.00 EUR is left.")
        #expect(try scratch.explain(.event(14)).summary == "All of 200.00 EUR is paid.")
    }

    @Test func `a key finds its conversion, also before its purchase has come`() throws {
        let scratch = try AuditedLife.scratch()
        #expect(try scratch.explain(.businessKey("I-1")).events.map(\.row.id.number) == [10])
        try scratch.post(PartnerMessage(id: "r", orders: ["Z-1"], amount: 1, reversal: "refund"))
        let waiting = try scratch.explain(.businessKey("Z-1"))
        #expect(
            waiting.events.map(\.summary)
                == ["The event refunds a purchase that has not arrived yet."])
        #expect(waiting.events[0].waitsFor[0].contains("a conversion with the business key “Z-1”"))
    }

    @Test func `what could not be mapped says which field`() throws {
        let story = try #require(try AuditedLife.scratch().explain(.event(7)).events.first)
        #expect(story.summary.contains("referral_code: payload.data.referral_code has no value"))
        #expect(story.remedies == ["Correct the source's mapping and replay the event."])
    }

    @Test func `an event whose body was erased still says what came of it`() throws {
        let scratch = try AuditedLife.scratch()
        try scratch.execute("UPDATE events SET body = NULL WHERE id = 2")
        let story = try #require(try scratch.explain(.event(2)).events.first)
        #expect(
            story.summary
                == "This reward is granted once, and was granted before. The decision cannot be"
                + " repeated: its body was erased.")
        #expect(story.lead?.code == "CARL")
    }

    // MARK: Where nothing is found

    @Test func `a code nobody has brings those that look like it`() throws {
        let scratch = try Scratch()
        for code in ["BOB", "SUMMER-10", "SUMMER-11", "WINTER-99"] { try scratch.enrol(code) }
        let swapped = try scratch.explain(.code("B0B"))
        #expect(!swapped.isFound)
        #expect(swapped.suggestions == ["BOB"])
        #expect(swapped.summary.hasSuffix("Did you mean BOB?"))
        #expect(try scratch.explain(.code("SUMER-10")).suggestions == ["SUMMER-10", "SUMMER-11"])
        #expect(try scratch.explain(.code("XYZ")).suggestions == [])
        #expect(
            try scratch.explain(.code("no code")).summary.contains("cannot be a referral code"))
    }

    @Test func `unknown addresses, events and keys are answered in words`() throws {
        let scratch = try AuditedLife.scratch()
        for query in [Explanation.Query.email("x@y.example"), .event(99), .businessKey("nope")] {
            let explanation = try scratch.explain(query)
            #expect(!explanation.isFound)
            #expect(!explanation.summary.isEmpty)
        }
    }

    @Test(arguments: [
        Explanation.Query.code("BOB"), .email("bob@bob.example"), .event(1), .businessKey("A-1"),
    ])
    func `another account's people and events are not found`(_ query: Explanation.Query) throws {
        let scratch = try AuditedLife.scratch()
        #expect(try scratch.explain(query).isFound)
        #expect(try !scratch.explain(query, account: 2).isFound)
    }

    @Test func `only the latest events are reported, and that there are more`() throws {
        let scratch = try Scratch()
        try scratch.enrol(referrer: "ANNA", leads: ["BOB"])
        for number in 1...25 {
            try scratch.post(PartnerMessage(id: "\(number)", goal: "other", code: "BOB"))
        }
        let explanation = try scratch.explain(.code("BOB"))
        #expect(explanation.events.map(\.row.id.number) == Array((6...25).reversed()))
        #expect(explanation.isCut)
    }
}
