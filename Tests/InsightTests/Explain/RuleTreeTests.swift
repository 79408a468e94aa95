import Insight
import Referrals
import TestSupport
import Testing

@Suite struct RuleTreeTests {
    @Test
    func `a condition that stood in the way is shown with its parts and the facts behind them`()
        throws
    {
        let scratch = try Scratch(
            campaigns: [
                .plain(conditions: ["has(event.amount) && event.amount >= 5000 || payload.vip"])
            ])
        try scratch.enrol(referrer: "ANNA", leads: ["BOB"])
        try scratch.post(PartnerMessage(id: "1", code: "BOB", amount: 4200))
        let text = try scratch.explain(.code("BOB")).description
        #expect(
            text.contains(
                """
                             error    has(event.amount) && event.amount >= 5000 || payload.vip   \
                (no such key: 'vip' (payload.vip); guard it with has(…) or select it with .?)
                               false    has(event.amount) && event.amount >= 5000
                                 true     has(event.amount)   (event.amount = 4200)
                                 false    event.amount >= 5000   (event.amount = 4200)
                               error    payload.vip   (no such key: 'vip' (payload.vip); guard it \
                with has(…) or select it with .?; payload.vip is absent)
                """), "\(text)")
    }
}
