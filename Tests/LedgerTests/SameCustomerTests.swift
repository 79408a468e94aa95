import Insight
import Referrals
import TestSupport
import Testing

@testable import Storage

/// Self-referral by the partner's id of a customer.
@Suite struct SameCustomerTests {
    @Test(arguments: [
        (Risk.SelfReferral.alias, "cus-1", Optional(ReasonCode.selfReferralAlias)),
        (.alias, "cus-2", nil),
        (.email, "cus-1", nil),
        (.off, "cus-1", nil),
    ])
    func `a lead who buys as the customer that the referrer is has referred themselves`(
        _ mode: Risk.SelfReferral, _ customer: String, _ reason: ReasonCode?
    ) throws {
        let scratch = try Scratch()
        try scratch.declare(.plain(risk: Risk(selfReferral: mode)))
        let referrer = try scratch.enrol(referrer: "ANNA", leads: ["LEA"])
        try scratch.addCoupons(1)
        try scratch.store.write { _ in
            try scratch.store.customers.remember("cus-1", as: referrer, in: ID(1))
        }
        try scratch.post(PartnerMessage(id: "1", code: "LEA", customer: customer))
        let event = try #require(try scratch.store.events.find(ID<Event>(1)))
        #expect(event.outcome == (reason == nil ? .rewarded : .rejected))
        #expect(event.reasons == reason.map { Reasons($0) } ?? [])
        #expect(try scratch.audit().findings == [])
    }
}
