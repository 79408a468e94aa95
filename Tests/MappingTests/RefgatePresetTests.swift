import HTTP
import JSON
import Mapping
import Referrals
import Testing
import Time

@Suite struct RefgatePresetTests {
    @Test func `a purchase comes out as its sender meant it`() throws {
        let body = """
            {"id":"msg_1","type":"purchase","timestamp":"2026-11-21T07:07:07Z","data":{\
            "referral_code":" lead-ada-1 ","order_id":"ord_1","amount":12900,"currency":"usd",\
            "customer":{"id":"cus_1","email":"l1@example.com","name":"Jo Doe"}}}
            """
        var headers = Fields()
        headers.append("webhook-id", "msg_1")
        let mapping = try CompiledMapping(Preset.refgate.mapping)
        guard
            case .single(.event(let event)) = mapping.map(
                try Document(parsing: Array(body.utf8)), headers: headers)
        else {
            Issue.record("not mapped")
            return
        }
        #expect(
            event
                == MappedEvent(
                    eventID: "msg_1", goal: "purchase",
                    code: .named(try #require(ReferralCode("LEAD-ADA-1"))),
                    businessKeys: ["ord_1"], amount: 12900, currency: Currency("USD"),
                    occurredAt: Instant(rfc3339: "2026-11-21T07:07:07Z"), email: "l1@example.com",
                    customer: "cus_1"))
        #expect(mapping.headerNames == .only(["webhook-id"]))
    }
}
