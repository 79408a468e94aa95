import Inbound
import JSON
import Referrals
import Storage
import TestSupport
import Testing
import Time

extension Scratch {
    func explain(_ query: Explanation.Query, account: Int64? = nil) throws -> Explanation {
        try Explainer(
            store, now: now, campaign: { [unowned self] in campaign($0, version: $1) },
            source: { [unowned self] in source($0, version: $1) }
        ).explain(query, account: account ?? self.account)
    }
}

@Suite struct ExplainerTests {
    @Test func look() throws {
        let scratch = try AuditedLife.scratch()
        for query in [
            Explanation.Query.code("BOB"), .code("ANNA"), .code("NOBODY"), .code("B0B"),
            .email("gina@gina.example"), .event(17), .event(18), .event(12), .businessKey("A-3"),
            .event(7), .code("MAX"), .code("OLA"),
        ] {
            let e = try scratch.explain(query)
            print("=====", query)
            print(e)
        }
        print(String(decoding: try scratch.explain(.event(12)).json, as: UTF8.self))
        try scratch.enrol("NEWBIE")
        print(try scratch.explain(.code("newbie")))
        print(String(decoding: try scratch.explain(.code("newbie")).json, as: UTF8.self))
    }
}
