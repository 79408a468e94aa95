import Insight
import Ledger
import Mapping
import Referrals
import Storage
import TestSupport
import Testing
import Time

/// Which of several candidates is the code.
@Suite struct CandidateTests {
    private func scratch(
        campaign: ID<Campaign>? = nil,
        campaigns: [Campaign] = [.plain(rewards: [.coupon(cap: .unlimited)])]
    ) throws -> Scratch {
        var mapping = Preset.refgate.mapping
        mapping[.referralCode] = [
            "payload.data.codes.map(c, c.startsWith('?') ? dyn({'maybe': c.substring(1)}) : dyn(c))"
        ]
        let scratch = try Scratch(
            campaigns: campaigns,
            sources: [
                DeclaredSource(mapping: mapping, codeOf: .referrer, campaign: campaign)
            ])
        try scratch.addCoupons(5)
        return scratch
    }

    private func body(_ codes: [String], customer: String = "cus-1") -> [UInt8] {
        let list = codes.map { "\"\($0)\"" }.joined(separator: ",")
        return Array(
            #"{"type":"purchase","data":{"codes":[\#(list)],"customer":{"id":"\#(customer)"}}}"#
                .utf8)
    }

    @Test func `the first that names a participant counts`() throws {
        let scratch = try scratch()
        try scratch.enrol("ADA")
        let bob = try scratch.enrol("BOB")
        let answer = try scratch.post(body: body(["?SALE", "a b", "bob", "ADA"]), id: "1").recorded
        #expect(answer?.outcome == .rewarded)
        let row = try #require(try scratch.store.conversions.find(ID(1)))
        #expect(row.referrer == bob)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a marked candidate that names a participant counts like any other`() throws {
        let scratch = try scratch()
        let ada = try scratch.enrol("ADA")
        try scratch.enrol("BOB")
        try scratch.post(body: body(["?ADA", "BOB"]), id: "1")
        #expect(try scratch.store.conversions.find(ID(1))?.referrer == ada)
        #expect(try scratch.audit().findings == [])
    }

    @Test(arguments: ["ONE", "TWO"])
    func `an event waits under each candidate, and any of them releases it`(
        _ code: String
    ) throws {
        let scratch = try scratch()
        let answer = try scratch.post(body: body(["one", "not a code", "two"]), id: "1").recorded
        #expect(answer?.outcome == .parked)
        #expect(answer?.reasons == [.unknownCode])
        #expect(try scratch.parkedKeys() == ["ONE", "TWO"])
        #expect(try scratch.audit().findings == [])
        let owner = try scratch.enrol(code)
        try scratch.post(body: body(["NOBODY"], customer: "cus-2"), id: "2")
        try scratch.release()
        #expect(try scratch.store.conversions.find(ID(1))?.referrer == owner)
        #expect(try scratch.parkedKeys() == ["NOBODY"])
        #expect(try scratch.audit().findings == [])
    }

    @Test func `marked candidates alone are ignored and never wait`() throws {
        let scratch = try scratch()
        let answer = try scratch.post(body: body(["?SALE", "?SPRING"]), id: "1").recorded
        #expect(answer?.outcome == .ignored)
        #expect(answer?.reasons == [.unknownCode])
        #expect(try scratch.parkedKeys() == [])
        #expect(try scratch.audit().findings == [])
        // Sent again it is decided again, and the code may have appeared.
        try scratch.enrol("SPRING")
        let again = try scratch.post(body: body(["?SALE", "?SPRING"]), id: "1").recorded
        #expect(again?.outcome == .rewarded)
        #expect(again?.isDuplicate == true)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a sale code of a customer who is known does not hide them`() throws {
        let scratch = try scratch(campaigns: [
            .plain(conversions: .every, rewards: [.coupon(cap: .unlimited)])
        ])
        try scratch.enrol("ADA")
        try scratch.post(body: body(["ADA"]), id: "1")
        let other = Array(
            #"{"type":"purchase","data":{"codes":["?SALE"],"order_id":"o2","customer":{"id":"cus-1"}}}"#
                .utf8)
        let answer = try scratch.post(body: other, id: "2").recorded
        #expect(answer?.outcome == .rewarded)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `a code of another campaign gives way to one of the source's`() throws {
        let scratch = try scratch(
            campaign: ID(1),
            campaigns: [
                .plain(1, rewards: [.coupon(1, cap: .unlimited)]),
                .plain(2, rewards: [.coupon(2, cap: .unlimited)]),
            ])
        let ada = try scratch.enrol("ADA")
        try scratch.enrol("OTHER", campaign: 2)
        try scratch.post(body: body(["OTHER", "ADA"]), id: "1")
        #expect(try scratch.store.conversions.find(ID(1))?.referrer == ada)
        let waits = try scratch.post(body: body(["OTHER", "LATE"], customer: "cus-2"), id: "2")
        #expect(waits.recorded?.outcome == .parked)
        #expect(try scratch.parkedKeys() == ["LATE"])
        let alone = try scratch.post(body: body(["OTHER"], customer: "cus-3"), id: "3")
        #expect(alone.recorded?.outcome == .parked)
        try scratch.release()
        #expect(try scratch.parkedKeys() == ["LATE"])
        #expect(try scratch.audit().findings == [])
    }

    @Test func `all candidates are compared with a repeat's`() throws {
        let scratch = try scratch()
        try scratch.enrol("ADA")
        try scratch.post(body: body(["?SALE", "ADA"]), id: "1")
        let same = try scratch.post(body: body(["?sale", "ada"]), id: "1").recorded
        #expect(same?.isDuplicate == true)
        for other in [["?SALE", "ADA", "BOB"], ["SALE", "ADA"], ["ADA", "?SALE"], ["ADA"]] {
            guard case .refused = try scratch.post(body: body(other), id: "1") else {
                Issue.record("\(other) was taken for a repeat")
                continue
            }
        }
    }

    @Test func `conditions see the candidate that counted`() throws {
        let scratch = try scratch(campaigns: [
            .plain(
                conditions: ["event.referral_code == 'ADA'"],
                rewards: [.coupon(cap: .unlimited)])
        ])
        try scratch.enrol("ADA")
        let answer = try scratch.post(body: body(["?SALE", "NOBODY", "ada"]), id: "1").recorded
        #expect(answer?.outcome == .rewarded)
        #expect(try scratch.audit().findings == [])
    }
}
