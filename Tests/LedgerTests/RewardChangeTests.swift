import Database
import Insight
import Referrals
import SQLite
import TestSupport
import Testing
import Time

@testable import Ledger
@testable import Storage

/// What becomes of rewards when rules change, refunds come and people decide.
@Suite struct RewardChangeTests {
    private func scratch(_ campaign: Campaign, leads: [String] = ["BOB", "CARL"]) throws -> Scratch
    {
        let scratch = try Scratch(campaigns: [campaign])
        try scratch.enrol(referrer: "ANNA", leads: leads)
        return scratch
    }

    private func post(
        _ scratch: Scratch, _ id: String, _ code: String?, order: String = "A", amount: Int64 = 100,
        _ reversal: String? = nil
    ) throws {
        try scratch.post(
            PartnerMessage(
                id: id, code: code, orders: [order], amount: amount, currency: "EUR",
                reversal: reversal))
    }

    private func reward(_ scratch: Scratch, _ id: Int64 = 16) throws -> RewardRow {
        try #require(try scratch.store.rewards.find(ID(id)))
    }

    /// What a reviewer's approval does.
    private func approve(_ scratch: Scratch, _ id: Int64, holdDays: Int = 0) throws {
        try scratch.transaction {
            let conversion = try #require(try scratch.store.conversions.find(ID(id)))
            let campaign = try #require(
                scratch.processor.declarations.campaigns[conversion.campaign])
            let granted = try scratch.processor.granted(of: conversion, campaign)
            try scratch.processor.apply(
                Referrals.approve(
                    granted.map(\.reward), holdDays: holdDays, pool: CouponPool(),
                    now: scratch.now),
                to: granted, of: conversion, campaign, event: nil, now: scratch.now)
        }
    }

    @Test(arguments: [
        (Cap.Subject.referrer, Cap.Subject.campaign), (.campaign, .referrer), (.lead, .campaign),
        (.campaign, .lead), (.referrer, .lead),
    ])
    func `a refund frees the slot although its cap counts for somebody else by now`(
        _ before: Cap.Subject, _ after: Cap.Subject
    ) throws {
        func campaign(_ per: Cap.Subject) -> Campaign {
            .plain(rewards: [.credit(.points(50), cap: Cap(count: 1, per: per))])
        }
        let scratch = try scratch(campaign(before))
        try post(scratch, "1", "BOB")
        try scratch.declare(campaign(after))
        try post(scratch, "2", nil, "refund")
        #expect(try reward(scratch).status == .revoked)
        #expect(
            try scratch.store.session.integer("SELECT count(*) FROM claims WHERE rule > 0") == 0)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a reward without a slot can be refunded after its approval`() throws {
        let scratch = try scratch(.plain(rewards: [.credit(.points(50))]))
        try post(scratch, "1", "BOB")
        try post(scratch, "2", nil, "refund")
        try post(scratch, "3", "CARL", order: "B")
        try post(scratch, "4", nil, "reinstate")
        try approve(scratch, 1)
        #expect(try reward(scratch).status == .issued)
        #expect(try reward(scratch).reasons.contains(.capReached))
        #expect(try scratch.audit().findings == [])
        try post(scratch, "5", nil, "refund")
        #expect(try reward(scratch).status == .revoked)
        #expect(try reward(scratch, 48).status == .issued)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `the hold that begins with an approval is kept, and ends by itself`() throws {
        let scratch = try scratch(.plain(review: .always, rewards: [.credit(.points(50))]))
        try post(scratch, "1", "BOB")
        try approve(scratch, 1, holdDays: 2)
        let end = scratch.now + .seconds(2 * 86_400)
        #expect(try reward(scratch).status == .pending)
        #expect(try reward(scratch).heldUntil == end)
        scratch.now = end
        try scratch.release()
        #expect(try reward(scratch).status == .issued)
    }

    @Test func `a credit that was used stays with a person, however often it is refunded`() throws {
        let half = try #require(Percentage("50"))
        let scratch = try scratch(.plain(rewards: [.credit(.percent(half, max: nil))]))
        try post(scratch, "1", "BOB", amount: 1000)
        try scratch.transaction {
            let isMoved = try scratch.store.rewards.set(
                .redeemed, of: ID(16), was: .issued, reasons: [], heldUntil: nil, at: scratch.now)
            #expect(isMoved)
        }
        try post(scratch, "2", nil, amount: 400, "refund")
        #expect(try reward(scratch).status == .inReview)
        try post(scratch, "3", nil, amount: 600, "refund")
        #expect(try reward(scratch).status == .inReview)
        #expect(try reward(scratch).reasons == [.refundedFull])
        try post(scratch, "4", nil, "reinstate")
        #expect(try reward(scratch).status == .inReview || reward(scratch).status == .redeemed)
    }

    @Test func `a lead who comes with a rejected event is reported, once`() throws {
        let scratch = try Scratch(sources: [DeclaredSource(codeOf: .referrer)])
        try scratch.enrol("ANNA")
        for id in ["1", "2"] {
            try scratch.post(
                PartnerMessage(id: id, goal: "signup", code: "ANNA", email: "new@new.example"))
        }
        let response = try scratch.store.session.prepare(
            "SELECT group_concat(type), group_concat(subject) FROM deliveries")
        _ = try response.step()
        #expect(response.text(0) == "lead.created")
        #expect(response.text(1) == "2")
    }

    /// One in review counts towards the threshold, so that its approval brings nobody else a reward later.
    @Test func `a conversion in review counts for those after it`() throws {
        let campaign = Campaign.plain(
            review: .when("event.amount > 500"), rewards: [.credit(.points(50))]
        ) { $0.goalThreshold = 2 }
        let scratch = try scratch(campaign)
        try post(scratch, "1", "BOB", amount: 1000)
        #expect(try scratch.store.rewards.find(ID(16)) == nil)
        try post(scratch, "2", "CARL", order: "B")
        #expect(try reward(scratch, 32).status == .issued)
    }
}
