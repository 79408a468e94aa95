import Gateway
import Insight
import Programmes
import Storage
import TestSupport
import Testing

/// What was received under an earlier version of a source.
@Suite struct SourceVersionTests {
    @Test func `events can be audited and explained after their source signs in another way`()
        throws
    {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 1)) { scene in
            let response = try scene.post(Message(code: "LEAD-0"), id: "m1")
            #expect(response.outcome == "rewarded")
            // This secret is none that the first version's scheme could take.
            try scene.apply(
                DeclaredWorkspace(
                    coupons: 1,
                    source: [
                        "scheme": "github",
                        "secrets": ["a secret of forty characters, in plain text"],
                    ]))
            let path = scene.database.path
            let store = try Store.open(path, for: .reader)
            let report = try Versions().audit(store, now: scene.time.now).run()
            #expect(report.events == 1)
            #expect(report.notDerivable == 0)
            #expect(report.findings == [])
            let explanation = try Versions().explainer(store, now: scene.time.now)
                .explain(.event(1), account: 1)
            #expect(explanation.isFound)
            #expect(!explanation.description.contains("can't read"))
        }
    }

    @Test func `a repeat is one although its source is mapped in another way by now`() throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 1)) { scene in
            let message = Message(code: "LEAD-0", order: "o-1", amount: 1000)
            #expect(try scene.post(message, id: "m1").outcome == "rewarded")
            try scene.apply(
                DeclaredWorkspace(
                    coupons: 1, source: ["mapping": ["amount": "payload.data.amount * 100"]]))
            try scene.runHousekeeping()
            let again = try scene.post(message, id: "m1")
            #expect(again.outcome == "rewarded", "\(again)")
            #expect(again.isDuplicate == true)
            let other = try scene.post(
                Message(code: "LEAD-0", order: "o-2", amount: 1000), id: "m1")
            #expect(other.code == "event_id_reused")
        }
    }
}
