import Database
import Glibc
import Insight
import Referrals
import SQLite
import TestSupport
import Testing
import Time

@testable import Storage

// What may change after a decision without breaking a promise, and what is only due.
@Suite struct AuditedChangeTests {
    @Test func `a decision is held against the campaign's version of its time`() throws {
        let scratch = try Scratch(campaigns: [.plain(conditions: ["event.amount >= 100"])])
        try scratch.addCoupons(2)
        try scratch.enrol(referrer: "ANNA", leads: ["BOB"])
        try scratch.post(PartnerMessage(id: "1", code: "BOB", amount: 200, currency: "EUR"))
        try scratch.declare(.plain(conditions: ["event.amount >= 1000"], rewards: []))
        #expect(try scratch.audit().findings == [])
    }

    @Test func `conditions see a participant as they were`() throws {
        let scratch = try Scratch(campaigns: [.plain(conditions: ["referrer.source == 'shop'"])])
        try scratch.addCoupons(1)
        let anna = try scratch.enrol("ANNA")
        try scratch.enrol("BOB", referredBy: anna)
        func move(to source: String) throws {
            try scratch.transaction {
                var row = try #require(try scratch.store.participants.find(anna))
                row.source = source
                try scratch.store.participants.update(row)
            }
        }
        try move(to: "shop")
        try scratch.post(PartnerMessage(id: "1", code: "BOB"))
        try move(to: "office")
        #expect(try scratch.audit().findings == [])
        try scratch.execute("DELETE FROM participant_revisions WHERE revision = 1")
        #expect(
            try scratch.audit().findings == [
                "The decision on event 1 cannot be repeated: revision 1 of participant 1, which its decision read,"
                    + " is not stored."
            ])
    }

    @Test func `a decision that saw a person who was deleted can't be derived`() throws {
        let scratch = try Scratch(campaigns: [.plain(conditions: ["has(lead.email)"])])
        try scratch.addCoupons(1)
        try scratch.enrol(referrer: "ANNA", leads: ["BOB"])
        try scratch.post(PartnerMessage(id: "1", code: "BOB"))
        try scratch.execute(
            "UPDATE participants SET erased_at = 1, email = NULL, first_name = NULL WHERE id = 2")
        let report = try scratch.audit()
        #expect(report.findings == [])
        #expect(report.notDerivable == 1)
    }

    @Test func `a reward that comes back to a taken slot needs none`() throws {
        let scratch = try Scratch(campaigns: [.plain(rewards: [.credit(.points(50))])])
        try scratch.enrol(referrer: "ANNA", leads: ["BOB", "CARL"])
        func post(_ id: String, _ code: String?, _ reversal: String? = nil) throws {
            try scratch.post(
                PartnerMessage(
                    id: id, code: code, orders: ["A"], amount: 100, currency: "EUR",
                    reversal: reversal))
        }
        try post("1", "BOB")
        try post("2", nil, "refund")
        try scratch.post(PartnerMessage(id: "3", code: "CARL"))
        try post("4", nil, "reinstate")
        let reward = try #require(try scratch.store.rewards.find(ID(16)))
        #expect(reward.status == .inReview)
        #expect(reward.reasons.contains(.capReached))
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a slot may lie below a cap the rule had once`() throws {
        func campaign(_ count: Int) -> Campaign {
            .plain(rewards: [.credit(.points(50), cap: Cap(count: count, per: .referrer))])
        }
        let scratch = try Scratch(campaigns: [campaign(2)])
        try scratch.enrol(referrer: "ANNA", leads: ["BOB", "CARL"])
        try scratch.post(PartnerMessage(id: "1", code: "BOB"))
        try scratch.post(PartnerMessage(id: "2", code: "CARL"))
        try scratch.declare(campaign(1))
        #expect(try scratch.audit().findings == [])
    }

    @Test func `caps of every kind and window give their own slots`() throws {
        let caps = [
            Cap(count: 2, per: .referrer, window: .day), Cap(count: 1, per: .lead),
            Cap(count: 3, per: .lead, window: .month),
            Cap(count: 2, per: .campaign, window: .month),
        ]
        let scratch = try Scratch(campaigns: [
            .plain(
                conversions: .every,
                rewards: caps.enumerated().map {
                    .credit(.points(5), Int64($0 + 1), for: .lead, cap: $1)
                })
        ])
        try scratch.enrol(referrer: "ANNA", leads: ["BOB", "CARL"])
        for number in 1...6 {
            scratch.now += .seconds(40_000)
            try scratch.post(
                PartnerMessage(
                    id: "\(number)", code: number % 2 == 0 ? "BOB" : "CARL", orders: ["\(number)"]))
        }
        #expect(try scratch.store.rewards.of(ID(1)).count == 4)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a lead enrolled by the event itself is derived like any other`() throws {
        let scratch = try Scratch(sources: [DeclaredSource(codeOf: .referrer)])
        try scratch.addCoupons(1)
        try scratch.enrol("ANNA")
        try scratch.post(
            PartnerMessage(id: "1", code: "ANNA", customer: "c1", email: "b@b.example"))
        try scratch.post(PartnerMessage(id: "2", code: "ANNA", customer: "c1"))
        #expect(try scratch.store.participants.find(code: "AAAAAAAB", account: 1) != nil)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `what a paused source sent waits for it`() throws {
        let scratch = try Scratch(sources: [DeclaredSource(isPaused: true)])
        try scratch.enrol(referrer: "ANNA", leads: ["BOB"])
        try scratch.post(PartnerMessage(id: "1", code: "BOB"))
        try scratch.post(PartnerMessage(id: "2", orders: ["A"], reversal: "refund"))
        #expect(try scratch.audit().findings == [])
        try scratch.execute("DELETE FROM parked")
        #expect(
            try scratch.audit().findings == [
                "Event 1 is parked, but waits for nothing.",
                "Event 2 is parked, but waits for nothing.",
            ])
    }

    @Test func `what has waited its time waits no more, and that is no violation`() throws {
        let scratch = try Scratch()
        try scratch.post(PartnerMessage(id: "1", code: "NOBODY"))
        let later = scratch.now + .seconds(86_400 * 31)
        #expect(
            try scratch.audit(at: later).remarks == [
                "1 parked events have reached the end of their waiting time."
            ])
        scratch.now = later
        try scratch.release()
        let report = try scratch.audit()
        #expect(report.findings == [])
        #expect(report.remarks == [])
    }

    @Test func `what is due is kept apart, until a gateway has done it`() throws {
        let scratch = try Scratch(campaigns: [
            .plain(1), .plain(2, holdDays: 1, rewards: [.coupon(2)]),
        ])
        try scratch.enrol(referrer: "ANNA", leads: ["BOB"])
        try scratch.enrol(referrer: "DORA", leads: ["EVA"], campaign: 2)
        try scratch.addCoupons(1, to: 2)
        try scratch.post(PartnerMessage(id: "1", code: "BOB"))
        try scratch.post(PartnerMessage(id: "2", code: "EVA"))
        try scratch.post(PartnerMessage(id: "3", code: "FRED"))
        #expect(try scratch.audit().remarks == [])
        try scratch.addCoupons(1)
        try scratch.enrol("FRED")
        scratch.now += .seconds(86_400)
        let report = try scratch.audit()
        #expect(report.violations == 0)
        #expect(
            report.remarks == [
                "1 rewards of campaign 1 wait for a coupon, although 1 coupons are unused.",
                "1 rewards are held, although their hold has ended.",
                "1 parked events can be decided: the record they waited for exists.",
            ])
        try scratch.release()
        let after = try scratch.audit()
        #expect(after.findings == [])
        #expect(after.remarks == [])
        #expect(after.couponsAssigned == 2)
    }

    @Test func `a file that is damaged is reported, and brings nothing down`() throws {
        let scratch = try AuditedLife.scratch()
        let page = try #require(
            try scratch.store.session.integer(
                "SELECT rootpage FROM sqlite_schema WHERE name = 'conversions'"))
        try scratch.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        let file = try #require(fopen(scratch.path, "r+"))
        fseek(file, Int(page - 1) * 4096, SEEK_SET)
        let garbage = [UInt8](repeating: 0xAB, count: 4096)
        #expect(fwrite(garbage, 1, garbage.count, file) == 4096)
        fclose(file)
        let report = try scratch.audit(try Store.open(scratch.path, for: .reader))
        #expect(report.violations > 0)
        #expect(report.findings.first?.hasPrefix("The file is damaged: ") == true)
    }
}
