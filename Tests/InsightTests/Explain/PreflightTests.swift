import Insight
import Referrals
import Storage
import TestSupport
import Testing
import Time

@Suite struct PreflightTests {
    private func failing(_ scratch: Scratch, _ code: String) throws -> [String] {
        let person = try #require(try scratch.explain(.code(code)).people.first)
        let preflight = try #require(person.preflight)
        return preflight.items.filter { $0.check.outcome == .fail }.map(\.check.subject.rawValue)
    }

    @Test func `a participant no event has named is shown what would stand in the way`() throws {
        let scratch = try Scratch()
        try scratch.enrol("ANNA")
        let explanation = try scratch.explain(.code("ANNA"))
        #expect(
            explanation.summary
                == "No event has named ANNA or a lead of theirs yet. There is one"
                + " obstacle to a reward: No unused coupon is left for a new reward.")
        #expect(try failing(scratch, "ANNA") == ["coupon_available"])
        try scratch.addCoupons(1)
        #expect(
            try scratch.explain(.code("ANNA")).summary.hasSuffix(
                "there is no obstacle to a reward."))
    }

    @Test func `the four classic checks are among them, with the owner`() throws {
        let scratch = try Scratch()
        try scratch.addCoupons(1)
        try scratch.enrol("ANNA")
        let preflight = try #require(try scratch.explain(.code("ANNA")).people.first?.preflight)
        #expect(preflight.owner == "Ada")
        #expect(preflight.isClear)
        let subjects = Set(preflight.items.map(\.check.subject))
        #expect(subjects.isSuperset(of: [.goalType, .rewardExists, .couponAvailable, .cap]))
    }

    @Test func `a lead is held against what their referrer has had`() throws {
        let scratch = try Scratch()
        try scratch.addCoupons(2)
        try scratch.enrol(referrer: "ANNA", leads: ["BOB", "CARL"])
        try scratch.post(PartnerMessage(id: "1", code: "BOB"))
        #expect(try failing(scratch, "CARL") == ["cap"])
    }

    @Test func `a campaign by itself is checked without anybody's caps`() throws {
        let scratch = try Scratch()
        let campaign = Campaign.plain(2, rewards: []) { rules in
            rules.status = .draft
            rules.endsAt = scratch.now
        }
        try scratch.declare(campaign)
        let preflight = try Preflight(
            try #require(scratch.campaign(ID(2), version: 1)), store: scratch.store,
            now: scratch.now)
        let failed = preflight.items.filter { $0.check.outcome == .fail }
        #expect(failed.map(\.check.subject) == [.campaignActive, .campaignDates, .rewardExists])
        #expect(
            failed.map(\.check.reason)
                == [.campaignNotPublished, .campaignNotActive, .noRewardConfigured])
        #expect(!preflight.isClear)
    }
}
